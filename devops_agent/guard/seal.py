"""What exactly was agreed to: a digest of the call, the folder, the destination, and the files that the call names."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from devops_agent.events import Call
from devops_agent.guard.targets import PROGRAMS, simple_commands

MOST_FILES = 100
LARGEST = 4_000_000
"""Bytes of a file that are read; of a larger one its size and time of change count."""


def seal(call: Call, folder: Path, destination: str) -> str:
    """A digest that changes when anything that the user was shown, or that the call rests on, changes."""
    parts = [call.tool, json.dumps(call.arguments, sort_keys=True, default=str), os.path.realpath(folder), destination]
    parts += [f"{path}={_digest(path)}" for path in list(_files(call, folder))[:MOST_FILES]]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _files(call: Call, folder: Path) -> Iterator[str]:
    """The real paths of what the call names: its file, or each word of a command that is one."""
    if call.tool != "bash":
        path = call.arguments.get("path")
        if isinstance(path, str):
            yield os.path.realpath(_named(folder, path))
        return
    for words in simple_commands(str(call.arguments.get("command", ""))):
        deep = Path(words[0]).name in PROGRAMS
        for word in words:
            for name in (word, word.partition("=")[2]):
                yield from _existing(_named(folder, name), deep=deep) if name else ()


def _named(folder: Path, name: str) -> str:
    return os.path.join(folder, os.path.expanduser(name))  # noqa: PTH111, PTH118 (a name may be no path at all)


def _existing(path: str, *, deep: bool) -> Iterator[str]:
    """The file, or for a folder of manifests the files in it."""
    with suppress(OSError, ValueError):
        if os.path.isfile(path):  # noqa: PTH113
            yield os.path.realpath(path)
        elif deep and os.path.isdir(path):  # noqa: PTH112
            yield from sorted(entry.path for entry in os.scandir(path) if entry.is_file())


def _digest(path: str) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116
        if not os.path.isfile(path) or status.st_size > LARGEST:  # noqa: PTH113
            return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}"
        return f"{status.st_ino} {hashlib.sha256(Path(path).read_bytes()).hexdigest()}"
    except (OSError, ValueError):
        return ""
