"""What exactly was agreed to: a digest of the call, the folder, the destination, and the files that the call names."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from devops_agent.events import Call
from devops_agent.guard.targets import PROGRAMS, simple_commands
from devops_agent.policy.tables.interpreters import INTERPRETERS

OBEY_FILES = PROGRAMS | INTERPRETERS | {
    "docker-compose", "ansible-playbook", "terraform", "tofu", "make", "psql", "mysql", "mariadb", "sqlite3", "patch",
    "crontab",
}  # fmt: skip
"""Programs that do what a file says. For all others a file is data, which may change all the time, as logs do."""
EVER_CHANGING = ("/proc/", "/sys/", "/dev/")
MOST_FILES = 100
LARGEST = 4_000_000
"""Bytes of a file that are read; of a larger one its size and time of change count."""


def seal(call: Call, folder: Path, destination: str) -> str:
    """A digest that changes when anything that the user was shown, or that the call rests on, changes."""
    parts = [call.tool, json.dumps(call.arguments, sort_keys=True, default=str), os.path.realpath(folder), destination]
    parts += [f"{path}={_digest(path)}" for path in list(_files(call, folder))[:MOST_FILES]]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _files(call: Call, folder: Path) -> Iterator[str]:
    """The paths of what the call rests on: the file it names, or the programs and the files that its programs obey."""
    if call.tool != "bash":
        path = call.arguments.get("path")
        if isinstance(path, str):
            with suppress(ValueError):  # a name that no system could have
                yield os.path.realpath(_named(folder, path))
        return
    for words in simple_commands(str(call.arguments.get("command", ""))):
        names = {Path(word).name for word in words}
        for word in words if names & OBEY_FILES else words[:1]:
            for name in (word, word.partition("=")[2]):
                yield from _existing(_named(folder, name), deep=bool(names & PROGRAMS)) if name else ()


def _named(folder: Path, name: str) -> str:
    return os.path.join(folder, os.path.expanduser(name))  # noqa: PTH111, PTH118 (a name may be no path at all)


def _existing(path: str, *, deep: bool) -> Iterator[str]:
    """The file, or for a folder of manifests the files in it."""
    with suppress(OSError, ValueError):
        if os.path.isfile(path) and not path.startswith(EVER_CHANGING):  # noqa: PTH113
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
