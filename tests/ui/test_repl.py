"""The conversation, driven through a real terminal and through pipes."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.ollama_server import OllamaServer
from tests.ui.terminals import DRIVERS, ROOT, Program

READY = "\x1b[?2004h"
"""What a prompt writes when it begins to read."""
TURN = "what is turn"


def says(tool: str, **arguments: str) -> str:
    return f"<tool_call>{json.dumps({'name': tool, 'arguments': arguments})}</tool_call>"


LOOK = [says("bash", command="echo seen-it"), says("final_answer", answer="It printed seen-it.")]
WRITE = [says("write_file", path="notes.txt", content="new\n"), says("final_answer", answer="I wrote notes.txt.")]


@pytest.fixture
def talk(tmp_path: Path) -> Any:
    @contextmanager
    def open_talk(script: list[str] | None = None, first: str = "", **terminal: Any) -> Iterator[Program]:
        arguments = [str(tmp_path), json.dumps(script or []), *([first] if first else [])]
        with Program("talk.py", *arguments, **terminal) as program:
            yield program

    return open_talk


def enter(program: Program, *lines: str) -> None:
    """Type each line at a prompt of its own."""
    for line in lines:
        program.shows(READY)
        program.types(line + "\r")


def shown(text: str, rows: list[str]) -> bool:
    return any(text in row for row in rows)


def left(program: Program) -> list[str]:
    """Leave with Ctrl-D; what the screen shows then."""
    program.shows(READY)
    program.types("\x04")
    assert program.ends() == 0
    return program.rows


def test_ctrl_d_leaves(talk: Any) -> None:
    with talk() as program:
        left(program)


@pytest.mark.parametrize("word", ["exit", "quit", "Q"])
def test_the_words_for_leaving_leave(talk: Any, word: str) -> None:
    with talk() as program:
        enter(program, word)
        assert program.ends() == 0


def test_a_first_task_is_done_and_the_conversation_stays(talk: Any) -> None:
    """Once `-i task` dropped the task."""
    with talk(first=TURN) as program:
        enter(program, TURN)
        rows = left(program)
        assert shown("turn 1", rows)
        assert shown("turn 2", rows)


def test_ctrl_c_cancels_the_turn_and_keeps_the_conversation(talk: Any) -> None:
    with talk() as program:
        enter(program, TURN, "hang")
        program.shows("thinking")
        program.types("\x03")
        program.shows("cancelled")
        enter(program, TURN)
        rows = left(program)
        assert shown("turn 3", rows)
        assert not any("thinking" in row for row in rows)


@pytest.mark.parametrize("columns", [40, 80])
def test_what_is_typed_while_the_model_thinks_waits_unseen_for_the_prompt(
    talk: Any, tmp_path: Path, columns: int
) -> None:
    """The terminal would write it into the line that says what is going on."""
    os.mkfifo(tmp_path / "go")
    with talk(columns=columns) as program:
        enter(program, TURN)
        program.shows("Ctrl-C cancels")
        assert not program.echoes
        begun = len(program.seen.raw)
        program.types(TURN)
        (tmp_path / "go").write_bytes(b"")
        program.shows(READY)
        assert TURN not in program.seen.raw[begun:]
        program.types("\r")
        program.shows("turn 2")
        left(program)
        assert program.echoes


def test_the_terminal_shows_again_what_is_typed_after_ctrl_c(talk: Any) -> None:
    with talk() as program:
        enter(program, "hang")
        program.shows("thinking")
        program.types("\x03")
        program.shows("cancelled")
        left(program)
        assert program.echoes


def test_a_task_in_the_background_leaves_the_terminal_alone(talk: Any) -> None:
    """The system stops whoever changes it from there."""
    with talk(first=TURN, shell='set -m; "$@" </dev/null & wait') as program:
        assert program.ends() == 0
        assert shown("turn 1", program.rows)


def test_what_is_typed_at_a_question_is_seen(talk: Any) -> None:
    with talk(WRITE) as program:
        enter(program, "please write notes")
        program.shows("(Enter: no) ")
        program.types("n")
        program.shows("what instead? (Enter: nothing) ")
        program.types("use tabs\r")
        assert shown("(Enter: nothing) use tabs", left(program))


def test_a_server_that_is_down_is_said_at_the_start(talk: Any) -> None:
    with talk(columns=100, DEVOPS_AGENT_BACKEND="ollama", OLLAMA_HOST="127.0.0.1:1") as program:
        rows = " ".join(left(program))
        assert "nothing listens at http://127.0.0.1:1: start it with `ollama serve`, or name another server" in rows


def test_nothing_is_said_of_a_server_that_listens(talk: Any) -> None:
    with OllamaServer() as server, talk(DEVOPS_AGENT_BACKEND="ollama", OLLAMA_HOST=server.url) as program:
        assert not shown("nothing listens", left(program))


def test_ctrl_c_at_the_prompt_clears_the_line(talk: Any) -> None:
    with talk() as program:
        program.shows(READY)
        program.types("dead\x03")
        enter(program, TURN)
        assert shown("turn 1", left(program))
        assert "cannot reach" not in program.seen.raw


def test_a_dead_server_is_said_and_the_conversation_goes_on(talk: Any) -> None:
    with talk() as program:
        enter(program, "dead", TURN)
        rows = left(program)
        assert "error: cannot reach the server" in rows
        assert "hint: ollama serve" in rows
        assert not any("thinking" in row for row in rows)


def test_a_call_is_asked_about_between_the_timer_and_the_answer(talk: Any) -> None:
    with talk(LOOK) as program:
        enter(program, "run it")
        program.shows("(Enter: no) ")
        program.types("y")
        rows = left(program)
        assert [row for row in rows if "echo seen-it" in row] == [" │ echo seen-it", "evidence: step 1 echo seen-it"]
        assert "It printed seen-it." in rows


def test_ctrl_c_at_a_question_cancels_the_turn_and_runs_nothing(talk: Any, tmp_path: Path) -> None:
    with talk([says("bash", command="touch ran")]) as program:
        enter(program, "do it")
        program.shows("(Enter: no) ")
        program.types("\x03")
        program.shows("cancelled")
        enter(program, TURN)
        assert shown("turn 2", left(program))
    assert not (tmp_path / "ran").exists()


def test_a_pasted_text_of_several_lines_is_one_task(talk: Any) -> None:
    with talk() as program:
        program.shows(READY)
        program.types("\x1b[200~what is turn\rthese\rlines\x1b[201~\r")
        enter(program, "/history")
        rows = left(program)
        assert shown("turn 1", rows)
        assert any(row.startswith("1  what is turn (...)") for row in rows)


def test_the_prompt_names_the_context_and_the_mode(talk: Any, own_home: Path) -> None:
    (own_home / ".kube").mkdir()
    config = "current-context: arn:aws:eks:eu:1:cluster/staging\ncontexts:\n"
    config += "- {name: 'arn:aws:eks:eu:1:cluster/staging', context: {cluster: c, namespace: shop}}"
    (own_home / ".kube" / "config").write_text(config)
    with talk() as program:
        program.shows("shop@staging ›")
        program.types("/mode read-only\r")
        program.shows("shop@staging [read-only] ›")
        program.types("\x04")
        program.ends()


def test_history_is_kept_for_the_user_alone(talk: Any, own_home: Path) -> None:
    file = own_home / ".devops_agent_history"
    file.write_text("")
    file.chmod(0o644)
    with talk() as program:
        enter(program, TURN, "  what is turn two")
        left(program)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"+{TURN}\n" in file.read_text()
    assert "two" not in file.read_text()
    with talk() as program:
        program.shows(READY)
        program.types("\x1b[A")
        program.shows(TURN)
        program.types("\r")
        assert shown("turn 1", left(program))


def test_history_can_be_searched(talk: Any, own_home: Path) -> None:
    (own_home / ".devops_agent_history").write_text("\n# x\n+what is turn\n\n# y\n+something else\n")
    with talk() as program:
        program.shows(READY)
        program.types("\x12turn")
        program.shows("what is ")
        program.types("\r\r")
        assert shown("turn 1", left(program))


def test_a_home_that_cannot_be_written_is_no_obstacle(talk: Any) -> None:
    with talk(HOME="/proc/nowhere") as program:
        enter(program, TURN)
        assert shown("turn 1", left(program))


def test_tab_completes_slash_commands_and_paths(talk: Any, tmp_path: Path) -> None:
    (tmp_path / "quarterly-report").touch()
    with talk(columns=200) as program:
        program.shows(READY)
        program.types("/hi\t")
        program.shows("story")
        program.types("\r")
        program.shows("nothing was asked yet")
        program.shows(READY)
        program.types(f"{TURN} {tmp_path}/quart\t")
        program.shows("erly-report")
        program.types("\r")
        enter(program, "/history")
        assert shown(f"1  {TURN} {tmp_path}/quarterly-report", left(program))


def test_an_unknown_slash_command_names_the_nearest(talk: Any) -> None:
    with talk() as program:
        enter(program, "/histroy", "/zzzz", "/etc/hosts, what is turn")
        rows = left(program)
        assert "hint: did you mean /history?" in rows
        assert "hint: /help lists the commands" in rows
        assert shown("turn 1", rows)


def test_the_slash_commands_work_on_the_real_agent(talk: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("old\n")
    with talk(WRITE) as program:
        enter(program, "help", "/tools", "/model", "/mode", "/mode sometimes", "please write notes")
        program.shows("(Enter: no) ")
        program.types("y")
        enter(program, "/history", f"/save {tmp_path}/talk.md", f"/save {tmp_path}/talk.md")
        program.shows("cannot save")
        assert (tmp_path / "notes.txt").read_text() == "new\n"
        enter(program, "/undo", "/clear", "/history", TURN)
        program.shows("turn 1")
        left(program)
    assert (tmp_path / "notes.txt").read_text() == "old\n"
    saved = (tmp_path / "talk.md").read_text()
    assert saved.startswith("# please write notes\n\nstep 1: write_file {notes.txt} 1 line, 4 bytes\n")
    assert "I wrote notes.txt." in saved
    assert stat.S_IMODE((tmp_path / "talk.md").stat().st_mode) == 0o600
    raw = program.seen.raw
    expected = ["/mode [always|changes|never|read-only]", "bash: Run a command", "model scripted", "mode changes"]
    assert [
        text for text in [*expected, "there is no mode 'sometimes'", "nothing was asked yet"] if text not in raw
    ] == []


@pytest.fixture
def docker(tmp_path: Path) -> tuple[Path, str]:
    """A stand-in with one running container: its state, and a PATH on which it is found."""
    state = tmp_path / "state"
    state.write_text("true\n")
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\ncase "$1" in inspect) cat {state};; stop) echo false >{state};; start) echo true >{state};; esac\n'
    )
    program.chmod(0o755)
    return state, f"{program.parent}:{os.environ['PATH']}"


STOP = [says("bash", command="docker stop web"), says("final_answer", answer="I stopped web.")]


def test_undo_runs_the_command_that_takes_a_change_back_after_a_yes(talk: Any, docker: tuple[Path, str]) -> None:
    state, path = docker
    with talk(STOP, PATH=path) as program:
        enter(program, "please stop web")
        program.shows("(Enter: no) ")
        program.types("y")
        enter(program, "/undo")
        program.shows("docker start web")
        program.shows("(Enter: no) ")
        program.types("n")
        program.shows("what instead?")
        program.types("\r")
        program.shows("not taken back: docker start web")
        assert state.read_text() == "false\n"
        enter(program, "/undo")
        program.shows("(Enter: no) ")
        program.types("y")
        program.shows("taken back: docker start web")
        assert state.read_text() == "true\n"
        enter(program, "/undo")
        program.shows("there is nothing to undo")
        left(program)


def test_bytes_that_are_not_utf_8_are_spelt_out(talk: Any, own_home: Path) -> None:
    with talk() as program:
        program.shows(READY)
        program.sends(b"what is turn \xff\r")
        enter(program, "/history")
        rows = left(program)
    assert shown("turn 1", rows) and shown(r"1  what is turn \xff", rows)
    assert "+what is turn \\xff\n" in (own_home / ".devops_agent_history").read_text()


def test_a_dumb_terminal_can_talk(talk: Any) -> None:
    with talk(TERM="dumb") as program:
        for keys in (TURN + "\r", "\x04"):
            program.shows("› ")
            program.types(keys)
        assert program.ends() == 0
        assert "turn 1" in program.rows
        assert "\x1b" not in program.seen.raw


def piped(folder: Path, text: bytes) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(DRIVERS / "talk.py"), str(folder), "[]"]
    return subprocess.run(command, input=text, env=environment, capture_output=True, timeout=60)


def test_piped_lines_are_tasks_and_their_end_is_the_end(tmp_path: Path) -> None:
    """Once the end of the input began an endless loop."""
    done = piped(tmp_path, b"what is turn\n\ndead\nwhat is turn \xff\n/nonsense\nwhat is turn")
    assert done.returncode == 0
    assert done.stdout == b"turn 1\nturn 3\nturn 4\n"
    assert b"error: cannot reach the server" in done.stderr
    assert piped(tmp_path, b"").returncode == 0
    assert piped(tmp_path, b"exit\nwhat is turn\n").stdout == b""


def test_a_closed_input_ends_at_once(tmp_path: Path) -> None:
    command = f'"{sys.executable}" "{DRIVERS / "talk.py"}" "{tmp_path}" "[]" <&-'
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT)}
    assert subprocess.run(["/bin/sh", "-c", command], env=environment, timeout=60).returncode == 0
