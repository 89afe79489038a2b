"""What identifies a file's content, computed once and remembered for as long as nobody has touched the file."""

import hashlib
from contextlib import suppress
from pathlib import Path

from devops_agent.disk import file_digest, replace_file


class DigestBook:
    """Digests remembered in one folder, a file each. A folder that cannot be written costs time, nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def digest(self, path: Path) -> str:
        """The SHA-256 of a file, in hexadecimal; unless remembered it costs a second or two a GB. Raises OSError."""
        state = _state(path)
        name = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:32]
        entry = self._folder.resolve() / name
        with suppress(OSError, UnicodeDecodeError):
            known, _, digest = entry.read_text(encoding="ascii").rpartition(" ")
            if known == state:
                return digest
        digest = file_digest(path)
        with suppress(OSError):
            replace_file(entry, f"{state} {digest}".encode(), mode=0o600)
        return digest


def _state(path: Path) -> str:
    """What no change of a file leaves as it was: the time of its last change cannot be set by hand."""
    status = path.stat()
    return f"{status.st_dev} {status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"
