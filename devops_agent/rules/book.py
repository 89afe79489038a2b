"""All rules that count for a run, and what they make of the policy's verdict."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from devops_agent.approval import NEVER_ALLOWED, Offer
from devops_agent.events import Call, Risk, Verdict
from devops_agent.policy import Place, explain_command, lexer
from devops_agent.policy.quoting import NotPlain
from devops_agent.rules.files import commands_in, read_rules
from devops_agent.rules.own_file import rewrite
from devops_agent.rules.rule import DECISIONS, STARTERS, Rule, Where

FILE_NAME = "policy.toml"
SYSTEM_FILE = Path("/etc/devops-agent") / FILE_NAME
PROJECT_FILE = Path(".devops-agent") / FILE_NAME
RISKS: tuple[Risk, ...] = ("READ", "CHANGE", "DESTROY", "FORBID")
AT_LEAST: Mapping[str, Risk] = {"ask": "CHANGE", "typed": "DESTROY", "forbid": "FORBID"}


@dataclass
class RuleBook:
    """All rules that were read; those that the user agrees to at the prompt go to `own_file`, for `days` (0: for ever).

    A rule that has expired by `today` is as if it were not there.
    """

    own_file: Path
    rules: list[Rule] = field(default_factory=list)
    days: int = 0
    today: Callable[[], date] = date.today

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
        expires = self.today() + timedelta(days=self.days) if self.days else None
        text = _written(words, where, command, expires)
        return Offer(text, lambda: self._store(text))

    def about(self, call: Call) -> Iterator[tuple[Rule, bool]]:
        """Every rule about a command of this call, wherever it acts, and whether it still counts."""
        is_bash = call.tool == "bash"
        commands, is_plain = commands_in(str(call.arguments.get("command", ""))) if is_bash else ([], False)
        today = self.today()
        for rule in self.rules:
            allows = is_plain and any(map(rule.allows, commands))
            if allows or any(map(rule.tightens, _commands_of(call))):
                yield rule, rule.counts(today)

    def _strictest(self, call: Call, where: Where) -> Rule | None:
        struck = [
            rule for words in _commands_of(call) for rule in self.rules if rule.tightens(words) and rule.holds(where)
        ]
        return max(struck, key=lambda rule: DECISIONS.index(rule.decision), default=None)

    def _allowed(self, command: str, verdict: Verdict, place: Place, where: Where) -> Verdict:
        """The verdict on a plain script each of whose commands is a read or is allowed by a rule."""
        today = self.today()
        allowing = (rule for rule in self.rules if rule.decision == "allow" and rule.counts(today))
        usable = [rule for rule in allowing if rule.holds(where)]
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
        rewrite(self.own_file, lambda before: f"{before}{chr(10) * bool(before)}{text}")
        self.rules.append(read_rules(self.own_file)[-1])


def open_rules(configuration_folder: Path, folder: Path, system_file: Path = SYSTEM_FILE, *, days: int = 0) -> RuleBook:
    """The rules of the system, the user and the working folder, which may only tighten. Raises ConfigurationError.

    What the user agrees to at the prompt counts for `days` (0: for ever).
    """
    own = configuration_folder / FILE_NAME
    rules = [*read_rules(system_file), *read_rules(own), *read_rules(folder / PROJECT_FILE, may_allow=False)]
    return RuleBook(own, rules, days)


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


def _written(words: list[str], where: Where, example: str, expires: date | None) -> str:
    """A rule for exactly these words, where they were said."""
    last_day = f"expires = {expires}\n" if expires else ""
    conditions = {name: values[0] for name in ("context", "namespace", "folder") if (values := getattr(where, name))}
    when = ", ".join(f"{name} = {_quoted(_literal(value))}" for name, value in conditions.items())
    return (
        f'[[rule]]\nargv = [{", ".join(map(_quoted, words))}]\nexact = true\ndecision = "allow"\n'
        f"{last_day}when = {{ {when} }}\nmatch = [{_quoted(example)}]\n"
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _literal(text: str) -> str:
    """A pattern that fits this text alone."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in text)
