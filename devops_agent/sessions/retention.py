"""How long sessions and the audit trail are kept. What goes leaves a row behind by which the rest can be checked."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from devops_agent.sessions.audit import AuditRow, append

DAY = 86_400.0
SLACK = 7 * DAY
"""So much longer is kept what goes by itself, so that it goes seldom and in one piece."""

EVENTS_SHARE, AUDIT_SHARE = 0.6, 0.2
"""What is left of the allowed size to each when it was exceeded."""

LAST_TOO_MUCH = """
    SELECT max(id) FROM (SELECT id, SUM(length(body)) OVER (ORDER BY id DESC) AS total FROM audit) WHERE total > ?
"""
SESSIONS_TOO_MUCH = """
    SELECT session FROM (
        SELECT session, SUM(bytes) OVER (ORDER BY session DESC) AS total
        FROM (SELECT session, SUM(length(body)) AS bytes FROM events GROUP BY session)
    ) WHERE total > ?
"""
USED = """
    SELECT (page_count - freelist_count) * page_size - (SELECT coalesce(SUM(length(content)), 0) FROM undo)
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size
"""


@dataclass(frozen=True)
class Keep:
    """How long, and how much, is kept without being asked; 0 is without end."""

    days: int = 0
    megabytes: int = 0


@dataclass(frozen=True)
class Purged:
    """What went: sessions, rows of the audit trail, and copies for undo."""

    sessions: int
    rows: int
    copies: int

    def __bool__(self) -> bool:
        return bool(self.sessions or self.rows or self.copies)

    def __str__(self) -> str:
        counted = ((self.sessions, "session"), (self.rows, "audit row"), (self.copies, "undo step"))
        return ", ".join(f"{number} {name}{'s' * (number != 1)}" for number, name in counted if number) or "nothing"


def retire(connection: sqlite3.Connection, keep: Keep, is_alive: Callable[[int], bool]) -> Purged:
    """Drop what is older than is kept, and the oldest where there is more than is kept, within a transaction."""
    now = time.time()
    before = now - keep.days * DAY if keep.days and _oldest(connection) < now - keep.days * DAY - SLACK else 0.0
    too_much = keep.megabytes and connection.execute(USED).fetchone()[0] > keep.megabytes * 1_000_000
    if not before and not too_much:
        return Purged(0, 0, 0)
    return purge(connection, before, is_alive, most=keep.megabytes * 1_000_000 if too_much else 0)


def purge(connection: sqlite3.Connection, before: float, is_alive: Callable[[int], bool], most: float = 0) -> Purged:
    """Drop what ended before a time, in seconds since 1970, and the oldest that goes beyond `most` bytes (0: none).

    Sessions at work stay, and so does every row from the first call on that is still running.
    """
    old = {row[0] for row in connection.execute("SELECT id FROM sessions WHERE max(started, touched) < ?", (before,))}
    large = {row[0] for row in connection.execute(SESSIONS_TOO_MUCH, (most * EVENTS_SHARE,))} if most else set()
    gone = sorted(session for session in old | large if not is_alive(session))
    for session in gone:
        connection.execute("DELETE FROM events WHERE session = ?", (session,))
        connection.execute("DELETE FROM sessions WHERE id = ?", (session,))
    copies = connection.execute("DELETE FROM undo WHERE created < ?", (before,)).rowcount
    return Purged(len(gone), _purge_audit(connection, before, most), copies)


def _purge_audit(connection: sqlite3.Connection, before: float, most: float) -> int:
    """Drop the rows up to the first that must stay; how many those were."""
    large = connection.execute(LAST_TOO_MUCH, (most * AUDIT_SHARE,)).fetchone()[0] if most else None
    going = list(_leading(connection, before, large or 0))
    if not going or all(row.facts.get("kind") == "purged" for row in going):
        return 0
    connection.execute("DELETE FROM audit WHERE id <= ?", (going[-1].number,))
    ends = {"first": going[0].number, "last": going[-1].number, "head": going[-1].hash}
    append(connection, {"kind": "purged", "time": time.time(), **ends}, after=going[-1].hash)
    return len(going)


def _leading(connection: sqlite3.Connection, before: float, large: int) -> Iterator[AuditRow]:
    (running,) = connection.execute("SELECT min(intent) FROM running").fetchone()
    for row in map(_row, connection.execute("SELECT id, body, hash FROM audit ORDER BY id")):
        is_old = isinstance(told := row.facts.get("time"), (int, float)) and told < before
        if row.number == running or not (is_old or row.number <= large):
            return
        yield row


def _row(row: tuple[int, str, str]) -> AuditRow:
    return AuditRow(*row)


def _oldest(connection: sqlite3.Connection) -> float:
    """When the oldest session or row was last touched, in seconds since 1970."""
    (session,) = connection.execute("SELECT min(max(started, touched)) FROM sessions").fetchone()
    first = connection.execute("SELECT id, body, hash FROM audit ORDER BY id LIMIT 1").fetchone()
    told = _row(first).facts.get("time") if first else None
    return min(time for time in (session, told, float("inf")) if isinstance(time, (int, float)))
