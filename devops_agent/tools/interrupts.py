"""Ctrl-C as something to wait for instead of something that strikes anywhere."""

import os
import signal
import threading
from types import FrameType
from typing import Any


class Interrupts:
    """While open in the main thread, SIGINT is counted and makes `fileno()` readable; elsewhere this does nothing."""

    def __init__(self) -> None:
        self.count = 0
        self._previous: Any = None

    def __enter__(self) -> "Interrupts":
        self._readable, self._writable = os.pipe()
        os.set_blocking(self._writable, False)
        in_main_thread = threading.current_thread() is threading.main_thread()
        if in_main_thread and signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, None):
            self._previous = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
        os.close(self._readable)
        os.close(self._writable)

    def fileno(self) -> int:
        return self._readable

    def take(self) -> None:
        """Empty what made `fileno()` readable."""
        os.read(self._readable, 4096)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        os.write(self._writable, b"\0")
