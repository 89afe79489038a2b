"""What a run leaves behind: a session with its events, and the audit trail of what it was about to do and what came."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from devops_agent.errors import DevOpsAgentError
from devops_agent.events import Call, Event, Observed, Proposed, Refused, Verdict
from devops_agent.sessions.audit import append
from devops_agent.sessions.codec import encode
from devops_agent.sessions.database import Database
from devops_agent.sessions.liveness import Liveness
from devops_agent.sessions.retention import Keep, retire

TASK = "task"
"""The kind of the record that opens a task, beside the kinds of events."""

FOR_EVER = Keep()
HEAD_DIGITS = 16
"""Digits of a hash that a user may note down: nobody finds another chain that ends with them."""


@dataclass(frozen=True)
class Intent:
    """A call that is about to run: what exactly, why it may, who allowed it, and where it goes."""

    step: int
    call: Call
    verdict: Verdict
    mode: str
    by: str
    folder: str


class Journal(Protocol):
    """Where a run is written down. Every method raises DevOpsAgentError when that cannot be done."""

    def begin(self, task: str) -> None:
        """A task starts; it has gone through redaction."""

    def intend(self, intent: Intent) -> None:
        """A call is about to run. It must not, unless this returns."""

    def record(self, event: Event) -> None:
        """Something happened; it has gone through redaction."""

    def end(self) -> None:
        """The task is over, however it ended. Raises nothing."""

    def parting(self, *, always: bool) -> str:
        """What the user may note down of this session; "" for one without a change, unless `always`, or a record."""

    def close(self) -> None:
        """The session is over."""


class NoJournal:
    """The journal of a run that is to leave nothing behind."""

    def begin(self, task: str) -> None: ...
    def intend(self, intent: Intent) -> None: ...
    def record(self, event: Event) -> None: ...
    def end(self) -> None: ...
    def close(self) -> None: ...

    def parting(self, *, always: bool) -> str:
        return ""


class SessionJournal:
    """Writes one session into the database of a state folder, which is opened with the first thing that must be kept.

    `about` describes the session, `where` the cluster a call would reach; `redact` takes secrets out of what has not
    gone through redaction; `notify` is told what the user should know about sessions before this one, of which those
    that are longer ago than `keep` says go. With `session`, that kept session goes on.
    """

    def __init__(
        self,
        folder: Path,
        about: Mapping[str, str],
        redact: Callable[[str], str],
        where: Callable[[Call], str],
        notify: Callable[[str], None],
        session: int = 0,
        keep: Keep = FOR_EVER,
    ) -> None:
        self._folder = folder
        self._database = Database(folder)
        self._about = {name: redact(value) for name, value in about.items()}
        self._redact = redact
        self._where = where
        self._notify = notify
        self._alive: Liveness | None = None
        self._session = session
        self._waiting: list[tuple[str, str]] = []
        self._intent = 0
        self._keep = keep
        self._head = ""
        self._has_changed = False

    def begin(self, task: str) -> None:
        self._waiting.append((TASK, json.dumps(task)))

    def intend(self, intent: Intent) -> None:
        try:
            with self._writing() as connection:
                self._intent = self._append(connection, self._intent_facts(intent))
                connection.execute("INSERT INTO running VALUES (?, ?)", (self._intent, self._session))
        except DevOpsAgentError as error:
            self._intent = 0
            raise DevOpsAgentError(f"step {intent.step} was not run: {error}", hint=error.hint) from error
        self._has_changed |= intent.verdict.risk != "READ"

    def record(self, event: Event) -> None:
        self._waiting.append(encode(event))
        if isinstance(event, Proposed):
            return  # It goes with what becomes of it, so that a step costs two writes and not three.
        intent = self._intent
        try:
            with self._writing() as connection:
                self._record_outcome(connection, event)
        except DevOpsAgentError as error:
            if isinstance(event, Observed) and intent:
                message = f"step {event.step} was run, but its result could not be recorded: {error}"
                raise DevOpsAgentError(message, hint=error.hint) from error
            raise

    def end(self) -> None:
        if self._intent:
            with suppress(DevOpsAgentError), self._writing() as connection:
                self._conclude(connection, {"kind": "interrupted", **self._stamp()})

    def parting(self, *, always: bool) -> str:
        if not self._head or not (always or self._has_changed):
            return ""
        return f"recorded as session {self._session}; the audit trail ends with {self._head[:HEAD_DIGITS]}"

    def close(self) -> None:
        if self._waiting:
            with suppress(DevOpsAgentError), self._writing():
                pass
        self._database.close()
        if self._alive:
            self._alive.close()
            self._alive = None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that also takes along what waits."""
        alive = self._open()
        known = self._session
        try:
            with self._database.transaction() as connection:
                self._session = known or _new_session(connection, self._about)
                alive.hold(self._session)
                connection.execute("UPDATE sessions SET touched = ? WHERE id = ?", (time.time(), self._session))
                rows = [(self._session, kind, body) for kind, body in self._waiting]
                connection.executemany("INSERT INTO events (session, kind, body) VALUES (?, ?, ?)", rows)
                yield connection
        except BaseException:
            self._session = known
            raise
        self._waiting.clear()

    def _open(self) -> Liveness:
        """Open the store with the first use, and say what became of the sessions before."""
        if self._alive is None:
            self._database.hold()
            alive = Liveness(self._folder)
            if self._session and alive.is_alive(self._session):
                alive.close()
                raise DevOpsAgentError(f"another process is at work on session {self._session}", hint="end it first")
            self._tell_of_earlier_sessions(alive)
            self._alive = alive
        return self._alive

    def _tell_of_earlier_sessions(self, alive: Liveness) -> None:
        if self._database.notice:
            self._notify(self._database.notice)
        with self._database.transaction() as connection:
            running = connection.execute(
                "SELECT intent, session, body FROM running JOIN audit ON id = intent"
            ).fetchall()
            dead = [row for row in running if not alive.is_alive(row[1])]
            for intent, session, body in dead:
                facts = json.loads(body)
                stamp = {"session": session, "step": facts.get("step"), "time": time.time()}
                append(connection, {"kind": "interrupted", "intent": intent, **stamp})
                connection.execute("DELETE FROM running WHERE intent = ?", (intent,))
            gone = retire(connection, self._keep, lambda one: one == self._session or alive.is_alive(one))
        if gone:
            self._notify(f"forgotten for their age or size (see keep_days and keep_megabytes): {gone}")
        if dead:
            self._notify(_interrupted(json.loads(dead[-1][2]), len(dead)))

    def _record_outcome(self, connection: sqlite3.Connection, event: Event) -> None:
        if isinstance(event, Refused):
            facts = {"kind": "refused", "step": event.step, "tool": event.call.tool, "arguments": event.call.arguments}
            self._append(connection, {**facts, "by": event.by, "reason": event.reason, **self._stamp()})
        elif isinstance(event, Observed) and self._intent:  # without one, the event answers from an earlier call
            self._conclude(connection, {"kind": "result", **_result_facts(event), **self._stamp()})

    def _conclude(self, connection: sqlite3.Connection, facts: Mapping[str, Any]) -> None:
        self._append(connection, {**facts, "intent": self._intent})
        connection.execute("DELETE FROM running WHERE intent = ?", (self._intent,))
        self._intent = 0

    def _append(self, connection: sqlite3.Connection, facts: Mapping[str, Any]) -> int:
        row = append(connection, facts)
        self._head = row.hash
        return row.number

    def _stamp(self) -> dict[str, Any]:
        return {"session": self._session, "time": time.time()}

    def _intent_facts(self, intent: Intent) -> dict[str, Any]:
        call, verdict = intent.call, intent.verdict
        facts = {
            "kind": "intent",
            "step": intent.step,
            "tool": call.tool,
            "arguments": {name: self._shown(value) for name, value in call.arguments.items()},
            "class": verdict.risk,
            "tags": sorted(verdict.tags),
            "reasons": [self._redact(reason) for reason in verdict.reasons],
            "rule": verdict.rule,
            "mode": intent.mode,
            "by": intent.by,
            "folder": self._redact(intent.folder),
            "where": self._redact(self._where(call)),
        }
        return {**facts, **self._stamp()}

    def _shown(self, value: Any) -> Any:
        """An argument without secrets; one that is no text is judged by its JSON."""
        if isinstance(value, str):
            return self._redact(value)
        return value if self._redact(json.dumps(value)) == json.dumps(value) else self._redact(json.dumps(value))


def _new_session(connection: sqlite3.Connection, about: Mapping[str, str]) -> int:
    row = (time.time(), json.dumps(about))
    number = connection.execute("INSERT INTO sessions (started, about) VALUES (?, ?)", row).lastrowid
    assert number is not None
    return number


def _result_facts(event: Observed) -> dict[str, Any]:
    facts = asdict(event.result)
    text = facts.pop("text")
    return {"step": event.step, **facts, "output": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()}


def _interrupted(facts: Mapping[str, Any], count: int) -> str:
    what = " ".join(str(next(iter(facts.get("arguments", {}).values()), "")).split())
    more = f" (and {count - 1} more)" if count > 1 else ""
    where = f"step {facts.get('step')} of session {facts.get('session')}"
    return f"{where} was interrupted, and may have run in part: {facts.get('tool')} {what[:200]}{more}"
