"""Which sessions are still at work: each locks its own byte of one file, and the kernel unlocks it when it ends."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from devops_agent.errors import DevOpsAgentError

FILE_NAME = "sessions.lock"


class Liveness:
    """The locks of this process; raises DevOpsAgentError when their file cannot be had.

    Closing the file would give them all up, so it stays open until `close`.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._descriptor = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DevOpsAgentError(f"cannot use {folder / FILE_NAME}: {error.strerror}") from None

    def hold(self, session: int) -> None:
        """Say that this process is at work on a session; a file system without locks is no reason to stop."""
        with suppress(OSError):
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, session)

    def is_alive(self, session: int) -> bool:
        """Whether another process is at work on a session."""
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, session)
        except OSError:
            return True
        fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, session)
        return False

    def close(self) -> None:
        os.close(self._descriptor)
