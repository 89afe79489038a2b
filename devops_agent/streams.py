"""The standard streams as this program found them, made fit to be used."""

import io
import os
import sys
from typing import IO, Any


def prepare_streams() -> None:
    """Let none of the standard streams be missing, and no character be one that stdout or stderr cannot carry."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, _nothing(mode))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nothing(mode: str) -> IO[Any]:
    """A stream in place of a closed one. It takes that one's number, which no other file may get by accident."""
    return open(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8", closefd=False)
