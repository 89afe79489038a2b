"""Files read without surprises, and replaced whole or not at all."""

import fcntl
import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
)
SEARCH = getattr(os, "O_PATH", os.O_RDONLY)
"""A folder one may enter but not list can still be walked through."""


NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
TEMPORARY = re.compile(r"\.devops-agent-[0-9a-f]{16}\.tmp")
STALE_SECONDS = 60
BLOCK = 1 << 20


class NotAFile(OSError):
    """The path leads to something that is not a regular file; the text says to what."""


@dataclass(frozen=True)
class Snapshot:
    """A file as it was: its bytes, permission bits, and how many names it has."""

    data: bytes
    mode: int
    links: int = 1


def digest(data: bytes | None) -> str:
    """A name for a content; "" for a file that is not there."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str:
    """The SHA-256 of a whole file of any size, in hexadecimal. Raises OSError."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def open_regular(path: Path, *, follow: bool = True) -> BinaryIO:
    """Open a regular file for reading; never waits for a pipe or wakes a device. Raises NotAFile and OSError."""
    _refuse_special(path.stat() if follow else path.lstat())
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    file = os.fdopen(os.open(path, flags), "rb")
    try:
        _refuse_special(os.fstat(file.fileno()))
    except NotAFile:
        file.close()
        raise
    return file


def _refuse_special(status: os.stat_result) -> None:
    for is_kind, name in KINDS:
        if is_kind(status.st_mode):
            raise NotAFile(f"it is {name}")


def snapshot(path: Path, most: int) -> Snapshot | None:
    """What a path without symbolic links holds now; None for nothing. Raises OSError, also above `most` bytes."""
    try:
        with open_regular(path, follow=False) as file:
            status = os.fstat(file.fileno())
            data = file.read(most + 1)
    except FileNotFoundError:
        return None
    if len(data) > most:
        raise OSError(f"it is larger than {most} bytes")
    return Snapshot(data, stat.S_IMODE(status.st_mode), status.st_nlink)


def replace_file(path: Path, data: bytes, mode: int | None = None) -> None:
    """Give a path without symbolic links this content, making its folder where needed.

    Without `mode`, a file that is there keeps its own and a new one gets the user's default; the owner stays. Raises
    OSError; the old content is then untouched and nothing is left beside it.
    """
    with _folder(path.parent) as folder:
        _sweep(folder)
        old = _status(path.name, folder)
        if mode is None and old:
            mode = stat.S_IMODE(old.st_mode)
        fill = partial(_fill, data=data, old=old, mode=mode)
        private = 0o666 if mode is None else 0o600
        try:
            _put(path.name, folder, fill, lambda _: _nameless(folder, private))
        except OSError:
            _put(path.name, folder, fill, lambda name: os.open(name, NEW, private, dir_fd=folder))
        _synchronise(folder)


def _put(name: str, folder: int, fill: Callable[[BinaryIO], None], create: Callable[[str], int]) -> None:
    """Create a file, fill it, and let it take the name; it is locked as long as it has another."""
    temporary = f".devops-agent-{secrets.token_hex(8)}.tmp"
    try:
        with os.fdopen(create(temporary), "wb") as file:
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fill(file)
            if not os.fstat(file.fileno()).st_nlink:
                os.link(f"/proc/self/fd/{file.fileno()}", temporary, dst_dir_fd=folder)
            os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)  # noqa: PTH108 (pathlib knows no dir_fd)
        raise


def _nameless(folder: int, mode: int) -> int:
    """A file that is gone with this process as long as it has no name. Raises OSError where there is no such thing."""
    if not hasattr(os, "O_TMPFILE"):
        raise OSError("this system has no files without a name")
    return os.open(".", os.O_WRONLY | os.O_TMPFILE | os.O_CLOEXEC, mode, dir_fd=folder)


def _fill(file: BinaryIO, data: bytes, old: os.stat_result | None, mode: int | None) -> None:
    descriptor = file.fileno()
    file.write(data)
    file.flush()
    if old and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    if mode is not None:
        os.fchmod(descriptor, mode)
    os.fsync(descriptor)


def _sweep(folder: int) -> None:
    """Remove what writers left that were killed: files of theirs which are not new and which nobody holds locked."""
    with suppress(OSError), _opened(".", os.O_RDONLY | os.O_DIRECTORY, folder) as listed:
        for name in filter(TEMPORARY.fullmatch, os.listdir(listed)):  # noqa: PTH208 (pathlib knows no descriptors)
            with suppress(OSError), _opened(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, folder) as left:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - os.fstat(left).st_mtime > STALE_SECONDS:
                    os.unlink(name, dir_fd=folder)  # noqa: PTH108


@contextmanager
def _opened(name: str, flags: int, folder: int) -> Iterator[int]:
    descriptor = os.open(name, flags | os.O_CLOEXEC, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _synchronise(folder: int) -> None:
    """The new name is in place by now; that this may fail means only that a power cut could bring the old one back."""
    with suppress(OSError), _opened(".", os.O_RDONLY, folder) as descriptor:
        os.fsync(descriptor)


def _status(name: str, folder: int) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    """A descriptor of an absolute folder, made where needed, entered step by step so that no link can divert it."""
    descriptor = os.open("/", SEARCH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in path.parts[1:]:
            inner = _enter(descriptor, name)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _enter(folder: int, name: str) -> int:
    flags = SEARCH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(name, flags, dir_fd=folder)
    except FileNotFoundError:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)  # noqa: PTH102 (pathlib knows no dir_fd)
        return os.open(name, flags, dir_fd=folder)
