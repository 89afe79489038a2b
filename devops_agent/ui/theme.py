"""How things look: few styles, each readable on dark and on light, and plain where a stream can show no more."""

from dataclasses import dataclass
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from devops_agent.settings import Settings
from devops_agent.text import printable

QUIET = "dim"
STRONG = "bold"
WARNING = "red"
ALARM = "bold white on red"
RISKS = {"READ": "black on green", "CHANGE": "black on yellow", "DESTROY": ALARM, "FORBID": ALARM}


@dataclass(frozen=True)
class Glyphs:
    """The few signs beyond ASCII, with what stands for them where a stream cannot carry them."""

    ellipsis: str = "…"
    dot: str = "·"
    bar: str = "│"
    prompt: str = "›"


ASCII_GLYPHS = Glyphs(ellipsis="...", dot="-", bar="|", prompt=">")


class Paper(Console):
    """A console that leaves a broken pipe to the one door where errors become exit codes."""

    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704


def open_paper(stream: TextIO, settings: Settings) -> Paper:
    """A console on `stream` that obeys the settings and their environment, and interprets nothing in what it prints."""
    return Paper(
        file=stream,
        force_terminal=is_terminal(stream),
        no_color=not settings.color,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
        _environ=settings.environment,
    )


def is_terminal(stream: TextIO) -> bool:
    """Whether a human may be looking at `stream`; a closed one shows nothing to anybody."""
    return not stream.closed and stream.isatty()


def styled(text: str, style: str, stream: TextIO) -> Text:
    """Text for a console on `stream`, in a style, and free of whatever a terminal would obey."""
    return Text(encodable(printable(text), stream), style=style)


def encodable(text: str, stream: TextIO) -> str:
    """The text with each character that the stream's encoding lacks written as a backslash escape."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def exactly(text: str, stream: TextIO) -> str:
    """The text so that it can be read back: on a stream that needs escapes, its own backslashes are doubled."""
    return text if glyphs_for(stream) == Glyphs() else encodable(text.replace("\\", "\\\\"), stream)


def glyphs_for(stream: TextIO) -> Glyphs:
    """The signs that `stream` can carry."""
    glyphs = Glyphs()
    signs = glyphs.ellipsis + glyphs.dot + glyphs.bar + glyphs.prompt
    return glyphs if encodable(signs, stream) == signs else ASCII_GLYPHS


def clipped(text: str, width: int) -> str:
    """The start of `text` that fits into `width` cells."""
    return folded(text, width)[0] if width > 1 else ""


def folded(text: str, width: int) -> list[str]:
    """The whole of `text` in pieces of at most `width` cells; a character that joins another takes a cell too.

    No piece but one of blanks alone ends in a blank, which nobody could see.
    """
    pieces, room = [""], width
    for character in text:
        size = max(1, cell_len(character))
        if size > room:
            kept = pieces[-1].rstrip(" ") or pieces[-1]
            pieces[-1:] = [kept, pieces[-1][len(kept) :]]
            room = width - len(pieces[-1])
        pieces[-1] += character
        room -= size
    return pieces
