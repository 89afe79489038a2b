"""The sessions that were kept: to list, look at, go on with and forget."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from devops_agent.errors import DevOpsAgentError
from devops_agent.events import Event
from devops_agent.sessions.codec import decode
from devops_agent.sessions.database import Database
from devops_agent.sessions.journal import TASK
from devops_agent.sessions.liveness import Liveness
from devops_agent.sessions.retention import Purged, purge

LIST = """
    SELECT id, started, max(started, touched), about,
        (SELECT count(*) FROM events WHERE session = sessions.id AND kind = 'task'),
        (SELECT body FROM events WHERE session = sessions.id AND kind = 'task' ORDER BY id LIMIT 1)
    FROM sessions ORDER BY id DESC LIMIT ?
"""
EVENTS = "SELECT kind, body FROM events WHERE session = ? ORDER BY id"


@dataclass(frozen=True)
class SessionEntry:
    """One session, with its first and last time in seconds since 1970, its folder, model, backend and version."""

    number: int
    started: float
    touched: float
    about: dict[str, str]
    tasks: int
    first_task: str


@dataclass
class KeptTask:
    """A task of a session, and what happened, in order."""

    text: str
    events: list[Event] = field(default_factory=list)


class SessionStore:
    """The sessions in a state folder. Every method raises DevOpsAgentError when the store cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder)

    def entries(self, most: int = -1) -> list[SessionEntry]:
        """The sessions, the latest first."""
        with self._database.transaction() as connection:
            rows = connection.execute(LIST, (most,)).fetchall()
        return [
            SessionEntry(number, started, touched, json.loads(about), tasks, json.loads(first) if first else "")
            for number, started, touched, about, tasks, first in rows
        ]

    def tasks(self, number: int) -> list[KeptTask]:
        """What happened in a session."""
        with self._database.transaction() as connection:
            _check_known(connection, number)
            rows = connection.execute(EVENTS, (number,)).fetchall()
        return _grouped(rows)

    def delete(self, number: int) -> None:
        """Forget a session; the audit trail keeps what was done in it."""
        with self._database.transaction() as connection, self._liveness() as alive:
            _check_known(connection, number)
            if alive.is_alive(number):
                raise DevOpsAgentError(f"another process is at work on session {number}", hint="end it first")
            connection.execute("DELETE FROM events WHERE session = ?", (number,))
            connection.execute("DELETE FROM sessions WHERE id = ?", (number,))
        self._database.compact()

    def purge(self, before: float) -> Purged:
        """Forget what ended before a time, in seconds since 1970, the audit trail and the copies for undo included."""
        with self._database.transaction() as connection, self._liveness() as alive:
            purged = purge(connection, before, alive.is_alive)
        self._database.compact()
        return purged

    def _liveness(self) -> "closing[Liveness]":
        return closing(Liveness(self._database.path.parent))


def _check_known(connection: sqlite3.Connection, number: int) -> None:
    if connection.execute("SELECT 1 FROM sessions WHERE id = ?", (number,)).fetchone() is None:
        raise DevOpsAgentError(f"there is no session {number}", hint="devops-agent sessions list shows all")


def _grouped(rows: Iterable[tuple[str, str]]) -> list[KeptTask]:
    tasks: list[KeptTask] = []
    for kind, body in rows:
        if kind == TASK:
            tasks.append(KeptTask(json.loads(body)))
        elif tasks:
            tasks[-1].events.append(decode(kind, body))
    return tasks
