"""The three pipes a command writes to."""

import fcntl
import os
from contextlib import suppress


class Pipes:
    """Standard output, standard error and report, in this order; all closed on leaving."""

    SIZE = 1 << 20

    def __enter__(self) -> "Pipes":
        self.readable: list[int] = []
        self.writable: list[int] = []
        for _ in range(3):
            readable, writable = os.pipe()
            os.set_blocking(readable, False)
            self._enlarge(readable)
            self.readable.append(readable)
            self.writable.append(writable)
        return self

    def __exit__(self, *_: object) -> None:
        self.close_writable()
        for descriptor in self.readable:
            os.close(descriptor)

    def close_writable(self) -> None:
        """Leave writing to the command, so that its death ends the stream."""
        while self.writable:
            os.close(self.writable.pop())

    def _enlarge(self, descriptor: int) -> None:
        """Fewer, larger reads where the system allows it; the user's share of pipe memory may be used up."""
        with suppress(AttributeError, OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, self.SIZE)
