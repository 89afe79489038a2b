"""`devops-agent audit show|verify|export`: what was to run, who allowed it, what came of it; is the record whole?"""

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any

from devops_agent.errors import ExitCode
from devops_agent.sessions.audit import AuditRow, AuditTrail
from devops_agent.settings import Settings
from devops_agent.text import visible

SHOWN = 50


def add_arguments(parser: ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True, metavar="show|verify|export")
    show = words.add_parser("show", help="print the last rows, one a line")
    show.add_argument("session", nargs="?", type=int, help="only the rows of this session, all of them")
    show.add_argument("--last", type=int, default=SHOWN, metavar="N", help=f"how many rows ({SHOWN}); 0 for all")
    verify = words.add_parser("verify", help="check that no row was changed or taken out")
    verify.add_argument("--head", default="", metavar="HASH", help="a last hash noted down earlier, which must occur")
    words.add_parser("export", help="print every row as one JSON object a line")


def run(arguments: Namespace, settings: Settings) -> int:
    trail = AuditTrail(settings.state_folder)
    if arguments.word == "verify":
        return _verify(trail, arguments.head)
    if arguments.word == "export":
        for row in trail.rows():
            print(json.dumps({"number": row.number, "hash": row.hash, "body": row.body}))
        return ExitCode.OK
    rows = trail.rows(0 if arguments.session else arguments.last)
    for row in rows:
        if arguments.session in (None, row.facts.get("session")):
            print(_line(row))
    return ExitCode.OK


def _verify(trail: AuditTrail, head: str) -> int:
    checked = trail.verify(head)
    if checked.problem:
        print(f"the audit trail is broken: {checked.problem}", file=sys.stderr)
        return ExitCode.UNVERIFIED
    print(f"{checked.rows} rows, unbroken; the last hash is {checked.head}")
    return ExitCode.OK


def _line(row: AuditRow) -> str:
    facts = row.facts
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(facts.get("time", 0)))
    place = f"session {facts.get('session')} step {facts.get('step', '-')}"
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
    return f"of row {facts.get('intent')}: it may have run in part"
