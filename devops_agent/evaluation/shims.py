"""Programs on PATH that answer for a made-up machine: a folder of scripts, and a socket behind them."""

import os
import shutil
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shlex import quote
from threading import Thread

from devops_agent.evaluation import shim
from devops_agent.evaluation.worlds.result import Result
from devops_agent.evaluation.worlds.world import World

REAL = tuple(
    """
    awk base64 basename bash cat chmod chown cmp comm cp cut diff dirname du egrep expr fgrep file find gawk grep gunzip
    gzip head install join less ln ls mawk md5sum mkdir mktemp mv nl od paste printf pwd readlink realpath rev rm rmdir
    sed seq sh sha256sum sort split stat strings tac tail tar tee test touch tr truncate uniq wc which xargs zcat
    """.split()
)
"""What works on the files of the task by itself, and is left to the system's own programs."""
PATIENCE = 10.0
"""Seconds a shim may take to say what it wants."""
MOST = 1 << 21
Answer = Callable[[str, str, list[str], str], Result]
"""Takes a program's name, its folder, its arguments and its standard input."""


def shimmed(world: World) -> frozenset[str]:
    """The programs that the world answers for."""
    return frozenset(world.programs) - frozenset(REAL)


class Shims:
    """Serves the programs of a world to whoever has `path` on their PATH. Close it after use."""

    def __init__(self, folder: Path, names: frozenset[str], answer: Answer) -> None:
        self.path = folder / "bin"
        self._answer = answer
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(folder / "s"))
        self._socket.listen(16)
        self._write_scripts(folder / "s", names)
        self._thread = Thread(target=self._serve, name="shims", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _write_scripts(self, address: Path, names: frozenset[str]) -> None:
        self.path.mkdir()
        for name in REAL:
            if found := shutil.which(name):
                (self.path / name).symlink_to(found)
        start = f"exec {quote(sys.executable)} -IS {quote(shim.__file__)} {quote(str(address))}"
        for name in names:
            script = self.path / name
            script.write_text(f'#!/bin/sh\n{start} {name} "$@"\n')
            script.chmod(0o755)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, suppress(OSError, ValueError):
                connection.settimeout(PATIENCE)
                name, folder, *arguments, given = _fields(_received(connection))
                result = self._answer(name, folder, arguments, given)
                out, err = result.out.encode(), result.err.encode()
                connection.sendall(f"{result.code} {len(out)}\n".encode() + out + err)


def _received(connection: socket.socket) -> bytes:
    found = b""
    while len(found) < MOST and (piece := connection.recv(1 << 16)):
        found += piece
    return found


def _fields(request: bytes) -> list[str]:
    """The fields of a request. Raises ValueError for one that no shim sent."""
    head, _, rest = request.partition(b"\n")
    found = []
    for size in map(int, head.split()):
        found.append(os.fsdecode(rest[:size]))
        rest = rest[size:]
    if len(found) < 3:
        raise ValueError("a shim sends at least its name, its folder and its input")
    return found
