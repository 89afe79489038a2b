"""`devops-agent policy check|explain COMMAND`, `policy test FILE`: say how commands are judged, without running any."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from devops_agent.errors import ConfigurationError
from devops_agent.events import Verdict
from devops_agent.place import current_folder, real_place
from devops_agent.policy import Place, classify_command, explain_command
from devops_agent.rules.files import read_rules
from devops_agent.settings import Settings
from devops_agent.text import visible

FROM_STDIN = "-"


def add_arguments(parser: ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True, metavar="check|explain|test")
    check = words.add_parser("check", help="print the class of a command, the reasons and what would run")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.add_argument("command", metavar="COMMAND", help='the command as one text; "-" reads one JSON string a line')
    explain = words.add_parser("explain", help="print the judgement of every part of a command")
    explain.add_argument("command", metavar="COMMAND", help="the command as one text")
    test = words.add_parser("test", help="read a file of rules and check its examples")
    test.add_argument("file", metavar="FILE", type=Path, help="such as ~/.config/devops-agent/policy.toml")


def run(arguments: Namespace, settings: Settings) -> int:
    if arguments.word == "test":
        print("\n".join(_tested(arguments.file)))
        return 0
    place = real_place(current_folder(), settings.environment)
    if arguments.word == "explain":
        print("\n".join(_explained(arguments.command, place)))
    elif arguments.command == FROM_STDIN:
        _check_lines(place)
    else:
        verdict = classify_command(arguments.command, place)
        print(json.dumps(as_json(arguments.command, verdict)) if arguments.json else "\n".join(_shown(verdict)))
    return 0


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
        words = " ".join("|".join(choices) for choices in rule.argv)
        where = "".join(f", {name} {pattern}" for name, pattern in rule.when.items())
        yield visible(f"{rule.decision:<7}{words}{where}")
    yield "every example is as it says"


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
