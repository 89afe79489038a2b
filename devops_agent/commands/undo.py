"""`devops-agent undo [NUMBER]`: take back a change the agent made; `--list` shows what can be taken back."""

import os
import shlex
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from devops_agent.errors import DevOpsAgentError, ExitCode
from devops_agent.events import Call, Observed
from devops_agent.sessions.undo import Entry, UndoStore
from devops_agent.sessions.ways_back import FILE
from devops_agent.settings import Settings
from devops_agent.text import visible


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("number", nargs="?", type=int, help="the change to undo; the last one if left out")
    parser.add_argument("--list", action="store_true", help="show the changes that can be undone, the latest first")


def run(arguments: Namespace, settings: Settings) -> int:
    store = UndoStore(settings.state_folder)
    code = 0
    if arguments.list:
        lines = [_line(entry) for entry in store.entries()] or ["there is nothing to undo"]
        print("\n".join(lines))
    elif (entry := store.entry(arguments.number)).command:
        code = _run_back(entry, store, settings)
    else:
        print(visible(store.undo(entry.number)))
    if notice := store.take_notice():
        print(notice, file=sys.stderr)
    return code


def _line(entry: Entry) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.created))
    before = "did not exist" if entry.size is None else f"{entry.size} bytes"
    what = f"runs: {entry.command}" if entry.command else str(entry.path)
    return f"{entry.number:>5}  {when}  {before:>13}  {visible(what)}"


def _run_back(entry: Entry, store: UndoStore, settings: Settings) -> int:
    """Run the command that brings the old state back, asked about as any change, and forget it once it worked."""
    with _objects(entry) as command:
        if _succeeds(command, entry.path, settings):
            store.forget(entry.number)
            return ExitCode.OK
    return ExitCode.REFUSED


@contextmanager
def _objects(entry: Entry) -> Iterator[str]:
    """The command, with the name of a private file that holds the objects it needs while it runs."""
    if FILE not in entry.command:
        yield entry.command
        return
    with TemporaryDirectory(prefix="devops-agent-") as private:
        path = Path(private, "objects.json")
        path.write_bytes(entry.objects)
        yield entry.command.replace(FILE, shlex.quote(str(path)))


def _succeeds(command: str, folder: Path, settings: Settings) -> bool:
    from devops_agent.assembly import open_agent
    from devops_agent.secrets import Redactor
    from devops_agent.ui.approval import TerminalApprover
    from devops_agent.ui.console import Screen

    if not folder.is_dir():
        raise DevOpsAgentError(f"the folder of that change is gone: {folder}", hint=f"run it yourself: {command}")
    os.chdir(folder)
    redactor = Redactor.of(settings.environment)
    screen = Screen(replace(settings, output="text"), reveal=redactor.restore)
    approve = TerminalApprover(settings, screen.asking)
    done = False
    agent = open_agent(settings, approve, screen.watch, redactor, screen.note, undoable=False)
    with closing(agent), screen.turn():
        for event in agent.perform(Call("bash", {"command": command})):
            screen.draw(event)
            done = isinstance(event, Observed) and event.result.ok
    return done
