"""`devops-agent undo [NUMBER]`: take back a change the agent made; `--list` shows what can be taken back."""

import sys
import time
from argparse import ArgumentParser, Namespace
from contextlib import closing
from dataclasses import replace

from devops_agent.errors import ExitCode
from devops_agent.sessions.undo import Entry, UndoStore
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
    """Run the command that brings the old state back, asked about as any change."""
    from devops_agent.assembly import open_agent
    from devops_agent.secrets import Redactor
    from devops_agent.ui.approval import TerminalApprover
    from devops_agent.ui.console import Screen
    from devops_agent.undoing import run_back

    redactor = Redactor.of(settings.environment)
    screen = Screen(replace(settings, output="text"), reveal=redactor.restore)
    approve = TerminalApprover(settings, screen.asking)
    with closing(open_agent(settings, approve, screen.watch, redactor, screen.note)) as agent, screen.turn():
        return ExitCode.OK if run_back(entry, store, agent, screen.draw) else ExitCode.REFUSED
