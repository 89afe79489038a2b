"""Kills at any moment, several processes at once, a full disk: what was acknowledged is there."""

import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from devops_agent.sessions.audit import AuditTrail
from devops_agent.sessions.database import FILE_NAME
from devops_agent.sessions.library import SessionStore
from tests.playing import answers, runs
from tests.program import environment, run

ROUNDS = 3
WRITER = """
import sys
from pathlib import Path
from devops_agent.events import Call, Observed, Proposed, ToolResult, Verdict
from devops_agent.sessions.journal import Intent, SessionJournal

name, steps = sys.argv[2], int(sys.argv[3])
journal = SessionJournal(Path(sys.argv[1]), {}, str, lambda _: "", lambda _: None)
journal.begin(name)
for step in range(1, steps + 1):
    call = Call("bash", {"command": f"{name} {step}"})
    journal.record(Proposed(step, call, Verdict("READ")))
    journal.intend(Intent(step, call, Verdict("READ"), "changes", "policy", "/"))
    print("intent", name, step, flush=True)
    journal.record(Observed(step, call, ToolResult("x" * 3000)))
    print("result", name, step, flush=True)
journal.close()
"""


def writer(folder: Path, name: str, steps: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", WRITER, str(folder), name, str(steps)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment())


def on_record(folder: Path) -> tuple[set[str], set[str]]:
    """What was about to run, and what has a result: "name step" each."""
    rows = [{"number": row.number, **row.facts} for row in AuditTrail(folder).rows()]
    intents = {row["number"]: row["arguments"]["command"] for row in rows if row["kind"] == "intent"}
    return set(intents.values()), {intents[row["intent"]] for row in rows if row["kind"] == "result"}


def assert_whole(folder: Path, acknowledged: Iterator[str]) -> None:
    intents, results = on_record(folder)
    for line in acknowledged:
        kind, name, step = line.split()
        assert f"{name} {step}" in (intents if kind == "intent" else results), line
    assert AuditTrail(folder).verify().problem == ""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_kills_at_any_moment_lose_nothing_that_was_acknowledged(tmp_path) -> None:
    lottery = random.Random(7)
    acknowledged: list[str] = []
    for number in range(ROUNDS):
        both = [writer(tmp_path, f"{side}{number}", 10_000) for side in "ab"]
        for process in both:
            for _ in range(lottery.randrange(1, 30)):
                acknowledged.append(process.stdout.readline())
        for process in both:
            process.kill()
            acknowledged += [line for line in process.communicate()[0].splitlines(keepends=True) if line.endswith("\n")]
    assert_whole(tmp_path, iter(acknowledged))
    assert len(SessionStore(tmp_path).entries()) == 2 * ROUNDS


def test_two_processes_at_once_lose_no_row(tmp_path) -> None:
    both = [writer(tmp_path, name, 100) for name in ("one", "two")]
    lines = [line for process in both for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in both] == [0, 0]
    assert len(lines) == 400
    assert_whole(tmp_path, iter(lines))
    tasks = [SessionStore(tmp_path).tasks(number) for number in (1, 2)]
    assert sorted(one.text for (one,) in tasks) == ["one", "two"]
    assert [len(one.events) for (one,) in tasks] == [200, 200]


def script(folder: Path, *replies: str) -> dict[str, str]:
    file = folder / "script"
    file.write_text("".join(json.dumps(reply) + "\n" for reply in replies))
    return {"DEVOPS_AGENT_BACKEND": "scripted", "DEVOPS_AGENT_SCRIPT": str(file)}


@pytest.fixture
def full_disk(tmp_path) -> Iterator[Path]:
    """A folder on a file system without room; needs the right to mount."""
    folder = tmp_path / "full"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "none", str(folder)], capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_on_a_full_disk_nothing_runs_and_that_is_said(tmp_path, full_disk) -> None:
    (full_disk / "filler").write_bytes(bytes(96_000))
    made = tmp_path / "made"
    variables = script(tmp_path, runs(f"touch {made}"), answers("made"))
    done = run("-na", "make a file", cwd=tmp_path, XDG_STATE_HOME=str(full_disk), **variables)
    assert done.code == 1 and "full" in done.err and "hint: free some space" in done.err
    assert not made.exists()
    (full_disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,size=10m", str(full_disk)], check=True)
    assert run("-na", "make a file", cwd=tmp_path, XDG_STATE_HOME=str(full_disk), **variables).code == 0
    assert made.exists()


def test_a_record_on_a_disk_that_has_become_full_is_not_taken_for_a_damaged_one(tmp_path, full_disk) -> None:
    subprocess.run(["mount", "-o", "remount,size=1m", str(full_disk)], check=True)
    variables = script(tmp_path, runs("echo hello"), answers("It said hello."))
    assert run("say hello", cwd=tmp_path, XDG_STATE_HOME=str(full_disk), **variables).code == 0
    with pytest.raises(OSError), (full_disk / "filler").open("wb") as filler:
        filler.write(bytes(1_100_000))
    for words in (["say hello"], ["sessions", "list"]):
        done = run(*words, cwd=tmp_path, XDG_STATE_HOME=str(full_disk), **variables)
        assert done.code == 1 and done.err.count("state.db: the disk is full") == 1
        assert f"hint: free some space on {full_disk} " in done.err and "move the file away" not in done.err
    done = run("doctor", cwd=tmp_path, XDG_STATE_HOME=str(full_disk), **variables)
    assert f"fail  state folder      {full_disk}/devops-agent: the disk is full\n" in done.out
    assert done.code == 1 and done.out.endswith("\nnot ready: state folder\n")
    (full_disk / "filler").unlink()
    assert "say hello" in run("sessions", "list", XDG_STATE_HOME=str(full_disk)).out


def test_a_disk_that_fills_up_keeps_what_was_acknowledged(full_disk) -> None:
    state = full_disk / "state"
    subprocess.run(["mount", "-o", "remount,size=1m", str(full_disk)], check=True)
    process = writer(state, "one", 10_000)
    lines = process.communicate()[0].splitlines()
    assert process.returncode == 1 and len(lines) > 20
    subprocess.run(["mount", "-o", "remount,size=10m", str(full_disk)], check=True)
    assert_whole(state, iter(lines))


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))


def test_where_files_may_not_grow_what_was_acknowledged_is_kept(tmp_path) -> None:
    words = [sys.executable, "-c", WRITER, str(tmp_path), "one", "10000"]
    done = subprocess.run(words, capture_output=True, text=True, env=environment(), preexec_fn=limit_files)
    lines = done.stdout.splitlines()
    assert done.returncode == 1 and "step" in done.stderr and len(lines) > 10
    assert_whole(tmp_path, iter(lines))


def test_a_kill_while_a_command_runs_is_told_at_the_next_start(tmp_path) -> None:
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    slow = script(tmp_path, runs(f"cat {ready}; sleep 60"), answers("slept"))
    words = [sys.executable, "-m", "devops_agent", "-na", "sleep"]
    with subprocess.Popen(words, cwd=tmp_path, env=environment(**slow), stdin=subprocess.DEVNULL) as process:
        ready.write_text("it runs\n")
        process.kill()
    quick = script(tmp_path, answers("hello"))
    done = run("say hello", cwd=tmp_path, **quick)
    assert done.err.count("was interrupted, and may have run in part: bash cat ") == 1
    assert "was interrupted" not in run("say hello", cwd=tmp_path, **quick).err
    assert "interrupted" in run("audit", "show").out
