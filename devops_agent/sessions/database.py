"""The one SQLite file of the state folder: private, safe against crashes, shared by any number of processes."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from devops_agent.errors import DevOpsAgentError
from devops_agent.sessions.room import FULL, advice, lack_of_room

FILE_NAME = "state.db"
LATER = "written by a later version of devops-agent"
PATIENCE = 10
"""Seconds to wait for another process."""

MIGRATIONS = (
    """
    CREATE TABLE undo (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path BLOB NOT NULL,
        existed INTEGER NOT NULL,
        mode INTEGER NOT NULL,
        content BLOB NOT NULL,
        digest_after TEXT NOT NULL,
        created REAL NOT NULL
    )
    """,
    "ALTER TABLE undo ADD COLUMN command TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, started REAL NOT NULL, about TEXT NOT NULL)",
    """
    CREATE TABLE events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL
    )
    """,
    "CREATE INDEX events_of_session ON events (session, id)",
    "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE TABLE running (intent INTEGER PRIMARY KEY, session INTEGER NOT NULL)",
    "ALTER TABLE sessions ADD COLUMN touched REAL NOT NULL DEFAULT 0",
)
"""One statement a step; the number of steps taken is the schema's version."""

FOLDER_HINT = "set XDG_STATE_HOME to a folder that can be written; DEVOPS_AGENT_STORE=0 runs without a record"
"""What to do about a state folder that cannot be used."""
HINTS = (
    ("locked", "another process keeps it locked; wait for it, or end it"),
    ("readonly", "make it writable; DEVOPS_AGENT_STORE=0 runs without a record"),
    ("unable to open", FOLDER_HINT),
    (
        "disk I/O",
        "look at `dmesg`: the disk does not read or write as it should; the record may well be sound",
    ),
)
"""What to do about an error whose text holds the word."""


class Database:
    """The state database of a folder. `notice` says what the user should know about how it was found."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self.notice = ""
        self._held: sqlite3.Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection that holds the write lock; its work is kept unless the block raises. Raises DevOpsAgentError."""
        try:
            connection = self._held or self._open()
            try:
                with _kept_or_undone(connection):
                    yield connection
            finally:
                if connection is not self._held:
                    connection.close()
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def hold(self) -> None:
        """Keep one connection for all that follows, until `close`. Raises DevOpsAgentError."""
        if self._held is None:
            try:
                self._held = self._open()
            except (sqlite3.Error, OSError) as error:
                raise self._unusable(error) from error

    def compact(self) -> bool:
        """Leave nothing of what was deleted in the file, and give its space back; False while others are at work."""
        self.hold()
        assert self._held is not None
        try:
            self._held.execute("VACUUM")
            blocked, *_ = self._held.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        finally:
            self.close()
        return not blocked

    def close(self) -> None:
        """Give the connection back."""
        held, self._held = self._held, None
        if held:
            held.close()

    def _unusable(self, error: Exception) -> DevOpsAgentError:
        folder = self.path.parent
        lack = lack_of_room(folder) or (FULL if "is full" in str(error) else "")
        reason = lack or getattr(error, "strerror", None) or error
        hint = advice(folder) if lack else _hint(error)
        return DevOpsAgentError(f"cannot use the state database {self.path}: {reason}", hint=hint)

    def _open(self) -> sqlite3.Connection:
        """Connect, one process at a time, so that only one makes, upgrades or replaces the file."""
        _make_private(self.path.parent)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            try:
                return self._connect()
            except sqlite3.DatabaseError as error:
                if type(error) is not sqlite3.DatabaseError:  # its children are not about the file being damaged
                    raise
                self._move_aside()
                return self._connect()
        finally:
            os.close(folder)

    def _connect(self) -> sqlite3.Connection:
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _move_aside(self) -> None:
        aside = self.path.with_name(f"{FILE_NAME}.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}")
        self.path.rename(aside)
        for suffix in ("-wal", "-shm"):
            self.path.with_name(FILE_NAME + suffix).unlink(missing_ok=True)
        self.notice = f"the state database was damaged; it is now {aside}, and a new one was started"


@contextmanager
def _kept_or_undone(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def problem(folder: Path) -> str:
    """Why the database of a folder cannot be used as it is; "" when it can, or is not there yet. Changes nothing."""
    path = folder / FILE_NAME
    if not path.exists():
        return ""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?immutable=1", uri=True)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        return f"{path}: {error}"
    return f"{path}: {LATER}" if version > len(MIGRATIONS) else ""


def _hint(error: Exception) -> str:
    otherwise = FOLDER_HINT if isinstance(error, OSError) else "move the file away to start anew"
    return next((hint for word, hint in HINTS if word in str(error)), otherwise)


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _prepare(connection: sqlite3.Connection) -> None:
    """Raises DevOpsAgentError when a later version of the program wrote the file."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise DevOpsAgentError(f"the state database was {LATER}", hint="update devops-agent")
    with suppress(sqlite3.OperationalError):  # network folders cannot share the memory that WAL needs
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    if version < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        for statement in MIGRATIONS[version:]:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
