"""All rules that count for a run, and what they make of the policy's verdict."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from devops_agent.approval import NEVER_ALLOWED, Offer
from devops_agent.disk import replace_file
from devops_agent.errors import DevOpsAgentError
from devops_agent.events import Call, Risk, Verdict
from devops_agent.policy import Place, explain_command, lexer
from devops_agent.policy.quoting import NotPlain
from devops_agent.rules.files import commands_in, parse_rules, read_rules
from devops_agent.rules.rule import DECISIONS, STARTERS, Rule, Where

FILE_NAME = "policy.toml"
SYSTEM_FILE = Path("/etc/devops-agent") / FILE_NAME
PROJECT_FILE = Path(".devops-agent") / FILE_NAME
RISKS: tuple[Risk, ...] = ("READ", "CHANGE", "DESTROY", "FORBID")
AT_LEAST: Mapping[str, Risk] = {"ask": "CHANGE", "typed": "DESTROY", "forbid": "FORBID"}


@dataclass
class RuleBook:
    """`rules` in force; those that the user agrees to at the prompt go to `own_file`."""

    own_file: Path
    rules: list[Rule] = field(default_factory=list)

    def judge(self, call: Call, verdict: Verdict, place: Place, where: Where) -> Verdict:
        """The verdict as the strictest rule about this call leaves it."""
        rule = self._strictest(call, where)
        if rule is not None:
            return _tightened(verdict, rule)
        if verdict.risk != "CHANGE" or verdict.tags & NEVER_ALLOWED or call.tool != "bash":
            return verdict
        return self._allowed(str(call.arguments.get("command", "")), verdict, place, where)

    def offer(self, call: Call, verdict: Verdict, where: Where) -> Offer | None:
        """The rule that would let exactly this call run unasked from now on; None where there must be no such rule."""
        if call.tool != "bash" or verdict.risk != "CHANGE" or verdict.tags & NEVER_ALLOWED or verdict.rule_says:
            return None
        command = str(call.arguments.get("command", ""))
        commands, is_plain = commands_in(command)
        if not is_plain or len(commands) != 1 or any(word.glob for word in commands[0]):
            return None
        words = [word.text for word in commands[0]]
        if words[0].rpartition("/")[2] in STARTERS:
            return None
        text = _written(words, where, command)
        return Offer(text, lambda: self._store(text))

    def _strictest(self, call: Call, where: Where) -> Rule | None:
        struck = [
            rule for words in _commands_of(call) for rule in self.rules if rule.tightens(words) and rule.holds(where)
        ]
        return max(struck, key=lambda rule: DECISIONS.index(rule.decision), default=None)

    def _allowed(self, command: str, verdict: Verdict, place: Place, where: Where) -> Verdict:
        """The verdict on a plain script each of whose commands is a read or is allowed by a rule."""
        usable = [rule for rule in self.rules if rule.decision == "allow" and rule.holds(where)]
        if not usable:
            return verdict
        try:
            script = lexer.parse(command, place.variables())
        except NotPlain:
            return verdict
        parts = explain_command(command, place).parts
        if len(parts) != len(script.commands):
            return verdict
        chosen: list[Rule] = []
        for one, (_, judgement) in zip(script.commands, parts, strict=True):
            rule = next((rule for rule in usable if rule.allows(one.words)), None)
            if judgement.risk != "READ" and (rule is None or one.inputs or one.assignments):
                return verdict
            chosen += [rule] if rule and judgement.risk != "READ" else []
        judged = [
            replace(one, words=part.words or one.words) for one, (_, part) in zip(script.commands, parts, strict=True)
        ]
        canonical = replace(script, commands=tuple(judged)).source()
        names = "; ".join(dict.fromkeys(rule.name for rule in chosen))
        return replace(verdict, rule_says="allow", rule=names, canonical=canonical) if chosen else verdict

    def _store(self, text: str) -> None:
        """Add a rule to the user's own file. Raises DevOpsAgentError when that file cannot be read or written."""
        own = read_rules(self.own_file)
        added = parse_rules(text, str(self.own_file))
        before = self.own_file.read_text(encoding="utf-8") if self.own_file.exists() else ""
        try:
            replace_file(self.own_file.absolute(), f"{before}{chr(10) * bool(before)}{text}".encode(), 0o600)
        except OSError as error:
            raise DevOpsAgentError(f"cannot write {self.own_file}: {error.strerror}") from None
        name = f"{self.own_file} rule {len(own) + 1}"
        self.rules += [replace(rule, name=name) for rule in added]


def open_rules(configuration_folder: Path, folder: Path, system_file: Path = SYSTEM_FILE) -> RuleBook:
    """The rules of the system, the user and the working folder, which may only tighten. Raises ConfigurationError."""
    own = configuration_folder / FILE_NAME
    rules = [*read_rules(system_file), *read_rules(own), *read_rules(folder / PROJECT_FILE, may_allow=False)]
    return RuleBook(own, rules)


def _commands_of(call: Call) -> Iterable[list[str]]:
    """The words of each command of a call; a call of another tool counts as its name and its arguments."""
    if call.tool == "bash":
        return [[word.text for word in words] for words in commands_in(str(call.arguments.get("command", "")))[0]]
    return [[call.tool, *(str(value) for value in call.arguments.values())]]


def _tightened(verdict: Verdict, rule: Rule) -> Verdict:
    risk = max(verdict.risk, AT_LEAST[rule.decision], key=RISKS.index)
    reason = f"the rule {rule.name} says {rule.decision}"
    return replace(
        verdict, risk=risk, canonical="", reasons=(*verdict.reasons, reason), rule=rule.name, rule_says="ask"
    )


def _written(words: list[str], where: Where, example: str) -> str:
    """A rule for exactly these words, where they were said."""
    conditions = {name: values[0] for name in ("context", "namespace", "folder") if (values := getattr(where, name))}
    when = ", ".join(f"{name} = {_quoted(_literal(value))}" for name, value in conditions.items())
    return (
        f'[[rule]]\nargv = [{", ".join(map(_quoted, words))}]\nexact = true\ndecision = "allow"\n'
        f"when = {{ {when} }}\nmatch = [{_quoted(example)}]\n"
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _literal(text: str) -> str:
    """A pattern that fits this text alone."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in text)
