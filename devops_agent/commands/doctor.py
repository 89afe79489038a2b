"""`devops-agent doctor`: in one screen what works, and what to do about what does not."""

import json
import shutil
import sys
import textwrap
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from devops_agent.commands.checks.check import Check
from devops_agent.commands.checks.machine import (
    check_cluster,
    check_engine,
    check_programs,
    check_terminal,
    check_versions,
)
from devops_agent.commands.checks.model_server import check_backend
from devops_agent.commands.checks.protection import check_protection
from devops_agent.errors import ExitCode
from devops_agent.settings import Settings
from devops_agent.text import printable

INDENT, NARROW_INDENT = 24, 6
WIDE = 60
"""Columns from which on there is room to keep what was found in a column of its own."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--offline", action="store_true", help="run a task with the network cut off, and say whether it reached out"
    )


def run(arguments: Namespace, settings: Settings) -> int:
    checks = list(examine_offline(settings) if arguments.offline else examine(settings))
    code = max((check.exit_code for check in checks), default=ExitCode.OK)
    if settings.output == "text":
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
        print("\n".join(_line(check, width) for check in checks))
        print(_conclusion(checks))
    else:
        shown = [{key: value for key, value in asdict(check).items() if key != "exit_code"} for check in checks]
        print(json.dumps({"ok": code == ExitCode.OK, "checks": shown}))
    return code


def examine(settings: Settings) -> Iterator[Check]:
    """Every check, in the order of the screen. Each network probe gives up after two seconds."""
    yield from check_versions(settings)
    yield from check_backend(settings)
    yield from check_programs(settings.environment)
    yield check_cluster(settings.environment)
    yield check_engine(settings.environment)
    yield from check_protection()
    yield check_terminal(settings.environment)


def examine_offline(settings: Settings) -> Iterator[Check]:
    """What can be said without reaching out, and whether a task can be done so."""
    from devops_agent.commands.checks.offline import check_offline

    yield from check_versions(settings)
    yield check_offline(settings)


def _line(check: Check, width: int) -> str:
    head = f"{check.state:<5} {check.name:<17} "
    indent = " " * (INDENT if width >= WIDE else NARROW_INDENT)
    lines = _broken(head + printable(check.found), width, indent)
    if check.advice:
        lines += _broken(f"{indent}-> {printable(check.advice)}", width, f"{indent}   ")
    return "\n".join(lines)


def _broken(line: str, width: int, indent: str) -> list[str]:
    """The line in pieces of whole words; a word too long for a terminal is left to it."""
    wrap = textwrap.TextWrapper(width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return wrap.wrap(line)


def _conclusion(checks: Sequence[Check]) -> str:
    failed = [check.name for check in checks if check.state == "fail"]
    return f"\nnot ready: {', '.join(failed)}" if failed else "\nready"
