"""The standard streams as this program found them, made fit to print on."""

import io
import sys


def prepare_streams() -> None:
    """See to it that no character is one that stdout or stderr cannot carry."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
