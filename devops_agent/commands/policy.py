"""`devops-agent policy check|explain|test|rules`: say how commands are judged, without running any, and keep rules."""

import json
import shlex
import sys
from argparse import REMAINDER, ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from devops_agent.errors import ConfigurationError
from devops_agent.events import Call, Verdict
from devops_agent.place import current_folder, real_place
from devops_agent.policy import Place, classify_command, explain_command
from devops_agent.rules.book import FILE_NAME, RuleBook, open_rules
from devops_agent.rules.files import read_rules
from devops_agent.rules.own_file import rewrite
from devops_agent.rules.removal import without_rules
from devops_agent.settings import Settings
from devops_agent.text import visible

FROM_STDIN = "-"


def add_arguments(parser: ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True, metavar="check|explain|test|rules")
    check = words.add_parser("check", help="print the class of a command, the reasons and what would run")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.add_argument(
        "command", metavar="COMMAND", nargs=REMAINDER, help='the command; "-" reads one JSON string a line'
    )
    explain = words.add_parser(
        "explain", help="print the judgement of every part of a command, and your rules about it"
    )
    explain.add_argument("command", metavar="COMMAND", nargs=REMAINDER, help="the command, best as one text in quotes")
    test = words.add_parser("test", help="read a file of rules and check its examples")
    test.add_argument("file", metavar="FILE", type=Path, help="such as ~/.config/devops-agent/policy.toml")
    rules = words.add_parser("rules", help="list every rule that counts here, or remove some of your own")
    rules.add_argument("action", choices=["list", "remove"], nargs="?", default="list", help="list them if left out")
    rules.add_argument("numbers", metavar="NUMBER", type=int, nargs="*", help="rules of your own, as the list counts")
    rules.add_argument("--expired", action="store_true", help="remove what has expired")


def run(arguments: Namespace, settings: Settings) -> int:
    if arguments.word == "test":
        print("\n".join(_tested(arguments.file)))
        return 0
    if arguments.word == "rules":
        return _rules(arguments, settings)
    place = real_place(current_folder(), settings.environment)
    command = _command(arguments.command)
    if arguments.word == "explain":
        rules = open_rules(settings.configuration_folder, current_folder())
        print("\n".join([*_explained(command, place), *_own_words(command, rules)]))
    elif command == FROM_STDIN:
        _check_lines(place)
    else:
        verdict = classify_command(command, place)
        print(json.dumps(as_json(command, verdict)) if arguments.json else "\n".join(_shown(verdict)))
    return 0


def _command(words: list[str]) -> str:
    """One word is the text of a script; several are the words of one command, as the user's own shell left them."""
    words = words[1:] if words[:1] == ["--"] else words
    if not words:
        raise ConfigurationError("there is no command", hint="devops-agent policy check 'kubectl get pods'")
    return words[0] if len(words) == 1 else shlex.join(words)


def as_json(command: str, verdict: Verdict) -> dict[str, Any]:
    """The verdict on a command in the form that other programs read."""
    return {
        "command": command,
        "class": verdict.risk,
        "tags": sorted(verdict.tags),
        "reasons": list(verdict.reasons),
        "canonical": verdict.canonical,
        "rule": verdict.rule,
    }


def _tested(path: Path) -> Iterator[str]:
    """A line for each rule of a file. Raises ConfigurationError for a bad rule or an example that fails."""
    if not path.is_file():
        raise ConfigurationError(f"there is no file {path}", hint="name a file of rules")
    for rule in read_rules(path):
        yield visible(rule.text)
    yield "every example is as it says"


def _rules(arguments: Namespace, settings: Settings) -> int:
    own = settings.configuration_folder / FILE_NAME
    today = date.today()
    if arguments.action == "list":
        print("\n".join(_listed(open_rules(settings.configuration_folder, current_folder()), today)) or "no rules")
        return 0
    gone = {*arguments.numbers}
    if arguments.expired:
        gone |= {number for number, rule in enumerate(read_rules(own), 1) if not rule.counts(today)}
    elif not gone:
        raise ConfigurationError("which rules?", hint="name their numbers, or --expired")
    if gone:
        rewrite(own, lambda text: without_rules(text, gone, str(own)))
    print(f"{len(gone)} removed from {visible(str(own))}")
    return 0


def _listed(book: RuleBook, today: date) -> Iterator[str]:
    """A line for each rule: a number for those of the user's own file, the name of the file for the others."""
    own = f"{book.own_file} rule "
    for rule in book.rules:
        number = rule.name.removeprefix(own) if rule.name.startswith(own) else visible(rule.name)
        yield f"{number:>3}  {visible(rule.text)}" + ("" if rule.counts(today) else " (expired)")


def _own_words(command: str, book: RuleBook) -> Iterator[str]:
    """What the rules of the user, the system and the folder say about a command."""
    for rule, counts in book.about(Call("bash", {"command": command})):
        yield visible(f"  your rule {rule.name} says {rule.text}")
        if not counts:
            yield f"            it expired on {rule.expires}, and is as if it were not there"


def _check_lines(place: Place) -> None:
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            command = _string(line, number)
            print(json.dumps(as_json(command, classify_command(command, place))), flush=True)


def _string(line: str, number: int) -> str:
    try:
        command = json.loads(line)
    except (ValueError, RecursionError):
        command = None
    if isinstance(command, str):
        return command
    raise ConfigurationError(
        f"line {number} of the input is not a JSON string", hint='write each command as "…", one a line'
    )


def _shown(verdict: Verdict) -> Iterator[str]:
    tags = "".join(f" {tag}" for tag in sorted(verdict.tags))
    yield f"{verdict.risk}{tags}"
    yield from (f"  why   {visible(reason)}" for reason in verdict.reasons)
    if verdict.canonical:
        yield f"  runs  {visible(verdict.canonical)}"
    if verdict.rule:
        yield f"  rule  {visible(verdict.rule)}"


def _explained(command: str, place: Place) -> Iterator[str]:
    ruling = explain_command(command, place)
    yield f"command  {visible(command)}"
    for part, judgement in ruling.parts:
        yield f"  {judgement.risk:<8} {visible(part)}"
        if judgement.rule:
            yield f"           by the row {visible(judgement.rule)}"
        yield from (f"           {visible(reason)}" for reason in judgement.reasons)
    yield from _shown(classify_command(command, place))
