"""A tree of files: absolute path -> file; folders are there when something says so."""

import fnmatch
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class File:
    """A file or (`text` is None) a folder. `size` stands for content too large to make up; `modified` is in seconds."""

    text: str | None = ""
    size: int = 0
    modified: int = 0
    mode: str = "rw-r--r--"
    owner: str = "root"
    group: str = "root"

    @property
    def bytes(self) -> int:
        return 4096 if self.text is None else self.size or len(self.text.encode())


class Files:
    """The files of one machine. Every path is absolute; `now` is the time of new ones."""

    def __init__(self, now: int, owner: str) -> None:
        self.now = now
        self.owner = owner
        self.tree: dict[str, File] = {"/": File(None, mode="rwxr-xr-x", modified=now)}

    @staticmethod
    def absolute(cwd: str, path: str) -> str:
        return posixpath.normpath(posixpath.join(cwd, path)) if path else cwd

    def exists(self, path: str) -> bool:
        return path in self.tree

    def is_folder(self, path: str) -> bool:
        return path in self.tree and self.tree[path].text is None

    def text(self, path: str) -> str | None:
        """What a file holds; None for a folder or nothing."""
        found = self.tree.get(path)
        return found.text if found else None

    def write(self, path: str, text: str, **traits: object) -> File:
        """Make or replace a file, with the folders above it."""
        self.make_folder(posixpath.dirname(path))
        old = self.tree.get(path)
        file = File(text, owner=self.owner, group=self.owner, modified=self.now, mode=old.mode if old else "rw-r--r--")
        for name, value in traits.items():
            setattr(file, name, value)
        self.tree[path] = file
        return file

    def make_folder(self, path: str, modified: int = 0) -> None:
        while path not in self.tree:
            system = path.startswith(("/etc", "/var", "/usr", "/opt", "/srv")) or path in ("/home", "/tmp")
            owner = "root" if system else self.owner
            self.tree[path] = File(None, owner=owner, group=owner, mode="rwxr-xr-x", modified=modified or self.now)
            path = posixpath.dirname(path)

    def children(self, folder: str) -> list[str]:
        """The names in a folder, sorted as `LC_ALL=C.UTF-8` does."""
        prefix = folder.rstrip("/") + "/"
        return sorted(path[len(prefix) :] for path in self.tree if self._directly(path, prefix))

    @staticmethod
    def _directly(path: str, prefix: str) -> bool:
        return path.startswith(prefix) and path != prefix and "/" not in path[len(prefix) :]

    def below(self, folder: str) -> Iterator[str]:
        """Every path under a folder, the folder first, in depth-first order."""
        yield folder
        for name in self.children(folder):
            path = posixpath.join(folder, name)
            if self.is_folder(path):
                yield from self.below(path)
            else:
                yield path

    def matching(self, cwd: str, pattern: str) -> list[str]:
        """What a glob pattern stands for, written as the pattern is; the pattern itself when nothing matches."""
        if not any(mark in pattern for mark in "*?["):
            return [pattern]
        folder, _, last = pattern.rpartition("/")
        inside = self.absolute(cwd, folder or ("/" if pattern.startswith("/") else "."))
        names = [name for name in self.children(inside) if fnmatch.fnmatch(name, last) and not name.startswith(".")]
        before = pattern[: len(pattern) - len(last)]
        return [before + name for name in names] or [pattern]

    def remove(self, path: str) -> None:
        for name in [name for name in self.tree if name == path or name.startswith(f"{path}/")]:
            del self.tree[name]

    def move(self, old: str, new: str) -> None:
        for path in [path for path in self.tree if path == old or path.startswith(f"{old}/")]:
            self.tree[new + path[len(old) :]] = self.tree.pop(path)

    def copy(self, old: str, new: str) -> None:
        for path in [path for path in self.tree if path == old or path.startswith(f"{old}/")]:
            source = self.tree[path]
            self.tree[new + path[len(old) :]] = File(
                source.text, source.size, self.now, source.mode, self.owner, self.owner
            )

    def size_below(self, folder: str) -> int:
        """Bytes on disk of all that is below, in whole blocks of 4096."""
        return sum(-(-self.tree[path].bytes // 4096) * 4096 for path in self.below(folder))
