"""`devops-agent undo [NUMBER]`: take back a file the agent wrote; `--list` shows what can be taken back."""

import sys
import time
from argparse import ArgumentParser, Namespace

from devops_agent.sessions.undo import Entry, UndoStore
from devops_agent.settings import Settings
from devops_agent.text import visible


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("number", nargs="?", type=int, help="the write to undo; the last one if left out")
    parser.add_argument("--list", action="store_true", help="show the writes that can be undone, the latest first")


def run(arguments: Namespace, settings: Settings) -> int:
    store = UndoStore(settings.state_folder)
    if arguments.list:
        lines = [_line(entry) for entry in store.entries()] or ["there is nothing to undo"]
        print("\n".join(lines))
    else:
        print(visible(store.undo(arguments.number)))
    if notice := store.take_notice():
        print(notice, file=sys.stderr)
    return 0


def _line(entry: Entry) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.created))
    before = "did not exist" if entry.size is None else f"{entry.size} bytes"
    return f"{entry.number:>5}  {when}  {before:>13}  {visible(str(entry.path))}"
