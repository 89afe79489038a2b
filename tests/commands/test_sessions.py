import json
import re
from pathlib import Path

import pexpect
import pytest

from tests.playing import answers, runs
from tests.program import PROGRAM, environment, run


@pytest.fixture
def scripted(tmp_path, monkeypatch):
    """Runs a task with these replies of the model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEVOPS_AGENT_BACKEND", "scripted")
    monkeypatch.setenv("DEVOPS_AGENT_SCRIPT", str(tmp_path / "script"))

    def play(task: str, *replies: str, **variables: str):
        write(tmp_path, *replies)
        return run("-na", task, cwd=tmp_path, **variables)

    return play


def write(folder: Path, *replies: str) -> None:
    (folder / "script").write_text("".join(json.dumps(reply) + "\n" for reply in replies))


def test_a_run_is_a_session_that_can_be_listed_shown_and_forgotten(scripted) -> None:
    scripted("say\nhello", runs("echo hello"), answers("It said hello."))
    scripted("say more", answers("I have nothing to say."))
    listed = run("sessions", "list").out.splitlines()
    assert [line.split()[0] for line in listed] == ["2", "1"]
    assert listed[1].endswith("  1 task   say hello")
    shown = run("sessions", "show", "1").out
    assert shown.startswith("# say\nhello\n") and "step 1: bash {echo hello}" in shown and "It said hello." in shown
    head = run("audit", "verify").out.split()[-1]
    assert shown.endswith(f"\naudit trail: rows 1 to 2, the last with the hash {head}\n")
    assert run("sessions", "delete", "1").code == 0
    assert [line.split()[0] for line in run("sessions", "list").out.splitlines()] == ["2"]
    assert "echo hello" in run("audit", "show").out
    gone = run("sessions", "show", "1")
    assert (gone.code, gone.out) == (1, "") and "there is no session 1" in gone.err and "sessions list" in gone.err


def test_nothing_is_kept_when_the_store_is_off(scripted) -> None:
    assert scripted("say hello", runs("echo hello"), answers("It said hello."), DEVOPS_AGENT_STORE="0").code == 0
    assert run("sessions", "list").out == "there are no sessions\n"
    assert run("audit", "show").out == ""


def test_a_run_that_failed_is_a_session_too(scripted) -> None:
    assert scripted("say hello", runs("echo hello")).code == 3
    assert "step 1: bash {echo hello}" in run("sessions", "show", "1").out


def test_a_session_goes_on_where_it_stopped(scripted, tmp_path) -> None:
    assert scripted("count", runs("touch counted"), answers("I made the file.")).code == 0
    (tmp_path / "counted").unlink()
    write(tmp_path, answers("In step 1 I made a file."))
    variables = environment(TERM="dumb")
    child = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "sessions", "resume", "1"], env=variables, encoding="utf-8", timeout=30
    )
    child.expect("lists the commands")
    child.sendline("what did you do?")
    child.expect("In step 1 I made a file.")
    child.sendline("/exit")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert not (tmp_path / "counted").exists()
    assert "  2 tasks  count" in run("sessions", "list").out
    assert "what did you do?" in run("sessions", "show", "1").out


def test_a_new_run_can_go_on_with_the_last_conversation_of_its_folder(scripted, tmp_path) -> None:
    assert scripted("count", runs("touch counted"), answers("I made the file.")).code == 0
    write(tmp_path, answers("In step 1 I made a file."))
    again = run("-c", "what did you do?", cwd=tmp_path)
    assert (again.code, again.out) == (0, "In step 1 I made a file.\n")
    assert [line.split()[3] for line in run("sessions", "list").out.splitlines()] == ["2"]


def test_the_conversation_of_another_folder_is_not_gone_on_with(scripted, tmp_path) -> None:
    scripted("say hello", runs("echo hello"), answers("It said hello."))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = run("--continue", "and now?", cwd=elsewhere)
    assert done.code == 2 and "no conversation of this folder" in done.err and "sessions resume N" in done.err


def test_a_secret_of_an_earlier_conversation_and_a_new_one_have_different_tags(scripted, tmp_path) -> None:
    first, second = "ghp_" + "a1B2" * 9, "ghp_" + "c3D4" * 9
    (tmp_path / "one").write_text(first)
    (tmp_path / "two").write_text(second)
    scripted("show one", runs("cat one"), answers("It is shown."))
    write(tmp_path, runs("cat two"), answers("It is shown."))
    run("-na", "-c", "show two", cwd=tmp_path)
    shown = run("sessions", "show", "1").out
    assert first not in shown and second not in shown
    assert len(set(re.findall(r"‹redacted:[^›]+›", shown))) == 2


def test_a_resumed_talk_has_no_json_output_either(scripted) -> None:
    scripted("say hello", runs("echo hello"), answers("It said hello."))
    done = run("--output", "json", "sessions", "resume", "1")
    assert done.code == 2 and "no JSON output" in done.err


def test_code_that_an_earlier_conversation_read_is_asked_about_even_where_nothing_else_is(scripted, tmp_path) -> None:
    planted = "awk 'BEGIN { system(\"touch planted-by-a-note\") }'"
    (tmp_path / "note").write_text(planted)
    scripted("read the note", runs("cat note"), answers("It holds a line of awk."))
    write(tmp_path, runs(planted), answers("It is done."))
    again = run("-na", "-c", "go on", cwd=tmp_path)
    assert again.code == 5 and "always asked, also with -na" in again.err
    assert not (tmp_path / "planted-by-a-note").exists()


@pytest.mark.parametrize("age", ["90", "90x", "-1d", "1.5d", ""])
def test_an_age_is_a_number_of_hours_days_or_weeks(age: str) -> None:
    done = run("sessions", "purge", f"--older-than={age}")
    assert done.code == 2 and "12h, 90d, 2w" in done.err


def test_a_purge_takes_what_is_older_than_the_setting_says(scripted) -> None:
    scripted("say hello", runs("echo hello"), answers("It said hello."))
    assert run("sessions", "purge").out == "forgotten: nothing\n"
    assert run("sessions", "purge", DEVOPS_AGENT_KEEP_DAYS="0").code == 2
    assert run("sessions", "purge", "--older-than", "0d").out == "forgotten: 1 session, 2 audit rows\n"
    assert run("sessions", "list").out == "there are no sessions\n"
