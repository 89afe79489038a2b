"""One line that says what is going on and for how long, gone without a trace when something else is printed."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from devops_agent.ui.theme import clipped, encodable, glyphs_for

TICK = 0.2
ERASE = "\r\x1b[K"


class Activity:
    """The line on `stream`, drawn by a thread that nobody ever waits for. `width` is asked at each drawing."""

    def __init__(self, stream: TextIO, width: Callable[[], int]) -> None:
        self._stream = stream
        self._width = width
        self._glyphs = glyphs_for(stream)
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._label = ""
        self._since = 0.0
        self._drawn = ""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Draw, from a little after the start, until the block ends in whatever way."""
        self._over = over = threading.Event()
        threading.Thread(target=self._draw_until, args=(over,), name="activity", daemon=True).start()
        try:
            yield
        finally:
            over.set()
            self.show("")

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Keep the line away while the block prints or asks."""
        with self._lock:
            self._erase()
            yield

    def show(self, label: str) -> None:
        """Say this from now on, with the seconds counted anew; "" says nothing."""
        with self._lock:
            self._erase()
            self._label = label
            self._since = time.monotonic()

    def _draw_until(self, over: threading.Event) -> None:
        while not over.wait(TICK):
            with self._lock:
                if over.is_set() or not self._draw():
                    return

    def _draw(self) -> bool:
        """Write the line if it changed; False when the stream is gone."""
        line = self._line()
        if line == self._drawn:
            return True
        try:
            self._stream.write(ERASE + line)
            self._stream.flush()
        except (OSError, ValueError):
            return False
        self._drawn = line
        return True

    def _line(self) -> str:
        if not self._label:
            return ""
        seconds = int(time.monotonic() - self._since)
        clock = f"{self._glyphs.ellipsis} {seconds} s {self._glyphs.dot} Ctrl-C cancels"
        room = self._width() - len(clock) - 1
        return encodable(clipped(self._label, room) + clock, self._stream)

    def _erase(self) -> None:
        if self._drawn:
            self._drawn = ""
            self._stream.write(ERASE)
            self._stream.flush()
