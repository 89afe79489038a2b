"""The standard streams as this program found them, made fit to be used."""

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing `typing` would cost more than all else that --version needs
    from typing import IO, Any

REPLACING = "backslashreplace"


class Lossy(io.FileIO):
    """A file that takes every write, and drops what it has no room for."""

    def write(self, data: "Any") -> int:
        try:
            return super().write(data) or len(data)
        except OSError:
            return len(data)


def prepare_streams() -> None:
    """Let none of the standard streams be missing, no write to stderr fail, no character or byte be too much for one.

    A stream that somebody else has put in place of stderr stays.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, _nothing(mode))
    if sys.stderr is sys.__stderr__ and isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _lossy(sys.stderr)
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, REPLACING), (sys.stderr, REPLACING)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def _nothing(mode: str) -> "IO[Any]":
    """A stream in place of a closed one. It takes that one's number, which no other file may get by accident."""
    return open(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8", closefd=False)


def _lossy(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """The same stream, but one that never fails: what it says is worth less than the answer on stdout."""
    file = Lossy(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(file), encoding=stream.encoding, line_buffering=True)
