"""A command's output on the screen while it runs."""

import time
from collections.abc import Callable

from devops_agent.events import OutputSeen, Watch
from devops_agent.text import printable
from devops_agent.tools.capture import STREAMS, Stream

INTERVAL = 0.05
SHOWN = 8192
"""Bytes of one stream that are shown at a time; of a flood, only the end can be read anyway."""


class Live:
    """Hands whole lines to the watcher, free of control sequences, at most once an interval."""

    def __init__(self, watch: Watch, clock: Callable[[], float] = time.monotonic) -> None:
        self._watch = watch
        self._clock = clock
        self._due = clock()
        self._pending = {stream: bytearray() for stream in STREAMS}
        self._skipped = dict.fromkeys(STREAMS, 0)
        self._binary: set[Stream] = set()

    def feed(self, stream: Stream, data: bytes) -> None:
        """Take what just arrived on one stream."""
        pending = self._pending[stream]
        pending += data[-SHOWN:]
        surplus = max(0, len(pending) - SHOWN)
        del pending[:surplus]
        self._skipped[stream] += max(0, len(data) - SHOWN) + surplus

    def tick(self) -> float | None:
        """Show what is due; say in how many seconds the rest is (None: nothing waits)."""
        if not any(b"\n" in pending or b"\r" in pending for pending in self._pending.values()):
            return None
        wait = self._due - self._clock()
        if wait > 0:
            return wait
        for stream, pending in self._pending.items():
            self._show(stream, max(pending.rfind(b"\n"), pending.rfind(b"\r")) + 1)
        self._due = self._clock() + INTERVAL
        return None

    def finish(self) -> None:
        """Show all that is left."""
        for stream, pending in self._pending.items():
            self._show(stream, len(pending))

    def _show(self, stream: Stream, size: int) -> None:
        """Show the first `size` bytes of what waits on a stream."""
        data = bytes(self._pending[stream][:size])
        del self._pending[stream][:size]
        if not data or stream in self._binary:
            return
        text = f"[... {self._skipped[stream]} bytes not shown ...]\n" if self._skipped[stream] else ""
        self._skipped[stream] = 0
        if b"\0" in data:
            self._binary.add(stream)
            text += "[binary output]\n"
        else:
            text += printable(data.decode("utf-8", "backslashreplace"))
        if text:
            self._watch(OutputSeen(text, stream))
