"""Lines broken where words end, for a terminal that would break them anywhere."""

import re

from rich.cells import cell_len

from devops_agent.ui.theme import folded

CODE = re.compile(r" {4}|\t|\$ |\|")
"""How lines begin that are meant to be copied, or that are rows of a table."""
FENCE = re.compile(r" {0,3}(?:```|~~~)")
INDENT = re.compile(r"\s*(?:[-*+] |\d+[.)] )?")
LEAST_ROOM = 20


def wrapped(text: str, width: int) -> str:
    """The text with its long lines broken at blanks; code stays as it is, a list item goes on below its words."""
    lines, is_code = [], False
    for line in text.split("\n"):
        fence = FENCE.match(line)
        is_code ^= bool(fence)
        plain = is_code or fence or CODE.match(line) or cell_len(line) <= width
        lines += [line] if plain else _broken(line, width)
    return "\n".join(lines)


def _broken(line: str, width: int) -> list[str]:
    start = INDENT.match(line)
    indent = " " * len(start[0]) if start and len(start[0]) + LEAST_ROOM <= width else ""
    pieces = [line]
    while cell_len(pieces[-1]) > width:
        at = len(folded(pieces[-1], width)[0])
        blank = pieces[-1].rfind(" ", len(indent) + 1, at + 1)
        if blank < 0 or not pieces[-1][:blank].strip():
            blank = pieces[-1].find(" ", at)
        if blank < 0:
            break
        pieces[-1:] = [pieces[-1][:blank].rstrip(), indent + pieces[-1][blank:].lstrip()]
    return pieces
