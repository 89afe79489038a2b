"""Whether the file system of the state folder takes more than it holds, and what to do where it does not."""

import errno
import os
import shlex
from pathlib import Path
from tempfile import TemporaryFile

LEAST = 128 * 1024
"""Bytes that SQLite may need beside its file before it can be opened at all."""
LACKS = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up"}
FULL = LACKS[errno.ENOSPC]


def lack_of_room(folder: Path) -> str:
    """What keeps a folder, or the one where it will be, from taking a little more; "" for nothing of that kind."""
    try:
        try_to_write(folder)
    except OSError as error:
        return LACKS.get(error.errno or 0, "")
    return ""


def try_to_write(folder: Path) -> None:
    """Write a little where a folder is or will be, and leave nothing. Raises OSError."""
    with TemporaryFile(dir=_existing(folder)) as file:
        file.write(bytes(LEAST))
        file.flush()
        os.fsync(file.fileno())


def advice(folder: Path) -> str:
    """Where to make room."""
    disk = _existing(folder).resolve()
    while not disk.is_mount() and disk != disk.parent:
        disk = disk.parent
    name = shlex.quote(str(disk))
    return (
        f"free some space on {name} (`du -xh {name} | sort -h | tail`; `df -i {name}` counts files); nothing runs that"
        " cannot be recorded. DEVOPS_AGENT_STORE=0 runs without a record"
    )


def _existing(folder: Path) -> Path:
    """The folder, or the innermost of those around it that is there. Raises OSError for one that may not be asked."""
    return next(path for path in (folder, *folder.parents) if path.exists())
