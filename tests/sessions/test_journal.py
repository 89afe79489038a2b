"""What a run leaves behind: written before it happens, chained, and nothing runs that cannot be written."""

import hashlib
import json
import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from devops_agent.errors import DevOpsAgentError
from devops_agent.events import Answered, Call, Observed, Proposed, Refused, Stumbled, ToolResult, Usage, Verdict
from devops_agent.sessions.audit import AuditTrail
from devops_agent.sessions.codec import decode, encode
from devops_agent.sessions.database import FILE_NAME, MIGRATIONS
from devops_agent.sessions.journal import Intent, SessionJournal
from devops_agent.sessions.library import SessionStore
from tests.guarded import Guarded
from tests.playing import answers, runs
from tests.program import environment

CALL = Call("bash", {"command": "echo hello"})
READ = Verdict("READ", frozenset({"NETWORK"}), ("one", "two"), "echo hello", "echo")
INTENT = Intent(1, CALL, READ, "changes", "policy", "/srv")


def journal(folder: Path, notices: list[str] | None = None) -> SessionJournal:
    tell = [].append if notices is None else notices.append
    return SessionJournal(folder, {"model": "m"}, without_secret, lambda _: "shop@dev", tell)


def without_secret(text: str) -> str:
    return text.replace("hunter2", "‹x›")


def facts(folder: Path) -> list[dict]:
    return [row.facts for row in AuditTrail(folder).rows()]


@pytest.mark.parametrize(
    "event",
    [
        Proposed(1, CALL, READ),
        Refused(2, CALL, "user", "no \ud800"),
        Observed(3, CALL, ToolResult("out", False, 3, 9, True, 0.5), True),
        Stumbled(4, "json", "bad"),
        Answered("text", (1, 2), False, "nothing ran", "loop"),
        Usage(1, 2, 3, 4, 0.5, 0.25),
    ],
)
def test_an_event_comes_back_as_it_was(event) -> None:
    assert decode(*encode(event)) == event


def test_the_intent_is_in_the_file_before_the_call_runs(tmp_path) -> None:
    with closing(journal(tmp_path)) as one:
        one.begin("say hello")
        one.record(Proposed(1, CALL, READ))
        one.intend(INTENT)
        with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
            (body,) = other.execute("SELECT body FROM audit").fetchone()
        row = json.loads(body)
        assert row.pop("time") > 1_700_000_000
        assert row == {
            "kind": "intent",
            "session": 1,
            "step": 1,
            "tool": "bash",
            "arguments": {"command": "echo hello"},
            "class": "READ",
            "tags": ["NETWORK"],
            "reasons": ["one", "two"],
            "rule": "echo",
            "mode": "changes",
            "by": "policy",
            "folder": "/srv",
            "where": "shop@dev",
        }
        one.record(Observed(1, CALL, ToolResult("hello", exit_code=0, size=6)))
    assert [row["kind"] for row in facts(tmp_path)] == ["intent", "result"]
    assert facts(tmp_path)[1]["output"] == hashlib.sha256(b"hello").hexdigest()
    (task,) = SessionStore(tmp_path).tasks(1)
    assert task.text == "say hello"
    assert task.events == [Proposed(1, CALL, READ), Observed(1, CALL, ToolResult("hello", exit_code=0, size=6))]


def test_secrets_are_gone_before_the_hash_is_made(tmp_path) -> None:
    with closing(journal(tmp_path)) as one:
        one.intend(Intent(1, Call("bash", {"command": "echo hunter2"}), READ, "changes", "user", "/hunter2"))
    assert "hunter2" not in str(AuditTrail(tmp_path).rows())
    assert AuditTrail(tmp_path).verify().problem == ""


def test_a_refusal_is_on_record(tmp_path) -> None:
    with closing(journal(tmp_path)) as one:
        one.record(Refused(1, CALL, "policy", "no"))
    assert [(row["kind"], row["by"], row["reason"]) for row in facts(tmp_path)] == [("refused", "policy", "no")]


def test_nothing_is_made_until_something_must_be_kept(tmp_path) -> None:
    with closing(journal(tmp_path / "state")) as one:
        one.begin("a task")
        one.record(Proposed(1, CALL, READ))
        assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE audit SET body = replace(body, 'hello', 'hallo') WHERE id = 3", "row 3 was changed"),
        ("DELETE FROM audit WHERE id = 2", "row 2 is missing"),
        ("DELETE FROM audit WHERE id = 6", "rows 6 to 6 are missing at the end"),
        ("UPDATE audit SET hash = 'x' WHERE id = 4", "row 4 was changed"),
        ("INSERT INTO audit (body, hash) VALUES ('{}', 'x')", "row 7 was changed"),
    ],
)
def test_tampering_breaks_the_chain(tmp_path, damage: str, said: str) -> None:
    with closing(journal(tmp_path)) as one:
        for _ in range(3):
            one.intend(INTENT)
            one.record(Observed(1, CALL, ToolResult("hello")))
    head = AuditTrail(tmp_path).verify().head
    assert AuditTrail(tmp_path).verify(head).problem == ""
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as connection:
        connection.execute(damage)
    assert said in AuditTrail(tmp_path).verify().problem


def test_a_chain_that_was_written_anew_lacks_the_hash_that_was_noted_down(tmp_path) -> None:
    for folder in ("one", "two"):
        with closing(journal(tmp_path / folder)) as one:
            one.intend(INTENT)
    noted = AuditTrail(tmp_path / "one").verify().head
    checked = AuditTrail(tmp_path / "two").verify(noted)
    assert "no row has the hash" in checked.problem


def test_a_call_that_ended_with_an_error_of_its_own_is_on_record_as_interrupted(tmp_path) -> None:
    with closing(journal(tmp_path)) as one:
        one.intend(INTENT)
        one.end()
        one.end()
    assert [row["kind"] for row in facts(tmp_path)] == ["intent", "interrupted"]


HOLDER = """
import sys
from pathlib import Path
from devops_agent.sessions.journal import SessionJournal
from tests.sessions.test_journal import INTENT

SessionJournal(Path(sys.argv[1]), {}, str, lambda _: "", print).intend(INTENT)
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_session_is_called_interrupted_once_its_process_is_gone(tmp_path) -> None:
    notices: list[str] = []
    with Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdin=PIPE, stdout=PIPE, env=environment()) as holder:
        assert holder.stdout.readline() == b"ready\n"
        with closing(journal(tmp_path, notices)) as other:
            other.intend(INTENT)
            other.record(Observed(1, CALL, ToolResult("hello")))
        assert notices == []
        holder.kill()
    with closing(journal(tmp_path, notices)) as third:
        third.record(Stumbled(1, "json", "x"))
    assert notices == ["step 1 of session 1 was interrupted, and may have run in part: bash echo hello"]
    with closing(journal(tmp_path, notices)) as fourth:
        fourth.record(Stumbled(1, "json", "x"))
    assert len(notices) == 1
    assert AuditTrail(tmp_path).verify().problem == ""


def test_everything_in_the_folder_is_for_the_user_alone(tmp_path) -> None:
    os.umask(0o022)
    with closing(journal(tmp_path / "state")) as one:
        one.intend(INTENT)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def guarded(tmp_path, monkeypatch, command: str = "touch made") -> Guarded:
    monkeypatch.chdir(tmp_path)
    return Guarded(tmp_path / "script", iter([runs(command), answers("made")]))


def test_a_call_that_cannot_be_written_down_does_not_run(tmp_path, monkeypatch) -> None:
    run = guarded(tmp_path, monkeypatch)
    with closing(sqlite3.connect(_fresh(run.settings.state_folder))) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with closing(run.agent), pytest.raises(DevOpsAgentError, match="step 1 was not run: .*a later version") as error:
        list(run.agent.events("make a file"))
    assert error.value.hint == "update devops-agent"
    assert not (tmp_path / "made").exists()


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / FILE_NAME


def test_without_the_store_calls_run_and_leave_nothing(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = Guarded(tmp_path / "script", iter([runs("touch made"), answers("made")]), store=False)
    with closing(run.agent):
        list(run.agent.events("make a file"))
    assert (tmp_path / "made").exists()
    assert not (run.settings.state_folder / FILE_NAME).exists()


def test_a_damaged_store_is_moved_aside_and_that_is_said(tmp_path, monkeypatch) -> None:
    run = guarded(tmp_path, monkeypatch)
    _fresh(run.settings.state_folder).write_bytes(b"junk" * 2000)
    with closing(run.agent):
        list(run.agent.events("make a file"))
    assert (tmp_path / "made").exists()
    assert len(run.notes) == 1 and "the state database was damaged" in run.notes[0]


def test_the_store_opens_after_the_first_reply(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)

    def replies() -> Iterator[str]:
        assert not (run.settings.state_folder / FILE_NAME).exists()
        yield runs("touch made")
        assert (run.settings.state_folder / FILE_NAME).exists()
        yield answers("made")

    run = Guarded(tmp_path / "script", replies())
    with closing(run.agent):
        list(run.agent.events("make a file"))
    assert (tmp_path / "made").exists()
