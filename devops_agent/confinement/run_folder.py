"""A folder of one run's own: made when it starts, gone when it ends."""

import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

LONGEST_BASE = 70
"""Bytes of path that leave room for a socket's name, which the kernel limits to 107."""


class RunFolder:
    """A folder below the state folder, or where that cannot be, among the temporary ones; readable by the user alone.

    Close it after use.
    """

    def __init__(self, state_folder: Path) -> None:
        base = state_folder / "run"
        self.path = base / f"{os.getpid()}-{secrets.token_hex(4)}"
        try:
            if len(os.fsencode(base)) > LONGEST_BASE:
                raise OSError("no socket could be made there")
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sweep(base)
            self.path.mkdir(mode=0o700)
        except OSError:
            self.path = Path(tempfile.mkdtemp(prefix="devops-agent-"))

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _sweep(base: Path) -> None:
    """Remove what runs left that were killed."""
    for folder in base.iterdir():
        process = folder.name.partition("-")[0]
        if process.isdecimal() and not _lives(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return False
    return True
