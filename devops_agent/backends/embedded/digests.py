"""What identifies a file's content, computed once and remembered for as long as nobody has touched the file."""

import hashlib
from contextlib import suppress
from pathlib import Path

from devops_agent.disk import replace_file

HASHED_WHOLE = 64 * 1024 * 1024
"""A larger file is known by its size, its date and its first part: reading all of it would take seconds."""
PIECE = 1024 * 1024


class DigestBook:
    """Digests remembered in one folder, a file each. A folder that cannot be written costs time, nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def digest(self, path: Path) -> str:
        """The SHA-256 of a file, in hexadecimal; of a very large one something that changes with it. Raises OSError."""
        state = _state(path)
        name = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:32]
        entry = self._folder.resolve() / name
        with suppress(OSError, UnicodeDecodeError):
            known, _, digest = entry.read_text(encoding="ascii").rpartition(" ")
            if known == state:
                return digest
        digest = _digest(path)
        with suppress(OSError):
            replace_file(entry, f"{state} {digest}".encode(), mode=0o600)
        return digest


def _state(path: Path) -> str:
    """What no change of a file leaves as it was: the time of its last change cannot be set by hand."""
    status = path.stat()
    return f"{status.st_dev} {status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _digest(path: Path) -> str:
    status = path.stat()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if status.st_size > HASHED_WHOLE:
            digest.update(f"{status.st_size} {status.st_mtime_ns} ".encode() + file.read(PIECE))
            return digest.hexdigest()
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
