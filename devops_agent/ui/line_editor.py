"""Lines that a human edits: the prompt of the conversation, and a call on its way to being run."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter, WordCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import create_output

from devops_agent.text import without_raw_bytes

EDIT_HINT = "Enter accepts, Alt-Enter starts a line, Ctrl-C goes back"


def open_prompt(history: Path, words: Iterable[str], redact: Callable[[str], str] = str) -> PromptSession[str]:
    """The conversation's prompt, on whichever of stdout and stderr is a terminal; it completes `words` and paths.

    The file `history` gets what `redact` leaves of each line.
    """
    return PromptSession(
        history=open_history(history, redact),
        completer=TaskCompleter(words),
        complete_while_typing=False,
        output=create_output(always_prefer_tty=True),
    )


def edit(text: str, name: str, terminal: TextIO) -> str | None:
    """The text of argument `name` as the user leaves it on `terminal`, or None when the user breaks off."""
    terminal.write(f"{name} ({EDIT_HINT})\n")
    terminal.flush()
    with Path(os.ttyname(terminal.fileno())).open() as keyboard:
        session: PromptSession[str] = PromptSession(
            multiline=True,
            key_bindings=_enter_accepts(),
            input=create_input(keyboard),
            output=create_output(terminal),
        )
        try:
            return without_raw_bytes(session.prompt("> ", default=text))
        except (KeyboardInterrupt, EOFError):
            return None


def _enter_accepts() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    def accept(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @bindings.add("escape", "enter")
    def begin_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings


class TaskCompleter(Completer):
    """Slash commands where the line starts, paths everywhere else."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = WordCompleter(sorted(words), sentence=True)
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        if before.startswith("/") and " " not in before:
            return self._words.get_completions(document, complete_event)
        word = before.rpartition(" ")[2]
        return self._paths.get_completions(Document(word, len(word)), complete_event)


def open_history(path: Path, redact: Callable[[str], str] = str) -> History:
    """The history in `path`, for the user's eyes only; in memory when the file cannot be had."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        try:
            os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
    except OSError:
        return InMemoryHistory()
    return PrivateHistory(path, redact)


class PrivateHistory(FileHistory):
    """A history file that keeps no secret and no line which starts with a space, and bears a full disk."""

    def __init__(self, path: Path, redact: Callable[[str], str]) -> None:
        self._redact = redact
        super().__init__(str(path))

    def append_string(self, string: str) -> None:
        if not string.startswith(" "):
            super().append_string(without_raw_bytes(string))

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            super().store_string(self._redact(string))
