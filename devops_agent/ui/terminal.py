"""The user's own terminal, opened anew, so that it can be asked while stdin and stdout are pipes."""

import os
import select
import signal
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from devops_agent.errors import ApprovalNeededError
from devops_agent.settings import Settings
from devops_agent.ui.theme import open_paper, styled
from devops_agent.ui.wrapping import wrapped

DEVICE = "/dev/tty"
STILL_SECONDS = 0.2
"""So long the keyboard must rest before a question: who types on cannot have read it yet."""
BURST_SECONDS = 0.02
PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
PASTE_BEGINS, PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"
END_OF_INPUT = b"\x04"
ENTER = (b"\r", b"\n")
LINE_LIMIT = 4096
CHOICES = "run in a terminal, or choose beforehand: -na runs without asking, --read-only refuses every change"
ALWAYS_ASKED = (
    "a call like this is always asked, also with -na: run in a terminal, or refuse every change with --read-only"
)


def open_terminal(settings: Settings, *, avoidable: bool = True) -> "Terminal":
    """The controlling terminal of this process. Raises ApprovalNeededError where there is none.

    `avoidable` tells whether a setting would have let the call run unasked.
    """
    try:
        return Terminal(os.open(DEVICE, os.O_RDWR | os.O_NOCTTY), settings)
    except OSError:
        raise ApprovalNeededError(
            "a call waits for a yes and there is no terminal to ask on",
            hint=CHOICES if avoidable else ALWAYS_ASKED,
        ) from None


class Terminal:
    """Questions on one terminal: `say` prints, `key` and `line` ask. Close it after use."""

    def __init__(self, descriptor: int, settings: Settings) -> None:
        self.stream = os.fdopen(descriptor, "w", errors="backslashreplace")
        self._descriptor = descriptor
        self._paper = open_paper(self.stream, settings)
        self._pastes_are_marked = not self._paper.is_dumb_terminal

    @property
    def width(self) -> int:
        return self._paper.width

    @property
    def height(self) -> int:
        return self._paper.height

    def close(self) -> None:
        self.stream.close()

    def say(self, text: str, style: str = "", end: str = "\n") -> None:
        """Print safe text."""
        self._paper.print(styled(text, style, self.stream), end=end)

    def key(self, question: str) -> str | None:
        """The key pressed after the question was shown, None at the end of input; a paste comes whole and marked.

        An Enter right behind the key, as a slow line delivers it, is dropped where it cannot have been pasted.
        """
        typed = self._answer(question, self._burst, single_keys=True)
        if self._pastes_are_marked and len(typed) == 2 and typed.endswith(ENTER):
            typed = typed[:1]
        if typed in (b"", END_OF_INPUT):
            return None
        pressed = typed.decode(errors="replace")
        self.say(pressed if len(pressed) == 1 and pressed.isprintable() else "")
        return pressed

    def line(self, question: str) -> str | None:
        """The line typed after the question was shown, None at the end of input; pasted text keeps its marks."""
        typed = self._answer(question, self._read, single_keys=False)
        return typed.decode(errors="replace").strip(" \n") if typed else None

    def _answer(self, question: str, read: Callable[[], bytes], *, single_keys: bool) -> bytes:
        """Ask until it is answered: who comes back after Ctrl-Z finds a terminal in other modes, and is asked anew."""
        while True:
            try:
                with self._modes(single_keys=single_keys), _told_of_continuation():
                    self._ask(question)
                    return read()
            except _ContinuedError:
                self.say("")

    @contextmanager
    def _modes(self, *, single_keys: bool) -> Iterator[None]:
        """Single keys or whole lines, pastes marked; the terminal gets back the state it had."""
        before = termios.tcgetattr(self._descriptor)
        marked = self._pastes_are_marked
        try:
            if single_keys:
                tty.setcbreak(self._descriptor)
            self._write(PASTE_ON * marked)
            yield
        finally:
            self._write(PASTE_OFF * marked)
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, before)

    def _ask(self, question: str) -> None:
        """Throw away what was typed before, then ask."""
        termios.tcflush(self._descriptor, termios.TCIFLUSH)
        while self._ready(STILL_SECONDS) and self._read():
            pass
        self.say(wrapped(question, self.width), end="")

    def _burst(self) -> bytes:
        """What arrives at once: one key, an escape sequence, or a whole paste. b"" at the end of input."""
        typed = more = self._read()
        while more and (typed.count(PASTE_BEGINS) > typed.count(PASTE_ENDS) or self._ready(BURST_SECONDS)):
            more = self._read()
            typed += more
        return typed

    def _ready(self, seconds: float) -> bool:
        return bool(select.select([self._descriptor], [], [], seconds)[0])

    def _read(self) -> bytes:
        try:
            return os.read(self._descriptor, LINE_LIMIT)
        except OSError:  # the terminal hung up
            return b""

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


class _ContinuedError(Exception):
    """The process was stopped and goes on."""


def _continued(*_: object) -> None:
    raise _ContinuedError


@contextmanager
def _told_of_continuation() -> Iterator[None]:
    """Raise _ContinuedError when the stopped process goes on; only the main thread can be told."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGCONT)
    try:
        signal.signal(signal.SIGCONT, _continued)
        yield
    finally:
        signal.signal(signal.SIGCONT, before)
