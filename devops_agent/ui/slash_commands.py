"""The words that a conversation understands itself. One row of COMMANDS each."""

import difflib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol, cast, get_args

from devops_agent.approval import Mode
from devops_agent.errors import ConfigurationError, DevOpsAgentError
from devops_agent.events import Event
from devops_agent.settings import expanded
from devops_agent.ui.console import Screen
from devops_agent.ui.turns import Turn, document, overview

MOST_TURNS = 300
"""The latest tasks, of which /history and /save tell; `devops-agent sessions` tells of all."""


class Conversation(Protocol):
    """What the screen asks of the agent behind it. Every method may raise DevOpsAgentError."""

    mode: Mode

    @property
    def environment(self) -> Mapping[str, str]:
        """What decides where commands go."""

    @property
    def model_name(self) -> str: ...

    @property
    def tool_descriptions(self) -> Mapping[str, str]: ...

    def events(self, task: str) -> Iterator[Event]: ...

    def redact(self, text: str) -> str:
        """The text without secrets."""

    def clear(self) -> None:
        """Forget what was said."""

    def use_model(self, name: str) -> None:
        """Go on with another model."""

    def undo(self, draw: Callable[[Event], None]) -> str:
        """Take back the last change, asked about where a command does that and drawn, and say what came of it."""

    def parting(self, *, always: bool) -> str:
        """What the user may note down of this session; "" for one without a change, unless `always`."""


@dataclass
class Session:
    """One conversation at one screen. A command that sets `over` ends it."""

    agent: Conversation
    screen: Screen
    folder: Path = field(default_factory=Path.cwd)
    turns: deque[Turn] = field(default_factory=partial(deque, maxlen=MOST_TURNS))
    over: bool = False


@dataclass(frozen=True)
class SlashCommand:
    """A word, its argument as the help shows it, and what it does with a session and the argument given."""

    argument: str
    help: str
    run: Callable[[Session, str], None]


def run_command(session: Session, line: str) -> None:
    """Do what a line such as `/mode never` says. Raises ConfigurationError for an unknown word or a wrong argument."""
    name, _, argument = line.removeprefix("/").partition(" ")
    command = COMMANDS.get(name.lower())
    if command is None:
        nearest = difflib.get_close_matches(name.lower(), COMMANDS, n=1, cutoff=0.4)
        hint = f"did you mean /{nearest[0]}?" if nearest else "/help lists the commands"
        raise ConfigurationError(f"there is no command /{name}", hint=hint)
    command.run(session, argument.strip())


def _help(session: Session, _: str) -> None:
    rows = {f"/{name} {command.argument}".rstrip(): command.help for name, command in COMMANDS.items()}
    width = max(map(len, rows))
    session.screen.note("\n".join(f"{usage:<{width}}  {text}" for usage, text in rows.items()))
    session.screen.note("Ctrl-C cancels a task, Ctrl-D leaves; everything else you type is a task.")


def _model(session: Session, name: str) -> None:
    if name:
        session.agent.use_model(name)
    session.screen.note(f"model {session.agent.model_name}")


def _tools(session: Session, _: str) -> None:
    for name, description in session.agent.tool_descriptions.items():
        session.screen.note(f"{name}: {description.strip().partition(chr(10))[0]}")


def _mode(session: Session, name: str) -> None:
    if name and name not in get_args(Mode):
        raise ConfigurationError(f"there is no mode {name!r}", hint=f"the modes are: {', '.join(get_args(Mode))}")
    if name:
        session.agent.mode = cast(Mode, name)
    session.screen.note(f"mode {session.agent.mode}")


def _undo(session: Session, _: str) -> None:
    with session.screen.turn():
        done = session.agent.undo(session.screen.draw)
    session.screen.note(done)


def _history(session: Session, _: str) -> None:
    session.screen.note(overview(session.turns) or "nothing was asked yet")


def _clear(session: Session, _: str) -> None:
    session.agent.clear()
    session.turns.clear()
    session.screen.note("the conversation starts anew")


def _save(session: Session, name: str) -> None:
    path = session.folder / expanded(name or time.strftime("devops-agent-%Y%m%d-%H%M%S.md"))
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(document(session.turns))
    except OSError as error:
        raise DevOpsAgentError(f"cannot save to {path}: {error.strerror}", hint="name another file") from None
    session.screen.note(f"saved to {path}")


def _exit(session: Session, _: str) -> None:
    session.over = True


COMMANDS = {
    "help": SlashCommand("", "show this list", _help),
    "model": SlashCommand("[name]", "show or change the model", _model),
    "tools": SlashCommand("", "list the tools", _tools),
    "mode": SlashCommand(f"[{'|'.join(get_args(Mode))}]", "show or change which calls you are asked about", _mode),
    "undo": SlashCommand("", "take back the last change of a file, cluster or container", _undo),
    "history": SlashCommand("", "list the tasks and their calls", _history),
    "clear": SlashCommand("", "start the conversation anew", _clear),
    "save": SlashCommand("[file]", "write the conversation to a new file", _save),
    "exit": SlashCommand("", "leave", _exit),
}
