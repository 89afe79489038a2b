"""The audit trail: rows that each carry the hash of all before them, so that no change to one goes unnoticed."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devops_agent.sessions.database import Database

BEGINNING = "0" * 64
"""What stands for the hash before the first row."""


@dataclass(frozen=True)
class AuditRow:
    """One row: its number, its body (canonical JSON) and its hash."""

    number: int
    body: str
    hash: str

    @property
    def facts(self) -> dict[str, Any]:
        """The body as a mapping; empty for one that is not readable."""
        try:
            facts = json.loads(self.body)
        except ValueError:
            return {}
        return facts if isinstance(facts, dict) else {}


@dataclass(frozen=True)
class Verification:
    """What checking the chain showed: rows seen, the last hash, and what is wrong ("" for nothing).

    `purged` rows before those went by `sessions purge` or by their age.
    """

    rows: int
    head: str
    problem: str = ""
    purged: int = 0


def chained(previous: str, body: str) -> str:
    """The hash of a row: SHA-256 of the hash before it and its body."""
    return hashlib.sha256((previous + body).encode()).hexdigest()


def append(connection: sqlite3.Connection, facts: Mapping[str, Any], after: str = "") -> AuditRow:
    """Add a row within a transaction; `after` is the hash before it where the row that holds it is gone."""
    last = connection.execute("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    body = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=sorted)
    digest = chained(last[0] if last else after or BEGINNING, body)
    number = connection.execute("INSERT INTO audit (body, hash) VALUES (?, ?)", (body, digest)).lastrowid
    assert number is not None
    return AuditRow(number, body, digest)


class AuditTrail:
    """The trail in a state folder, for reading. Every method raises DevOpsAgentError when it cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder)

    def rows(self, last: int = 0) -> list[AuditRow]:
        """All rows in their order, or the `last` ones."""
        with self._database.transaction() as connection:
            found = connection.execute("SELECT id, body, hash FROM audit ORDER BY id DESC LIMIT ?", (last or -1,))
            return [AuditRow(*row) for row in found][::-1]

    def of_session(self, session: int) -> list[AuditRow]:
        """The rows of one session."""
        return [row for row in self.rows() if row.facts.get("session") == session]

    def verify(self, head: str = "") -> Verification:
        """Check every row; with `head`, also that the chain holds the row with this hash, noted down earlier.

        The first digits of a hash stand for it.
        """
        rows = self.rows()
        with self._database.transaction() as connection:
            counted = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
        given = counted[0] if counted else 0
        before = rows[0].number - 1 if rows else 0
        start = _start(rows, before)
        problem = next(_problems(rows, given, start, head), "")
        return Verification(len(rows), rows[-1].hash if rows else BEGINNING, problem, before if start else 0)


def _start(rows: Iterable[AuditRow], before: int) -> str:
    """The hash that the first row follows on, as the row says that took the place of those before; "" for none."""
    if before == 0:
        return BEGINNING
    purges = (row.facts for row in rows if row.facts.get("kind") == "purged")
    return next((str(facts.get("head")) for facts in purges if facts.get("last") == before), "")


def _problems(rows: list[AuditRow], given: int, start: str, head: str) -> Iterator[str]:
    if not start:
        yield f"rows 1 to {rows[0].number - 1} are missing, and no row says that they were purged"
    yield from _breaks(rows, start)
    last = rows[-1].number if rows else 0
    if given > last:
        yield f"rows {last + 1} to {given} are missing at the end"
    known = {row.hash for row in rows} | ({start} if start != BEGINNING or head == BEGINNING else set())
    if head and not any(digest.startswith(head) for digest in known):
        gone = f", or its row is among the {rows[0].number - 1} purged" if start != BEGINNING else ""
        yield f"no row has the hash {head}: the chain was written anew since it was noted down{gone}"


def _breaks(rows: list[AuditRow], start: str) -> Iterator[str]:
    previous, first = start, rows[0].number if rows else 1
    for number, row in enumerate(rows, start=first):
        if row.number != number:
            yield f"row {number} is missing"
        if chained(previous, row.body) != row.hash:
            yield f"row {row.number} was changed, or one before it"
        previous = row.hash
