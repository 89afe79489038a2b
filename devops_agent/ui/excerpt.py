"""Long output made short: its first and last lines, and how much lies between."""

import re
import sys
from dataclasses import dataclass
from itertools import takewhile

REMARK = re.compile(r"\[.+\]")
SUCCESS = "[exit code 0]"


@dataclass(frozen=True)
class Room:
    """How much is shown: lines at the start, lines at the end, characters of one line."""

    head: int
    tail: int
    line: int

    def short(self, line: str) -> str:
        """The line, or its start and the count of what was left out."""
        left_out = len(line) - self.line
        return f"{line[: self.line]} (+{left_out} characters)" if left_out > 0 else line


BRIEF = Room(head=8, tail=4, line=400)
WHOLE = Room(head=sys.maxsize, tail=0, line=sys.maxsize)


@dataclass(frozen=True)
class Excerpt:
    """The lines before and after the `hidden` ones."""

    head: tuple[str, ...] = ()
    hidden: int = 0
    tail: tuple[str, ...] = ()


def excerpt(text: str, room: Room) -> Excerpt:
    """What there is room for; one line alone is never hidden, since saying so would take as much."""
    lines = text.rstrip("\n").split("\n") if text.strip("\n") else []
    hidden = len(lines) - room.head - room.tail
    if hidden <= 1:
        return Excerpt(tuple(map(room.short, lines)))
    tail = lines[len(lines) - room.tail :]
    return Excerpt(tuple(map(room.short, lines[: room.head])), hidden, tuple(map(room.short, tail)))


def remarks(text: str) -> list[str]:
    """The lines in brackets that a tool puts after a command's own output, but a bare success."""
    lines = takewhile(REMARK.fullmatch, reversed(text.rstrip("\n").split("\n")))
    return [line for line in list(lines)[::-1] if line != SUCCESS]


def last_words(text: str) -> str:
    """The last line of a command's own output, which mostly says why it failed; "" where it said nothing."""
    said = (line for line in reversed(text.split("\n")) if line.strip() and not REMARK.fullmatch(line))
    return next(said, "")


class LiveExcerpt:
    """The excerpt of output that is still growing, in bounded memory: `add` gives the lines to show at once."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._lines_left = room.head
        self._line = ""
        self._newlines = 0
        self._end = ""

    def add(self, text: str) -> list[str]:
        """Take a piece of output; the lines of the head that it completes."""
        if not self._lines_left:
            self._keep(text)
            return []
        *lines, self._line = (self._line + text).split("\n", self._lines_left)
        if len(self._line) > self._room.line and len(lines) < self._lines_left:
            lines.append(self._line)
            self._line = ""
        self._lines_left -= len(lines)
        if not self._lines_left:
            self._keep(self._line)
            self._line = ""
        return [self._room.short(line) for line in lines]

    def finish(self) -> Excerpt:
        """What is still to be shown: a last unfinished line of the head, or what came after the head."""
        if self._lines_left:
            return Excerpt((self._room.short(self._line),) if self._line else ())
        tail = self._end.removesuffix("\n").split("\n")[-self._room.tail :] if self._end else []
        total = self._newlines + (self._end != "" and not self._end.endswith("\n"))
        return Excerpt((), total - len(tail), tuple(map(self._room.short, tail)))

    def _keep(self, text: str) -> None:
        limit = self._room.line * self._room.tail
        self._newlines += text.count("\n")
        self._end = (self._end + text[-limit:])[-limit:]
