import json
import socket
import sqlite3
from contextlib import closing
from tempfile import TemporaryDirectory

import pytest

from devops_agent.sessions.audit import BEGINNING, chained
from devops_agent.sessions.database import FILE_NAME
from devops_agent.settings import Settings
from tests.playing import answers, runs
from tests.program import run


@pytest.fixture(autouse=True)
def one_run(tmp_path):
    """A run of two calls, of which the second is refused."""
    script = tmp_path / "script"
    replies = [runs("echo hello; exit 3"), runs("rm -rf build\x1b[2J"), answers("It failed.")]
    script.write_text("".join(json.dumps(reply) + "\n" for reply in replies))
    variables = {"DEVOPS_AGENT_BACKEND": "scripted", "DEVOPS_AGENT_SCRIPT": str(script)}
    run("--read-only", "say hello", cwd=tmp_path, **variables)


def test_show_says_what_ran_who_allowed_it_and_what_came_of_it() -> None:
    lines = run("audit", "show").out.splitlines()
    assert "session 1 step 1" in lines[0] and "intent" in lines[0] and "READ by policy (read-only)" in lines[0]
    assert "result" in lines[1] and "of row 1: exit code 3, 6 bytes" in lines[1]
    assert "refused" in lines[2] and "rm -rf build‹ESC›[2J" in lines[2]
    assert run("audit", "show", "2").out == ""
    assert run("audit", "show", "--last", "1").out.splitlines() == lines[2:]


def test_a_read_that_ran_again_has_its_result_and_an_answer_from_before_has_no_row(tmp_path) -> None:
    script = tmp_path / "script"
    replies = [runs("echo hi"), runs("echo hi"), runs("touch made"), runs("touch made"), answers("It is made.")]
    script.write_text("".join(json.dumps(reply) + "\n" for reply in replies))
    variables = {"DEVOPS_AGENT_BACKEND": "scripted", "DEVOPS_AGENT_SCRIPT": str(script)}
    run("--no-approval", "make it", cwd=tmp_path, **variables)
    rows = [json.loads(row["body"]) for row in run("audit", "export").lines][3:]
    assert [(row["kind"], row["step"]) for row in rows] == [
        ("intent", 1), ("result", 1), ("intent", 2), ("result", 2), ("intent", 3), ("result", 3)
    ]  # fmt: skip
    assert "interrupted" not in run("audit", "show").out
    assert "interrupted" not in run("--no-approval", "make it", cwd=tmp_path, **variables).err


def test_an_unbroken_trail_is_verified_and_its_last_hash_is_said() -> None:
    done = run("audit", "verify")
    head = done.out.split()[-1]
    assert (done.code, done.out) == (0, f"3 rows, unbroken; the last hash is {head}\n")
    assert run("audit", "verify", "--head", head).code == 0
    assert run("audit", "verify", "--head", "0" * 63).code == 1


def test_a_changed_row_is_noticed() -> None:
    with closing(sqlite3.connect(Settings.load().state_folder / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("UPDATE audit SET body = replace(body, 'hello', 'hallo')")
    done = run("audit", "verify")
    assert (done.code, done.out) == (1, "")
    assert "row 1 was changed" in done.err


def test_the_export_can_be_checked_by_anyone() -> None:
    rows = run("audit", "export").lines
    previous = BEGINNING
    for number, row in enumerate(rows, start=1):
        assert (row["number"], row["hash"]) == (number, chained(previous, row["body"]))
        previous = row["hash"]
    assert [json.loads(row["body"])["kind"] for row in rows] == ["intent", "result", "refused"]


def test_a_run_that_changed_something_ends_with_the_end_of_the_trail(tmp_path) -> None:
    script = tmp_path / "script"
    variables = {"DEVOPS_AGENT_BACKEND": "scripted", "DEVOPS_AGENT_SCRIPT": str(script)}

    def said(command: str, *flags: str) -> str:
        script.write_text("".join(json.dumps(reply) + "\n" for reply in [runs(command), answers("It was done.")]))
        err = run("-na", *flags, "do it", cwd=tmp_path, **variables).err
        return next((line for line in err.splitlines() if line.startswith("recorded as session ")), "")

    assert said("echo hello") == said("touch x", "-q") == ""
    noted = said("touch y").split()[-1]
    assert run("audit", "verify", "--head", noted).code == 0
    assert said("echo hello", "-v").split()[-1] == run("audit", "verify").out.split()[-1][:16]


@pytest.mark.parametrize("head", ["abc", "z" * 64, "0" * 65])
def test_what_is_no_hash_is_a_usage_error(head: str) -> None:
    assert run("audit", "verify", "--head", head).code == 2


def test_a_hash_may_be_given_by_its_first_digits() -> None:
    head = run("audit", "verify").out.split()[-1]
    assert run("audit", "verify", "--head", head[:16]).code == 0


def test_the_export_for_the_systems_journal_has_an_entry_a_row() -> None:
    entries = run("audit", "export", "--format", "journald").out.removesuffix("\n\n").split("\n\n")
    fields = [dict(line.split("=", 1) for line in one.splitlines()) for one in entries]
    rows = run("audit", "export").lines
    assert [(one["DEVOPS_AGENT_ROW"], one["DEVOPS_AGENT_HASH"], one["DEVOPS_AGENT_BODY"]) for one in fields] == [
        (str(row["number"]), row["hash"], row["body"]) for row in rows
    ]
    assert fields[0]["SYSLOG_IDENTIFIER"] == "devops-agent"
    assert "READ by policy (read-only) bash echo hello ; exit 3" in fields[0]["MESSAGE"]
    assert int(fields[0]["__REALTIME_TIMESTAMP"]) == int(json.loads(rows[0]["body"])["time"] * 1_000_000)


def test_the_rows_can_be_written_into_the_systems_journal() -> None:
    with TemporaryDirectory() as name, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.settimeout(10)
        journal.bind(f"{name}/socket")
        done = run("audit", "export", "--send", f"{name}/socket")
        entries = [journal.recv(1_000_000) for _ in range(3)]
    assert (done.code, done.out.split(":")[0]) == (0, "3 rows written into the system's journal")
    assert all(b"\nDEVOPS_AGENT_BODY={" in entry for entry in entries)


def test_a_machine_without_a_journal_is_told_what_to_do_instead(tmp_path) -> None:
    done = run("audit", "export", "--send", str(tmp_path / "none"))
    assert done.code == 1 and "--format journald" in done.err


def test_after_a_purge_the_trail_is_whole_and_says_what_went() -> None:
    head = run("audit", "verify").out.split()[-1]
    purged = run("sessions", "purge", "--older-than", "0h")
    assert (purged.code, purged.out) == (0, "forgotten: 1 session, 3 audit rows\n")
    verified = run("audit", "verify", "--head", head)
    assert verified.code == 0 and verified.out.startswith("1 rows after 3 that were purged, unbroken")
    assert f"rows 1 to 3 went, the last with the hash {head}" in run("audit", "show").out
