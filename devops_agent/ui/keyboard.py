"""Whether a terminal shows what is typed. The keys themselves are kept for whoever reads next, shown or not."""

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

LOCAL_MODES = 3


@contextmanager
def echo(stream: TextIO, *, on: bool) -> Iterator[None]:
    """Have the terminal of `stream` show what is typed, or not, while the block runs; what is no terminal stays."""
    before = _switch(stream, on=on)
    try:
        yield
    finally:
        if before is not None:
            _switch(stream, on=before)


def _switch(stream: TextIO, *, on: bool) -> bool | None:
    """Whether the terminal showed it until now; None where that cannot be changed."""
    try:
        descriptor = stream.fileno()
        if os.tcgetpgrp(descriptor) != os.getpgrp():
            return None  # who changes a terminal from the background is stopped
        modes = termios.tcgetattr(descriptor)
        before = bool(modes[LOCAL_MODES] & termios.ECHO)
        if before != on:
            modes[LOCAL_MODES] ^= termios.ECHO
            termios.tcsetattr(descriptor, termios.TCSANOW, modes)
    except (OSError, ValueError, termios.error):
        return None
    return before
