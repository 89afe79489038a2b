"""What a command wrote, in bounded memory: the head and the tail of each stream, in the order it arrived."""

import codecs
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from devops_agent.text import printable
from devops_agent.tools.binary import describe
from devops_agent.tools.observation import gap

Stream = Literal["stdout", "stderr"]
STREAMS: tuple[Stream, Stream] = ("stdout", "stderr")

KEPT = 32 * 1024
"""Bytes kept at each end of a stream."""

BURST = 0.2
"""Seconds of silence that part two bursts. Within one, the order between two pipes is chance: stdout goes first."""


@dataclass
class _Piece:
    burst: int
    data: bytearray


@dataclass
class _Ends:
    """The two ends of one stream."""

    size: int = 0
    binary: bool = False
    head: list[_Piece] = field(default_factory=list)
    tail: list[_Piece] = field(default_factory=list)

    def add(self, burst: int, data: bytes) -> None:
        room = max(0, KEPT - self.size)
        self.size += len(data)
        self.binary = self.binary or b"\0" in data
        _extend(self.head, burst, data[:room])
        _extend(self.tail, burst, data[room:][-KEPT:])
        if _length(self.tail) > 4 * KEPT:
            self.trim()

    def trim(self) -> None:
        """Forget what lies between the ends."""
        excess = _length(self.tail) - KEPT
        while excess > 0:
            cut = self.tail[0].data[:excess]
            del self.tail[0].data[:excess]
            excess -= len(cut)
            if not self.tail[0].data:
                del self.tail[0]

    @property
    def missing(self) -> int:
        return self.size - _length(self.head) - _length(self.tail)


def _extend(pieces: list[_Piece], burst: int, data: bytes) -> None:
    if pieces and pieces[-1].burst == burst:
        pieces[-1].data += data
    elif data:
        pieces.append(_Piece(burst, bytearray(data)))


def _length(pieces: list[_Piece]) -> int:
    return sum(len(piece.data) for piece in pieces)


class Capture:
    """Takes both streams and gives them back as one text."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._burst = 0
        self._last = clock()
        self._streams = {stream: _Ends() for stream in STREAMS}

    @property
    def size(self) -> int:
        """Bytes that arrived on both streams."""
        return sum(ends.size for ends in self._streams.values())

    @property
    def missing(self) -> int:
        """Bytes that were not kept."""
        return sum(ends.missing for ends in self._streams.values())

    def feed(self, stream: Stream, data: bytes) -> None:
        """Take what just arrived on one stream."""
        now = self._clock()
        self._burst += now - self._last >= BURST
        self._last = now
        self._streams[stream].add(self._burst, data)

    def text(self) -> str:
        """All of it, printable. It is stdout up to the first line that says [stderr], and so on from label to label."""
        for ends in self._streams.values():
            ends.trim()
        parts = sorted(
            ((burst, stream, text) for stream in STREAMS for burst, text in _texts(self._streams[stream])),
            key=lambda part: (part[0], STREAMS.index(part[1])),
        )
        lines, current = "", "stdout"
        for _, stream, text in parts:
            if stream != current and text:
                lines += f"{_newline(lines)}[{stream}]\n"
                current = stream
            lines += text
        return printable(lines)


def _newline(text: str) -> str:
    """What is missing for the next line to start at the margin."""
    return "" if not text or text.endswith("\n") else "\n"


def _texts(ends: _Ends) -> Iterator[tuple[int, str]]:
    """The stream decoded, in (burst, text) parts; one notice when it is not text."""
    if ends.binary:
        first = (ends.head or ends.tail)[0]
        yield first.burst, f"[{describe(bytes(first.data), ends.size)}]\n"
    elif not ends.missing:
        yield from _decoded(ends.head + ends.tail, final=True)
    else:
        yield from _decoded(ends.head, final=False)
        yield ends.tail[0].burst, f"\n{gap(ends.missing)}\n"
        yield from _decoded(_from_whole_character(ends.tail), final=True)


def _decoded(pieces: list[_Piece], *, final: bool) -> Iterator[tuple[int, str]]:
    """Decode piece by piece; a character torn between two of them is whole in the second."""
    decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
    for piece in pieces:
        yield piece.burst, decoder.decode(bytes(piece.data), final and piece is pieces[-1])


def _from_whole_character(pieces: list[_Piece]) -> list[_Piece]:
    """Without the rest of a character whose start was forgotten."""
    data = pieces[0].data
    torn = next((index for index, byte in enumerate(data[:3]) if byte & 0xC0 != 0x80), 0)
    return [_Piece(pieces[0].burst, data[torn:]), *pieces[1:]]
