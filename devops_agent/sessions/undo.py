"""What files held before the agent wrote them, and the way back."""

import os
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

from devops_agent.disk import Snapshot, digest, replace_file, snapshot
from devops_agent.errors import DevOpsAgentError
from devops_agent.sessions.database import Database

LARGEST = 50_000_000
"""Bytes of a file that may be kept."""

KEPT = 200_000_000
"""Bytes of all kept files together; the oldest are forgotten first."""

PRUNE = """
    DELETE FROM undo WHERE id IN (
        SELECT id FROM (SELECT id, SUM(length(content)) OVER (ORDER BY id DESC) AS total FROM undo) WHERE total > ?
    )
"""

FIND = """
    SELECT id, path, existed, mode, content, digest_after, command FROM undo
    WHERE id = coalesce(?, (SELECT max(id) FROM undo))
"""


@dataclass(frozen=True)
class Entry:
    """One change that can be undone. `created` is in seconds since 1970; `size` is None for a file the write made.

    `command` brings a cluster or container back, from the folder `path`; it is "" for the write of a file.
    """

    number: int
    path: Path
    created: float
    size: int | None
    command: str = ""
    objects: bytes = field(default=b"", repr=False)


class UndoStore:
    """The undo copies in a state folder. Every method raises DevOpsAgentError when the store cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder)

    def take_notice(self) -> str:
        """What the user should know about the store and was not told yet; "" for nothing."""
        notice, self._database.notice = self._database.notice, ""
        return notice

    def save(self, path: Path, old: Snapshot | None, data: bytes) -> int:
        """Keep what `path` (without symbolic links) holds before it gets `data`; the number to undo it by."""
        before = old or Snapshot(b"", 0)
        row = (os.fsencode(path), old is not None, before.mode, before.data, digest(data), time.time())
        with self._database.transaction() as connection:
            number = connection.execute(
                "INSERT INTO undo (path, existed, mode, content, digest_after, created) VALUES (?, ?, ?, ?, ?, ?)", row
            ).lastrowid
            connection.execute(PRUNE, (KEPT,))
        assert number is not None
        return number

    def save_command(self, folder: Path, command: str, objects: bytes) -> int:
        """Keep the command that brings something back, and the objects it needs; the number to undo it by."""
        row = (os.fsencode(folder), objects, command, time.time())
        with self._database.transaction() as connection:
            number = connection.execute(
                "INSERT INTO undo (path, existed, mode, content, digest_after, command, created)"
                " VALUES (?, 1, 0, ?, '', ?, ?)",
                row,
            ).lastrowid
            connection.execute(PRUNE, (KEPT,))
        assert number is not None
        return number

    def entry(self, number: int | None = None) -> Entry:
        """The given change, or the last one, with the objects its command needs. Raises DevOpsAgentError for none."""
        with self._database.transaction() as connection:
            number, path, _, _, content, _, command = _row(connection, number)
        return Entry(number, Path(os.fsdecode(path)), 0, len(content), command, content)

    def forget(self, number: int) -> None:
        """Drop a copy whose write did not happen, or that was used."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM undo WHERE id = ?", (number,))

    def entries(self) -> list[Entry]:
        """The writes that can be undone, the latest first."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT id, path, created, existed, length(content), command FROM undo ORDER BY id DESC"
            )
            return [
                Entry(number, Path(os.fsdecode(path)), created, size if existed else None, command)
                for number, path, created, existed, size, command in rows
            ]

    def undo(self, number: int | None = None) -> str:
        """Undo the given write, or the last one, and say what that did.

        Raises DevOpsAgentError when there is no such write, when the file was changed after it, and for a change that
        only a command can undo.
        """
        with self._database.transaction() as connection:
            number, path, old, digest_after = _find(connection, number)
            try:
                done = _restore(path, old, digest_after, number)
            except OSError as error:
                raise DevOpsAgentError(f"cannot restore {path}: {error.strerror or error}") from None
            connection.execute("DELETE FROM undo WHERE id = ?", (number,))
        return done


def _row(connection: sqlite3.Connection, number: int | None) -> tuple[int, bytes, int, int, bytes, str, str]:
    row: tuple[int, bytes, int, int, bytes, str, str] | None = connection.execute(FIND, (number,)).fetchone()
    if row is None:
        what = "there is nothing to undo" if number is None else f"there is no write {number} to undo"
        raise DevOpsAgentError(what, hint="devops-agent undo --list shows what can be undone")
    return row


def _find(connection: sqlite3.Connection, number: int | None) -> tuple[int, Path, Snapshot | None, str]:
    number, path, existed, mode, content, digest_after, command = _row(connection, number)
    if command:
        raise DevOpsAgentError(
            f"change {number} is undone by a command: {command}", hint=f"devops-agent undo {number} asks, and runs it"
        )
    return number, Path(os.fsdecode(path)), Snapshot(content, mode) if existed else None, digest_after


def _restore(path: Path, old: Snapshot | None, digest_after: str, number: int) -> str:
    now = snapshot(path, LARGEST)
    now_data = now.data if now else None
    if now_data == (old.data if old else None):
        return f"{path} already is as it was before write {number}"
    if digest(now_data) != digest_after:
        raise DevOpsAgentError(
            f"{path} was changed after write {number}, so undoing it would lose that change",
            hint="move the file away, or undo another write: devops-agent undo --list",
        )
    if old is None:
        path.unlink()
        return f"deleted {path}, which did not exist before write {number}"
    replace_file(path, old.data, old.mode)
    return f"restored {path} to what it held before write {number} ({len(old.data)} bytes)"
