"""What exactly was agreed to: a digest of the call, the folder, the destination, and the files that the call names."""

import hashlib
import json
import os
import re
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
COMPOSE = (
    "compose.yaml compose.yml compose.override.yaml compose.override.yml docker-compose.yaml docker-compose.yml "
    "docker-compose.override.yaml docker-compose.override.yml .env"
)
UNNAMED = {"make": "GNUmakefile makefile Makefile", "docker": f"{COMPOSE} Dockerfile", "docker-compose": COMPOSE}
"""Files that a program obeys without being told their names."""

SPLIT = re.compile(r"[\s;|&()<>{}'\"`]+")
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
    yield from _of_script(simple_commands(str(call.arguments.get("command", ""))), folder)


def _of_script(commands: list[list[str]], folder: Path) -> Iterator[str]:
    """What a script rests on: where one program obeys files, each file that any of its commands names counts."""
    programs = {Path(piece).name for words in commands for word in words for piece in _pieces(word)}
    obeys, deep = bool(programs & OBEY_FILES), bool(programs & PROGRAMS)
    names = [name for words in commands for word in (words if obeys else words[:1]) for name in _pieces(word)]
    names += [name for program, files in UNNAMED.items() if program in programs for name in files.split()]
    for place in _places(commands, folder):
        for name in names:
            yield from _existing(_named(place, name), deep=deep)
        if programs & {"terraform", "tofu"}:
            yield from _existing(str(place), deep=True)


def _pieces(word: str) -> list[str]:
    """The word, the value after its `=`, and the words of the command line that it may hold."""
    inner = SPLIT.split(word) if SPLIT.search(word) else []
    return [piece for piece in (word, word.partition("=")[2], *inner) if piece]


def _places(commands: list[list[str]], folder: Path) -> list[Path]:
    """The folder, and those that the script moves to."""
    places = [folder]
    for words in commands:
        if words[0] in ("cd", "pushd") and len(words) > 1:
            places.append(Path(_named(places[-1], words[-1])))
    return places


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
