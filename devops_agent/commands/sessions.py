"""`devops-agent sessions list|show|resume|delete|purge`: the conversations that were kept."""

import re
import time
from argparse import ArgumentParser, Namespace

from devops_agent.errors import ConfigurationError, ExitCode
from devops_agent.sessions.audit import AuditTrail
from devops_agent.sessions.library import KeptTask, SessionEntry, SessionStore
from devops_agent.settings import Settings
from devops_agent.text import visible

TASK_WIDTH = 60
AGE = re.compile(r"(\d{1,6})([hdw])")
HOURS = {"h": 1, "d": 24, "w": 24 * 7}


def add_arguments(parser: ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True, metavar="list|show|resume|delete|purge")
    words.add_parser("list", help="print every session, the latest first")
    for word, text in (
        ("show", "print what was asked, run and answered"),
        ("resume", "go on with the conversation; nothing is run again by itself"),
        ("delete", "forget a session; the audit trail keeps what was done"),
    ):
        words.add_parser(word, help=text).add_argument("session", type=int, help="its number in the list")
    purge = words.add_parser("purge", help="forget what is old: sessions, rows of the audit trail, undo steps")
    purge.add_argument("--older-than", metavar="AGE", help="such as 90d, 12h or 2w; the setting keep_days if left out")


def run(arguments: Namespace, settings: Settings) -> int:
    store = SessionStore(settings.state_folder)
    match arguments.word:
        case "list":
            print("\n".join(map(_line, store.entries())) or "there are no sessions")
        case "show":
            _show(store, arguments.session, settings)
        case "resume":
            return _resume(arguments.session, settings)
        case "delete":
            store.delete(arguments.session)
            print(f"session {arguments.session} is forgotten; the audit trail keeps what was done in it")
        case "purge":
            print(f"forgotten: {store.purge(time.time() - _seconds(arguments.older_than, settings))}")
    return ExitCode.OK


def _line(entry: SessionEntry) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.started))
    task = visible(" ".join(entry.first_task.split()))
    task = task if len(task) <= TASK_WIDTH else f"{task[: TASK_WIDTH - 3]}..."
    return f"{entry.number:>5}  {when}  {entry.tasks:>3} task{' ' if entry.tasks == 1 else 's'}  {task}"


def _seconds(age: str | None, settings: Settings) -> float:
    """An age in seconds."""
    if age is None and settings.keep_days == 0:
        raise ConfigurationError("keep_days keeps everything for ever", hint="say --older-than 90d")
    found = AGE.fullmatch(f"{settings.keep_days}d" if age is None else age)
    if found is None:
        raise ConfigurationError(f"{age!r} is no age", hint="a number of hours, days or weeks: 12h, 90d, 2w")
    return int(found[1]) * HOURS[found[2]] * 3600.0


def _show(store: SessionStore, number: int, settings: Settings) -> None:
    print(_document(store.tasks(number)), end="")
    rows = AuditTrail(settings.state_folder).of_session(number)
    if rows:
        print(f"\naudit trail: rows {rows[0].number} to {rows[-1].number}, the last with the hash {rows[-1].hash}")


def _document(tasks: list[KeptTask]) -> str:
    from devops_agent.ui.turns import Turn, document

    return document([Turn(task.text, task.events) for task in tasks])


def _resume(number: int, settings: Settings) -> int:
    from devops_agent.earlier import numbered
    from devops_agent.talk import talk

    return talk(settings, earlier=numbered(number, settings))
