"""`devops-agent replay SESSION`: take a kept session through the policy or a model of today; nothing is run."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from devops_agent.approval import Mode, action_for
from devops_agent.errors import ExitCode
from devops_agent.events import Event, Proposed, Verdict
from devops_agent.place import current_folder
from devops_agent.sessions.audit import AuditTrail
from devops_agent.sessions.library import KeptTask, SessionStore
from devops_agent.settings import Settings
from devops_agent.text import visible
from devops_agent.ui.calls import call_text


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("session", type=int, help="its number in `devops-agent sessions list`")
    parser.add_argument(
        "--ask", action="store_true", help="ask the model anew; its calls get the outputs that were recorded"
    )


def run(arguments: Namespace, settings: Settings) -> int:
    tasks = SessionStore(settings.state_folder).tasks(arguments.session)
    if arguments.ask:
        return _ask_again(tasks, settings)
    lines = list(_differences(tasks, arguments.session, settings))
    count = sum(isinstance(event, Proposed) for task in tasks for event in task.events)
    print("\n".join([*lines, f"{count} calls judged again, {len(lines)} differently; nothing was run"]))
    return ExitCode.OK


def _differences(tasks: list[KeptTask], session: int, settings: Settings) -> Iterator[str]:
    """A line for each call on which the policy would now decide differently."""
    from devops_agent.assembly import mode_of
    from devops_agent.guard.session import SessionGuard
    from devops_agent.rules.book import open_rules
    from devops_agent.tools.base import Workspace

    workspace = Workspace(current_folder(), settings.environment, settings.state_folder)
    rules = open_rules(settings.configuration_folder, workspace.folder)
    folders = _folders(session, settings)
    with closing(SessionGuard(workspace, rules, settings.protect)) as guard:
        guard.read_only = settings.read_only
        for task in tasks:
            for event in task.events:
                if isinstance(event, Proposed):
                    workspace.folder = Path(folders.get(event.step, workspace.folder))
                    yield from _difference(event, guard.judge(event.call), mode_of(settings))


def _folders(session: int, settings: Settings) -> dict[int, str]:
    """Where each step of a session ran."""
    rows = (row.facts for row in AuditTrail(settings.state_folder).rows())
    return {row["step"]: row["folder"] for row in rows if row.get("kind") == "intent" and row.get("session") == session}


def _difference(event: Proposed, now: Verdict, mode: Mode) -> Iterator[str]:
    before = event.verdict
    if (before.risk, before.tags) == (now.risk, now.tags):
        return
    was, becomes = (" ".join([verdict.risk, *sorted(verdict.tags)]) for verdict in (before, now))
    then, today = action_for(mode, before), action_for(mode, now)
    change = f", {then} -> {today}" if then != today else ""
    why = f" ({'; '.join(now.reasons)})" if now.reasons else ""
    yield visible(f"step {event.step}: {was} -> {becomes}{change}: {call_text(event.call)}{why}")


def _ask_again(tasks: list[KeptTask], settings: Settings) -> int:
    from devops_agent.playback import open_playback
    from devops_agent.ui.console import Screen

    screen = Screen(settings)
    with closing(open_playback(tasks, settings, screen.watch)) as agent:
        for task in tasks:
            with screen.turn():
                for event in agent.events(task.text):
                    screen.draw(event)
            screen.note(f"the session's own answer was: {_answer(task.events)}")
    return ExitCode.OK


def _answer(events: list[Event]) -> str:
    from devops_agent.events import Answered

    return next((visible(event.text) for event in events if isinstance(event, Answered)), "none")
