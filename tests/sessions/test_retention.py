"""What is old goes, what is left can still be checked, and nothing that is at work is touched."""

import sqlite3
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from devops_agent.errors import DevOpsAgentError
from devops_agent.events import Answered, Call, Observed, ToolResult, Verdict
from devops_agent.sessions import journal as journal_module
from devops_agent.sessions.audit import AuditTrail
from devops_agent.sessions.database import FILE_NAME
from devops_agent.sessions.journal import Intent, SessionJournal
from devops_agent.sessions.library import SessionStore
from devops_agent.sessions.retention import DAY, Keep, Purged
from tests.program import environment

CALL = Call("bash", {"command": "touch x"})
INTENT = Intent(1, CALL, Verdict("CHANGE"), "changes", "user", "/srv")
KEEP = Keep(days=90, megabytes=200)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which a test can set."""
    now = [time.time() - 1000 * DAY]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def open_journal(folder: Path, notices: list[str] | None = None, keep: Keep = KEEP, session: int = 0) -> SessionJournal:
    tell = [].append if notices is None else notices.append
    return SessionJournal(folder, {}, str, lambda _: "", tell, session, keep)


def one_session(folder: Path, notices: list[str] | None = None, said: str = "done", **options: object) -> None:
    with closing(open_journal(folder, notices, **options)) as one:
        one.begin("make x")
        one.intend(INTENT)
        one.record(Observed(1, CALL, ToolResult(said)))
        one.record(Answered("done"))


def numbers(folder: Path) -> list[int]:
    return [entry.number for entry in SessionStore(folder).entries()]


def rows(folder: Path) -> list[int]:
    return [row.number for row in AuditTrail(folder).rows()]


def test_what_is_purged_leaves_a_row_behind_and_the_chain_whole(tmp_path: Path, clock: list[float]) -> None:
    for _ in range(4):
        one_session(tmp_path)
        clock[0] += 30 * DAY
    head = AuditTrail(tmp_path).rows()[3].hash
    assert SessionStore(tmp_path).purge(clock[0] - 75 * DAY) == Purged(2, 4, 0)
    assert numbers(tmp_path) == [4, 3]
    assert rows(tmp_path) == [5, 6, 7, 8, 9]
    last = AuditTrail(tmp_path).rows()[-1].facts
    assert (last["kind"], last["first"], last["last"], last["head"]) == ("purged", 1, 4, head)
    checked = AuditTrail(tmp_path).verify()
    assert (checked.problem, checked.rows, checked.purged) == ("", 5, 4)


def test_a_chain_is_checked_after_any_number_of_purges_and_after_everything_went(
    tmp_path: Path, clock: list[float]
) -> None:
    for _ in range(5):
        one_session(tmp_path)
        clock[0] += DAY
        assert SessionStore(tmp_path).purge(clock[0] - DAY / 2).sessions == 1
        assert AuditTrail(tmp_path).verify().problem == ""
    assert numbers(tmp_path) == []
    assert len(rows(tmp_path)) == 1
    assert SessionStore(tmp_path).purge(clock[0] + DAY) == Purged(0, 0, 0)
    one_session(tmp_path)
    assert AuditTrail(tmp_path).verify().problem == ""


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM audit WHERE id = 5", "rows 1 to 5 are missing, and no row says that they were purged"),
        (
            "UPDATE audit SET body = replace(body, '\"last\":4', '\"last\":5'); DELETE FROM audit WHERE id = 5",
            "changed",
        ),
        ("DELETE FROM audit WHERE id = 9", "rows 1 to 4 are missing"),
        ("UPDATE audit SET body = replace(body, 'touch x', 'touch y') WHERE id = 5", "row 5 was changed"),
    ],
)
def test_no_one_can_take_rows_out_and_call_it_a_purge(
    tmp_path: Path, clock: list[float], damage: str, said: str
) -> None:
    for _ in range(4):
        one_session(tmp_path)
        clock[0] += 30 * DAY
    SessionStore(tmp_path).purge(clock[0] - 75 * DAY)
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as connection:
        connection.executescript(damage)
    assert said in AuditTrail(tmp_path).verify().problem


def test_a_hash_noted_down_is_found_by_its_first_digits_until_its_row_is_purged(
    tmp_path: Path, clock: list[float]
) -> None:
    noted = []
    for _ in range(3):
        one_session(tmp_path)
        noted.append(AuditTrail(tmp_path).verify().head[:16])
        clock[0] += 30 * DAY
    SessionStore(tmp_path).purge(clock[0] - 45 * DAY)
    problems = [AuditTrail(tmp_path).verify(head).problem for head in noted]
    assert "or its row is among the 4 purged" in problems[0]
    assert problems[1:] == ["", ""]
    assert "no row has the hash" in AuditTrail(tmp_path).verify("0" * 16).problem


def test_what_is_old_goes_by_itself_seldom_and_is_said(tmp_path: Path, clock: list[float]) -> None:
    notices: list[str] = []
    for _ in range(20):
        one_session(tmp_path, notices)
        clock[0] += 5 * DAY
    one_session(tmp_path, notices)
    assert notices == ["forgotten for their age or size (see keep_days and keep_megabytes): 2 sessions, 4 audit rows"]
    assert numbers(tmp_path)[-1] == 3
    assert AuditTrail(tmp_path).verify().problem == ""


def test_nothing_goes_where_everything_is_kept(tmp_path: Path, clock: list[float]) -> None:
    one_session(tmp_path, keep=Keep())
    clock[0] += 900 * DAY
    one_session(tmp_path, keep=Keep())
    assert numbers(tmp_path) == [2, 1]


def test_what_takes_too_much_room_goes_the_oldest_first(tmp_path: Path) -> None:
    notices: list[str] = []
    for number in range(12):
        one_session(tmp_path, notices, said=f"{number}" * 200_000, keep=Keep(megabytes=1))
    assert notices and all("session" in notice for notice in notices)
    left = numbers(tmp_path)
    assert 12 in left and 1 not in left and left == list(range(12, 12 - len(left), -1))
    assert (tmp_path / FILE_NAME).stat().st_size < 3_000_000
    assert AuditTrail(tmp_path).verify().problem == ""


def test_a_session_that_is_gone_on_with_is_as_young_as_its_last_task(tmp_path: Path, clock: list[float]) -> None:
    for _ in range(2):
        one_session(tmp_path)
    clock[0] += 100 * DAY
    one_session(tmp_path, session=1)
    assert numbers(tmp_path) == [1]
    assert [task.text for task in SessionStore(tmp_path).tasks(1)] == ["make x", "make x"]


HOLDER = """
import sys
from pathlib import Path
from tests.sessions.test_retention import INTENT, open_journal

open_journal(Path(sys.argv[1])).intend(INTENT)
print("ready", flush=True)
sys.stdin.read()
"""


@contextmanager
def at_work(folder: Path) -> Iterator[Popen[bytes]]:
    """Another process in the middle of a call."""
    with Popen([sys.executable, "-c", HOLDER, str(folder)], stdin=PIPE, stdout=PIPE, env=environment()) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"ready\n"
        yield holder
        holder.kill()


def test_a_session_at_work_and_the_call_that_runs_stay(tmp_path: Path) -> None:
    one_session(tmp_path)
    with at_work(tmp_path):
        assert SessionStore(tmp_path).purge(time.time() + DAY) == Purged(1, 2, 0)
        assert numbers(tmp_path) == [2]
        assert AuditTrail(tmp_path).rows()[0].facts["kind"] == "intent"
        with pytest.raises(DevOpsAgentError, match="another process is at work on session 2"):
            SessionStore(tmp_path).delete(2)
        assert AuditTrail(tmp_path).verify().problem == ""
    assert SessionStore(tmp_path).purge(time.time() + DAY).sessions == 1


def test_purges_and_sessions_at_once_leave_one_whole_chain(tmp_path: Path) -> None:
    def work(number: int) -> None:
        if number % 3:
            one_session(tmp_path)
        else:
            SessionStore(tmp_path).purge(time.time() + DAY)

    with ThreadPoolExecutor(4) as together:
        list(together.map(work, range(24)))
    assert AuditTrail(tmp_path).verify().problem == ""


def test_nothing_of_what_was_deleted_is_left_in_the_file(tmp_path: Path) -> None:
    one_session(tmp_path, said="a very peculiar output" * 1000)
    one_session(tmp_path)
    SessionStore(tmp_path).delete(1)
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"very peculiar" not in left


def test_a_session_of_an_earlier_version_is_as_old_as_its_start(tmp_path: Path) -> None:
    one_session(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("UPDATE sessions SET touched = 0")
    assert SessionStore(tmp_path).purge(time.time() - DAY).sessions == 0
    assert SessionStore(tmp_path).purge(time.time() + DAY).sessions == 1


def test_what_to_note_down_is_said_of_a_change_and_otherwise_only_when_wanted(tmp_path: Path) -> None:
    with closing(open_journal(tmp_path)) as one:
        one.begin("look")
        assert one.parting(always=True) == ""
        one.intend(Intent(1, CALL, Verdict("READ"), "changes", "policy", "/srv"))
        one.record(Observed(1, CALL, ToolResult("done")))
        assert one.parting(always=False) == ""
        head = AuditTrail(tmp_path).verify().head[: journal_module.HEAD_DIGITS]
        assert one.parting(always=True) == f"recorded as session 1; the audit trail ends with {head}"
        one.intend(INTENT)
        assert one.parting(always=False)
