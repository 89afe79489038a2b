"""What a write would change, for a human to read."""

import difflib
import io

MOST_LINES = 5000
"""Lines of both texts together that are compared; comparing takes time that grows with their square."""


def difference(name: str, old: str, new: str) -> str:
    """A unified diff, or for texts too long to compare, the whole new text; nothing is ever cut."""
    if old == new:
        return f"no change to {name}\n"
    before, after = _lines(old), _lines(new)
    if len(before) + len(after) > MOST_LINES:
        return f"all {len(before)} lines of {name} replaced by these {len(after)}{open_end(new)}:\n{new}"
    lines = difflib.unified_diff(before, after, fromfile=name, tofile="after the write")
    return "".join(map(_shown, lines))


def open_end(text: str) -> str:
    """What to say of a text whose last line has no end; "" of any other."""
    return "" if not text or text.endswith("\n") else ", no line end at the end"


def _lines(text: str) -> list[str]:
    return io.StringIO(text, newline="\n").readlines()


def _shown(line: str) -> str:
    """A line of a diff; the blank before an empty line that stays would only be another thing to look at."""
    if line == " \n":
        return "\n"
    return line if line.endswith("\n") else f"{line}\n\\ no line end at the end\n"
