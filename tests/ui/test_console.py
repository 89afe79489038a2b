"""What a run looks like: on a terminal, in a file, in a pipe, on odd terminals and in odd encodings."""

import io
import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest

from devops_agent.events import (
    Answered,
    Call,
    Event,
    Observed,
    OutputSeen,
    Proposed,
    Refused,
    Stumbled,
    TokenSeen,
    ToolResult,
    Usage,
    Verdict,
)
from devops_agent.settings import Settings
from devops_agent.ui.console import Screen
from tests.ui.terminals import DRIVERS, ROOT, Program

PODS = Call("bash", {"command": "kubectl get pods"})
READ = Verdict("READ")


def drawn(*events: Event, **settings: Any) -> tuple[str, str]:
    """(stdout, stderr) of a run that nobody watches on a terminal."""
    stream, answer = io.StringIO(), io.StringIO()
    screen = Screen(Settings(**settings), stream, answer)
    with screen.turn():
        for event in events:
            screen.draw(event)
    return answer.getvalue(), stream.getvalue()


def on_terminal(scenario: str, **options: Any) -> Program:
    program = Program("draw.py", scenario, **options)
    program.ends()
    return program


def slowly_on_terminal(scenario: str, seconds: int = 0, **options: Any) -> Program:
    """The same, with a model that thinks until the timer shows so many seconds."""
    program = Program("draw.py", scenario, "slowly", **options)
    program.shows(f" {seconds} s ")
    os.kill(program.pid, signal.SIGUSR1)
    program.ends()
    return program


def piped(scenario: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, str(DRIVERS / "draw.py"), scenario]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_the_answer_is_printed_once_and_alone_on_stdout() -> None:
    """Once the answer stood four times between panels and timers."""
    result = Observed(1, PODS, ToolResult("web 1/1", exit_code=0))
    out, err = drawn(Proposed(1, PODS, READ), result, Answered("One pod runs.", (1,)), Usage(1, 2))
    assert out == "One pod runs.\n"
    assert "One pod runs." not in err


def test_off_a_terminal_each_event_is_plain_lines_on_stderr() -> None:
    events = (
        Proposed(1, PODS, READ),
        Observed(1, PODS, ToolResult("x\n" * 50, ok=False, exit_code=2, size=100, seconds=0.25)),
        Refused(2, PODS, "policy", "Refused, it was NOT run: x.", "not run: it deletes\nthings"),
        Refused(2, PODS, "loop guard", "Refused: this was sent before."),
        Refused(3, PODS, "user", "User rejected this tool call."),
        Stumbled(4, "no_call", "No tool call found."),
        Answered("ok", (1,)),
    )
    assert drawn(*events)[1].splitlines() == [
        "bash {kubectl get pods}",
        "  x",
        "  exit code 2 · 100 bytes · 0.2 s",
        "  not run: it deletes things",
        "  refused by loop guard",
        "  not run, as you said",
        "unusable reply, asking again: no call",
        "evidence: step 1 kubectl get pods",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[stderr]\nlooking\npermission denied\n[exit code 1]", ["  permission denied"]),
        ("[exit code 1, no output]", []),
        ("x" * 500, [f"  {'x' * 400} (+100 characters)"]),
    ],
)
def test_off_a_terminal_the_last_line_of_what_failed_says_why(text: str, shown: list[str]) -> None:
    _, err = drawn(Observed(1, PODS, ToolResult(text, ok=False, exit_code=1)))
    assert err.splitlines() == [*shown, "  exit code 1 · 0 bytes · 0.0 s"]


def test_verbose_shows_the_whole_output_the_stumble_and_the_cost() -> None:
    output = "\n".join(f"line {number}" for number in range(300))
    _, err = drawn(
        Observed(1, PODS, ToolResult(output)),
        Stumbled(2, "no_call", "No tool call found."),
        Usage(2, 3, 800, 90, 4.0, 3.5),
        verbose=True,
    )
    assert "  line 150\n" in err
    assert "No tool call found." in err
    assert "2 steps, 3 requests, 800 tokens read, 90 written" in err


def test_a_repeated_call_claims_only_that_its_result_is_the_same() -> None:
    _, err = drawn(Observed(2, PODS, ToolResult("web 1/1", exit_code=0, size=7), repeated=True))
    assert err == "  ok · 7 bytes · 0.0 s · same result as before\n"


def test_an_answer_and_an_error_are_broken_between_words() -> None:
    program = on_terminal("wordy", columns=40)
    assert program.rows[1:5] == [
        "The deployment web has three pods, and",
        "all of them answer.",
        "error: the server at the other end of",
        "the line has gone",
    ]


def test_quiet_prints_the_answer_only() -> None:
    out, err = drawn(Proposed(1, PODS, READ), Observed(1, PODS, ToolResult("x")), Answered("fine", (1,)), quiet=True)
    assert (out, err) == ("fine\n", "")


@pytest.mark.parametrize("quiet", [True, False])
def test_an_unverified_answer_is_marked_even_when_quiet(quiet: bool) -> None:
    out, err = drawn(Answered("Done!", verified=False, problem="nothing was run"), quiet=quiet)
    assert out == "Done!\n"
    assert err == "UNVERIFIED: nothing was run\n"


def test_a_call_with_two_arguments_is_readable() -> None:
    """Once the braces held the middle of a Python dictionary."""
    call = Call("write_file", {"path": "app.yaml", "content": "a: 1\nb: 2\n"})
    assert drawn(Proposed(1, call, READ))[1] == "write_file {app.yaml} 2 lines, 10 bytes\n"


def test_brackets_are_shown_as_they_are() -> None:
    """Once `[` in output and answers became `|`."""
    text = '{"items": [1,2]} [bold]x[/bold] :smile:'
    out, err = drawn(Observed(1, PODS, ToolResult(text)), Answered(text), verbose=True)
    assert out == f"{text}\n"
    assert f"  {text}\n" in err


def test_control_sequences_from_model_and_tools_never_reach_the_terminal() -> None:
    """Once an answer set the terminal's title."""
    bad = "\x1b]0;PWNED\x07\x1b[2J\x9b31m\u202e\u200bfine"
    call = Call("bash\x1b[2J", {"command": f"ls {bad}"})
    events = (
        Proposed(1, call, READ),
        Observed(1, call, ToolResult(bad)),
        Refused(1, call, "policy", bad),
        Stumbled(2, bad, bad),
        Answered(bad, (1,), verified=False, problem=bad),
    )
    for verbose in (True, False):
        text = "".join(drawn(*events, verbose=verbose))
        assert not set(text) & set("\x1b\x07\x9b\u202e\u200b")


def test_an_answer_with_half_a_character_is_still_printed() -> None:
    assert drawn(Answered("a\ud800b"))[0] in ("ab\n", "a\\ud800b\n")


@pytest.mark.parametrize("output", ["json", "jsonl"])
def test_with_structured_output_stdout_is_left_to_it(output: str) -> None:
    out, err = drawn(Answered("fine", verified=False, problem="nothing was run"), output=output)
    assert out == ""
    assert "UNVERIFIED" in err


def test_a_reader_that_left_is_reported_to_the_caller() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    gone = os.fdopen(writer, "w", buffering=1)
    with pytest.raises(BrokenPipeError):
        Screen(Settings(), gone, io.StringIO()).draw(Proposed(1, PODS, READ))
    with suppress(BrokenPipeError):
        gone.close()


def test_on_a_terminal_the_timer_counts_and_leaves_nothing_behind() -> None:
    with slowly_on_terminal("whole", seconds=1) as program:
        assert "thinking… 1 s · Ctrl-C cancels" in program.seen.raw
        assert not any("thinking" in row for row in program.rows)
        assert program.rows[:10] == [
            "bash {kubectl get pods -n shop}",
            *(f"  web-{number} [red]1/1[/red]" for number in range(8)),
            "  … 28 lines hidden, -v shows them",
        ]
        assert program.rows[10:19] == [
            *(f"  web-{number} [red]1/1[/red]" for number in range(36, 40)),
            "unusable reply, asking again: no call",
            "",
            "All 40 pods run: [a, b]",
            "evidence: step 1 kubectl get pods -n shop",
            "",
        ]


def test_the_timer_is_gone_after_an_error() -> None:
    """Once it went on counting over the prompt for the rest of the session."""
    with slowly_on_terminal("dead") as program:
        assert "thinking" in program.seen.raw
        assert [row for row in program.rows if row] == ["error: cannot reach the server", "hint: ollama serve"]


def test_a_cancelled_call_stays_on_the_screen() -> None:
    with slowly_on_terminal("cancelled") as program:
        assert [row for row in program.rows if row] == ["bash {kubectl get pods -n shop}", "cancelled"]


def test_an_unverified_answer_stands_in_a_frame_that_says_so() -> None:
    with on_terminal("unverified", columns=40) as program:
        rows = [row for row in program.rows if row]
        assert rows[0] == "UNVERIFIED: nothing was run"
        assert "UNVERIFIED" in rows[1]
        assert rows[2].startswith("│ Everything is fine.")


def test_a_narrow_terminal_keeps_the_timer_on_one_line() -> None:
    with slowly_on_terminal("cancelled", columns=30) as program:
        assert [row for row in program.rows if row] == ["bash {kubectl get pods -n shop", "}", "cancelled"]


def test_no_color_means_no_colour() -> None:
    with on_terminal("unverified", NO_COLOR="1") as program:
        cells = [cell for row in program.seen.screen.buffer.values() for cell in row.values()]
        assert {(cell.fg, cell.bg) for cell in cells} == {("default", "default")}


def test_a_dumb_terminal_gets_no_escape_sequence_and_no_timer() -> None:
    with on_terminal("whole", TERM="dumb") as program:
        assert "\x1b" not in program.seen.raw
        assert "thinking" not in program.seen.raw
        assert "All 40 pods run: [a, b]" in program.rows


@pytest.mark.parametrize(
    "variables", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_an_encoding_without_our_signs_degrades(variables: dict[str, str]) -> None:
    """Once the program died of its own emoji."""
    with on_terminal("whole", **variables) as program:
        assert "  ... 28 lines hidden, -v shows them" in program.rows
        assert "All 40 pods run: [a, b]" in program.rows


def test_in_a_pipe_there_is_neither_timer_nor_escape_sequence() -> None:
    done = piped("whole")
    assert done.stdout == "All 40 pods run: [a, b]\n"
    assert "thinking" not in done.stderr
    assert "\x1b" not in done.stderr
    assert done.returncode == 0


def test_closed_streams_are_nobody_s_problem() -> None:
    command = f'"{sys.executable}" "{DRIVERS / "draw.py"}" whole'
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT)}
    for closed in (">&-", "2>&-", ">&- 2>&- <&-"):
        assert subprocess.run(["/bin/sh", "-c", f"{command} {closed}"], env=environment, timeout=60).returncode == 0


def test_verbose_on_a_terminal_shows_thinking_apart_from_what_follows() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    screen = Screen(Settings(verbose=True, environment={"TERM": "dumb"}), stream, io.StringIO())
    with screen.turn():
        screen.watch(TokenSeen("I look ", "thinking"))
        screen.watch(TokenSeen("at pods"))
        screen.draw(Proposed(1, PODS, READ))
        screen.watch(OutputSeen("web\n"))
        screen.draw(Observed(1, PODS, ToolResult("web\n[exit code 1]", ok=False, exit_code=1, size=4)))
    assert stream.getvalue().splitlines() == [
        "I look at pods",
        "bash {kubectl get pods}",
        "  web",
        "  [exit code 1]",
        "  exit code 1 · 4 bytes · 0.0 s",
    ]


def test_verbose_off_a_terminal_shows_each_reply_whole() -> None:
    stream = io.StringIO()
    screen = Screen(Settings(verbose=True), stream, io.StringIO())
    with screen.turn():
        screen.watch(TokenSeen("I look ", "thinking"))
        screen.watch(TokenSeen("at \x1b[2Jpods\n"))
        screen.watch(TokenSeen("<tool_call>"))
        assert stream.getvalue() == ""
        screen.draw(Proposed(1, PODS, READ))
        screen.watch(OutputSeen("web\n"))
        screen.draw(Observed(1, PODS, ToolResult("web", exit_code=0, size=4)))
        screen.watch(TokenSeen("cut off"))
    assert stream.getvalue().splitlines() == [
        "I look at pods",
        "<tool_call>",
        "bash {kubectl get pods}",
        "  web",
        "  ok · 4 bytes · 0.0 s",
        "cut off",
    ]
