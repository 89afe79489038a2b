"""The files of a made-up machine below its home, on the disk and in the world: the same on both sides."""

import os
import stat
from pathlib import Path

from devops_agent.disk import open_regular
from devops_agent.evaluation.worlds.files.tree import File
from devops_agent.evaluation.worlds.world import World

LARGEST = 1 << 20
Mark = tuple[int, int, int]
"""Time of change, size and mode: what tells that a file is no longer what it was."""


class Grounds:
    """The home of a world as a folder on the disk. The world's paths are real paths."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._marks: dict[str, Mark] = {}
        self.lay()

    def lay(self) -> None:
        """Put on the disk what the world has and the disk has not, and take away what the world no longer has."""
        tree = self.world.files.tree
        for path in sorted(path for path in tree if self._is_inside(path)):
            if path not in self._marks or self._known.get(path) is not tree[path]:
                self._write(path, tree[path])
        for path in sorted(set(self._marks) - set(tree), reverse=True):
            Path(path).rmdir() if self._known[path].text is None else Path(path).unlink()
        self._note()

    def absorb(self) -> None:
        """Let the world know what has become of the files."""
        tree = self.world.files.tree
        real = {path: _mark(path) for path in self._on_disk()}
        for path in [path for path in tree if self._is_inside(path) and path not in real]:
            del tree[path]
        for path, mark in real.items():
            if self._marks.get(path) != mark:
                tree[path] = self._read(path)
        self._note()

    def _note(self) -> None:
        tree = self.world.files.tree
        self._marks = {path: _mark(path) for path in tree if self._is_inside(path)}
        self._known = {path: tree[path] for path in self._marks}

    def _is_inside(self, path: str) -> bool:
        return path == self.world.home or path.startswith(f"{self.world.home}/")

    def _on_disk(self) -> list[str]:
        found = [self.world.home]
        for folder, folders, names in os.walk(self.world.home):
            found += [f"{folder}/{name}" for name in (*folders, *names)]
        return found

    def _write(self, path: str, file: File) -> None:
        real = Path(path)
        if file.text is None:
            real.mkdir(parents=True, exist_ok=True)
        else:
            data = file.text.encode()
            real.write_bytes(data)
            os.truncate(real, max(len(data), file.size))
        real.chmod(_bits(file.mode))
        os.utime(real, (file.modified, file.modified))

    def _read(self, path: str) -> File:
        status = os.lstat(path)
        mode = stat.filemode(status.st_mode)[1:]
        owner, modified = self.world.files.owner, int(status.st_mtime)
        if stat.S_ISDIR(status.st_mode):
            return File(None, 0, modified, mode, owner, owner)
        text = ""
        if stat.S_ISREG(status.st_mode):
            with open_regular(Path(path), follow=False) as file:
                text = file.read(LARGEST).decode("utf-8", "backslashreplace")
        return File(text, status.st_size if status.st_size > len(text.encode()) else 0, modified, mode, owner, owner)


def _mark(path: str) -> Mark:
    status = os.lstat(path)
    folder = stat.S_ISDIR(status.st_mode)
    return (0 if folder else status.st_mtime_ns, 0 if folder else status.st_size, status.st_mode)


def _bits(mode: str) -> int:
    return sum(1 << (8 - place) for place, letter in enumerate(mode) if letter != "-")
