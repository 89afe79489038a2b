"""What a write would change, for a human to read."""

import difflib

MOST_LINES = 5000
"""Lines of both texts together that are compared; comparing takes time that grows with their square."""


def difference(name: str, old: str, new: str) -> str:
    """A unified diff, or for texts too long to compare, the whole new text; nothing is ever cut."""
    if old == new:
        return f"no change to {name}\n"
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(before) + len(after) > MOST_LINES:
        return f"all {len(before)} lines of {name} replaced by these {len(after)}:\n{new}"
    lines = difflib.unified_diff(before, after, fromfile=name, tofile="after the write")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ no line end at the end\n" for line in lines)
