"""A model that repeats itself without end, noticed while it writes."""

import re

CHUNK = 50
REPEATS = 10
STRETCH = 3 * CHUNK * REPEATS
"""How far back the repeats of a chunk are looked for: a loop may be longer than the chunk itself."""
LONGEST_LINE = 16_000
_LINE_END = re.compile(r"\n|\\n")  # inside a JSON string a line ends with the two characters \n


class LoopDetector:
    """Watches one reply grow, in pieces of any size."""

    def __init__(self) -> None:
        self._tail = ""
        self._unchecked = 0
        self._line = 0

    def add(self, piece: str) -> bool:
        """Take the next piece; True when the model goes round in circles or writes a line without end."""
        ends = [match.end() for match in _LINE_END.finditer(piece)]
        self._line = len(piece) - ends[-1] if ends else self._line + len(piece)
        self._tail = (self._tail + piece)[-STRETCH:]
        self._unchecked += len(piece)
        if self._line > LONGEST_LINE:
            return True
        if self._unchecked < CHUNK:
            return False
        self._unchecked = 0
        return self._tail.count(self._tail[-CHUNK:]) >= REPEATS
