"""What a terminal shows of a question, read back into what was asked about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyte

FRAME = re.compile(r" (?P<label>[ \d]*)[│|](?: (?P<text>.*))?")
NAMED = re.compile(r"‹(?:␠×(?P<blanks>\d+)|U\+(?P<code>[0-9A-F]+)|(?P<name>[A-Z]+))›")
NAMES = {"ESC": "\x1b", "CR": "\r", "NUL": "\0", "BEL": "\a", "BS": "\b", "DEL": "\x7f", "TAB": "\t"}
ESCAPED = re.compile(r"\\(?:\\|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")
OBEYED = re.compile(r"\x1b\[(?:(?:[012]|[34]\d);?)*m|\x1b\[\?2004[hl]|\r\n|\r\x1b\[K")
"""All that a prompt may send a terminal beside text: colours, the marks of a paste, line ends."""
TITLE, QUESTION = " CHANGE ", "run it? "
LEAST_ROWS = 24


@dataclass(frozen=True)
class Terminal:
    """A terminal to ask on: its width, and whether it shows more than ASCII."""

    columns: int
    ascii: bool = False


@dataclass(frozen=True)
class Shown:
    """One question as a human sees it: every row, the rows of a small terminal, and the bytes that drew them."""

    rows: tuple[str, ...]
    last: tuple[str, ...]
    raw: str
    terminal: Terminal

    @classmethod
    def of(cls, raw: str, terminal: Terminal) -> "Shown":
        enough = raw.count("\n") + len(raw) // terminal.columns + 2
        return cls(_drawn(raw, terminal.columns, enough), _drawn(raw, terminal.columns, LEAST_ROWS), raw, terminal)

    def blocks(self) -> dict[str, str]:
        """The text in each frame, by the word above it, with every sign turned back into what it stands for."""
        frames: dict[str, list[str]] = {}
        name, numbered = "", False
        for row in self._card():
            found = FRAME.fullmatch(row)
            if found is None:
                name = row
            elif name not in frames:
                numbered = bool(found["label"].strip())
                frames[name] = [found["text"] or ""]
            elif numbered and found["label"].strip():
                frames[name].append(found["text"] or "")
            else:
                frames[name][-1] += found["text"] or ""
        return {name: read_back("\n".join(lines), self.terminal.ascii) for name, lines in frames.items()}

    def notes(self) -> str:
        """What the card says below the frames, without any blanks."""
        return "".join("".join(self.rows[self._end() :]).split())

    def faults(self, tool: str) -> Iterator[str]:
        """What a hostile text did to the question itself."""
        if rest := re.sub(r"[\x20-\x7e]|[^\x00-\x9f]", "", OBEYED.sub("", self.raw)):
            yield f"the terminal was sent {rest!r}"
        if sum(row.startswith(QUESTION) for row in self.rows) != 1 or self.rows[-1].strip() == "":
            yield "there is not one question, or it is not the last thing said"
        if not any(row.startswith(QUESTION) for row in self.last):
            yield "the question is out of sight"
        if not any(row.startswith(TITLE + tool) for row in self.last):
            yield "what is asked about is out of sight"
        if sum(row.startswith(" folder ") for row in self.rows) != 1:
            yield "there is not one folder"

    def _card(self) -> tuple[str, ...]:
        start = next((number for number, row in enumerate(self.rows) if row.startswith(TITLE)), 0)
        return self.rows[start + 1 : self._end()]

    def _end(self) -> int:
        return next((number for number, row in enumerate(self.rows) if row.startswith(" folder ")), len(self.rows))


def read_back(text: str, escaped: bool) -> str:
    """The text that the prompt shows like this."""
    if escaped:
        text = ESCAPED.sub(_unescaped, text)
    return NAMED.sub(_meant, text)


def _unescaped(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    return chr(int(digits, 16)) if digits else "\\"


def _meant(match: re.Match[str]) -> str:
    if match["blanks"]:
        return " " * int(match["blanks"])
    return chr(int(match["code"], 16)) if match["code"] else NAMES.get(match["name"], match[0])


def _drawn(raw: str, columns: int, rows: int) -> tuple[str, ...]:
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(raw)
    return tuple("\n".join(line.rstrip() for line in screen.display).strip("\n").split("\n"))
