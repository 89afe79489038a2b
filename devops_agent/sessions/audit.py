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
    """What checking the chain showed: rows seen, the last hash, and what is wrong ("" for nothing)."""

    rows: int
    head: str
    problem: str = ""


def chained(previous: str, body: str) -> str:
    """The hash of a row: SHA-256 of the hash before it and its body."""
    return hashlib.sha256((previous + body).encode()).hexdigest()


def append(connection: sqlite3.Connection, facts: Mapping[str, Any]) -> int:
    """Add a row within a transaction, and return its number."""
    last = connection.execute("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    body = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=sorted)
    row = (body, chained(last[0] if last else BEGINNING, body))
    number = connection.execute("INSERT INTO audit (body, hash) VALUES (?, ?)", row).lastrowid
    assert number is not None
    return number


class AuditTrail:
    """The trail in a state folder, for reading. Every method raises DevOpsAgentError when it cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder)

    def rows(self, last: int = 0) -> list[AuditRow]:
        """All rows in their order, or the `last` ones."""
        with self._database.transaction() as connection:
            found = connection.execute("SELECT id, body, hash FROM audit ORDER BY id DESC LIMIT ?", (last or -1,))
            return [AuditRow(*row) for row in found][::-1]

    def verify(self, head: str = "") -> Verification:
        """Check every row; with `head`, also that the chain holds the row with this hash, noted down earlier."""
        rows = self.rows()
        with self._database.transaction() as connection:
            counted = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
        given = counted[0] if counted else 0
        problem = next(_problems(rows, given, head), "")
        return Verification(len(rows), rows[-1].hash if rows else BEGINNING, problem)


def _problems(rows: list[AuditRow], given: int, head: str) -> Iterator[str]:
    yield from _breaks(rows)
    last = rows[-1].number if rows else 0
    if given > last:
        yield f"rows {last + 1} to {given} are missing at the end"
    if head and head not in {BEGINNING, *(row.hash for row in rows)}:
        yield f"no row has the hash {head}: the chain was written anew since it was noted down"


def _breaks(rows: Iterable[AuditRow]) -> Iterator[str]:
    previous = BEGINNING
    for number, row in enumerate(rows, start=1):
        if row.number != number:
            yield f"row {number} is missing"
        if chained(previous, row.body) != row.hash:
            yield f"row {row.number} was changed, or one before it"
        previous = row.hash
