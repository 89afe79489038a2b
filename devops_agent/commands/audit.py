"""`devops-agent audit show|verify|export`: what was to run, who allowed it, what came of it; is the record whole?"""

import json
import re
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devops_agent.errors import ConfigurationError, DevOpsAgentError, ExitCode
from devops_agent.sessions import system_journal
from devops_agent.sessions.audit import AuditRow, AuditTrail
from devops_agent.settings import Settings
from devops_agent.text import visible

SHOWN = 50
HEAD = re.compile(r"[0-9a-f]{16,64}")


def add_arguments(parser: ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True, metavar="show|verify|export")
    show = words.add_parser("show", help="print the last rows, one a line")
    show.add_argument("session", nargs="?", type=int, help="only the rows of this session, all of them")
    show.add_argument("--last", type=int, default=SHOWN, metavar="N", help=f"how many rows ({SHOWN}); 0 for all")
    verify = words.add_parser("verify", help="check that no row was changed or taken out")
    verify.add_argument("--head", default="", metavar="HASH", help="a last hash noted down earlier, which must occur")
    export = words.add_parser("export", help="print every row for other programs")
    export.add_argument(
        "--format", choices=["json", "journald"], default="json", help="one JSON object a line, or systemd's journal"
    )
    export.add_argument(
        "--send",
        nargs="?",
        type=Path,
        const=system_journal.SOCKET,
        metavar="SOCKET",
        help=f"write the rows into the system's journal instead ({system_journal.SOCKET})",
    )


def run(arguments: Namespace, settings: Settings) -> int:
    trail = AuditTrail(settings.state_folder)
    if arguments.word == "verify":
        return _verify(trail, arguments.head)
    if arguments.word == "export":
        return _export(trail.rows(), arguments.format, arguments.send)
    rows = trail.rows(0 if arguments.session else arguments.last)
    for row in rows:
        if arguments.session in (None, row.facts.get("session")):
            print(_line(row))
    return ExitCode.OK


def _verify(trail: AuditTrail, head: str) -> int:
    if head and not HEAD.fullmatch(head):
        raise ConfigurationError(f"{visible(head)!r} is no hash", hint="give at least its first 16 digits")
    checked = trail.verify(head)
    if checked.problem:
        print(f"the audit trail is broken: {checked.problem}", file=sys.stderr)
        return ExitCode.UNVERIFIED
    gone = f" after {checked.purged} that were purged" if checked.purged else ""
    print(f"{checked.rows} rows{gone}, unbroken; the last hash is {checked.head}")
    return ExitCode.OK


def _export(rows: list[AuditRow], form: str, send_to: Path | None) -> int:
    if send_to is not None:
        for row in rows:
            _send(row, send_to)
        print(f"{len(rows)} rows written into the system's journal: journalctl -t devops-agent")
    elif form == "journald":
        for row in rows:
            stamp = {"__REALTIME_TIMESTAMP": str(int(_when(row.facts) * 1_000_000))}
            sys.stdout.buffer.write(system_journal.entry({**stamp, **_fields(row)}) + b"\n")
        sys.stdout.flush()
    else:
        for row in rows:
            print(json.dumps({"number": row.number, "hash": row.hash, "body": row.body}))
    return ExitCode.OK


def _send(row: AuditRow, path: Path) -> None:
    try:
        system_journal.send(system_journal.entry(_fields(row)), path)
    except OSError as error:
        raise DevOpsAgentError(
            f"cannot write row {row.number} into the journal at {path}: {error.strerror}",
            hint="devops-agent audit export --format journald prints the rows for systemd-journal-remote",
        ) from None


def _fields(row: AuditRow) -> dict[str, str]:
    """A row as fields of an entry of the system's journal."""
    facts = row.facts
    return {
        "MESSAGE": " ".join(_line(row).split()),
        "PRIORITY": "5" if facts.get("class") in ("CHANGE", "DESTROY") else "6",
        "SYSLOG_IDENTIFIER": "devops-agent",
        "DEVOPS_AGENT_ROW": str(row.number),
        "DEVOPS_AGENT_SESSION": str(facts.get("session", "")),
        "DEVOPS_AGENT_KIND": str(facts.get("kind", "")),
        "DEVOPS_AGENT_HASH": row.hash,
        "DEVOPS_AGENT_BODY": row.body,
    }


def _when(facts: Mapping[str, Any]) -> float:
    told = facts.get("time", 0)
    return float(told) if isinstance(told, (int, float)) else 0.0


def _line(row: AuditRow) -> str:
    facts = row.facts
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(_when(facts)))
    place = f"session {facts.get('session')} step {facts.get('step', '-')}" if "session" in facts else ""
    return f"{row.number:>6}  {when}  {place:<20} {facts.get('kind', '?'):<11} {_details(facts)}"


def _details(facts: Mapping[str, Any]) -> str:
    what = " ".join([str(facts.get("tool", "")), *map(str, dict(facts.get("arguments", {})).values())])
    match facts.get("kind"):
        case "intent":
            place = f"  at {facts.get('where')}" if facts.get("where") else ""
            return visible(f"{facts.get('class')} by {facts.get('by')} ({facts.get('mode')})  {what}{place}")
        case "refused":
            return visible(f"by {facts.get('by')}  {what}")
        case "result":
            ended = "ok" if facts.get("ok") else f"exit code {facts.get('exit_code')}"
            return f"of row {facts.get('intent')}: {ended}, {facts.get('size')} bytes, {facts.get('seconds', 0):.1f} s"
        case "purged":
            return visible(
                f"rows {facts.get('first')} to {facts.get('last')} went, the last with the hash {facts.get('head')}"
            )
    return f"of row {facts.get('intent')}: it may have run in part"
