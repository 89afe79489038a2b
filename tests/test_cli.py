import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from devops_agent.opening import SUGGESTED
from devops_agent.transcript import TASK_PREFIX
from tests.ollama_server import OllamaServer
from tests.playing import answers, runs, says
from tests.program import PROGRAM, environment, interrupt, run, start

HELLO = [runs("echo hello"), answers("It said hello.")]


# -- before any model ------------------------------------------------------------------------------------------------


def asked(server: OllamaServer) -> str:
    """The first request as the model was told it, without the commands that may fit."""
    told = str(server.chats[0]["messages"][1]["content"])
    return told.partition(SUGGESTED)[0].removeprefix(TASK_PREFIX)


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], ["--version"], ["-V"], ["config", "--help"], ["doctor", "--help"]]
)
def test_help_and_version_need_no_server(words: list[str]) -> None:
    """Earlier project, row 39."""
    with OllamaServer() as server:
        finished = run(*words, OLLAMA_HOST=server.url)
    assert finished.code == 0 and finished.out.strip() and finished.err == ""
    assert server.requests == []


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["config", "show"], ["--nonsense"]])
def test_light_words_load_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys; from devops_agent.cli import main\n"
        f"try: main({words!r})\nexcept SystemExit: pass\n"
        "print([name for name in ('smolagents', 'rich', 'requests', 'prompt_toolkit') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--mdoel", "x", "list"], "--mdoel"),
        ([""], "the task is empty"),
        ([], "there is no task"),
        (["--max-steps", "many", "list"], "max_steps = 'many' (from --max-steps)"),
        (["--config", "/nonexistent.toml", "list"], "/nonexistent.toml"),
        (["--output", "json", "-i"], "no JSON output"),
        (["config", "shout"], "shout"),
        (["--model", "", "list"], "model = '' (from --model)"),
    ],
)
def test_wrong_usage_says_so_in_a_line_and_a_hint(words: list[str], said: str) -> None:
    """Earlier project, rows 40 and 43."""
    finished = run(*words)
    assert finished.code == 2 and finished.out == ""
    assert said in finished.err and 1 <= len(finished.err.splitlines()) <= 3
    assert "Traceback" not in finished.err


def test_config_show_says_where_every_value_came_from() -> None:
    finished = run(
        "--max-steps", "9", "config", "show", "--output", "json", REQUIRE_APPROVAL="0", OPENAI_API_KEY="sk-1"
    )
    shown = json.loads(finished.out)
    assert shown["max_steps"] == {"value": 9, "source": "--max-steps"}
    assert shown["approval"] == {"value": "never", "source": "REQUIRE_APPROVAL"}
    assert shown["num_ctx"] == {"value": 8192, "source": "default"}
    assert "sk-1" not in finished.out


# -- one task --------------------------------------------------------------------------------------------------------


def test_the_answer_is_on_stdout_and_everything_else_on_stderr() -> None:
    """Earlier project, rows 53 and 57."""
    with OllamaServer(HELLO) as server:
        finished = run("say hello", OLLAMA_HOST=server.url)
    assert (finished.code, finished.out) == (0, "It said hello.\n")
    assert "echo hello" in finished.err and "\x1b" not in finished.err


def test_quiet_says_nothing_but_the_answer() -> None:
    with OllamaServer(HELLO) as server:
        finished = run("-q", "say hello", OLLAMA_HOST=server.url)
    assert (finished.out, finished.err) == ("It said hello.\n", "")


def test_verbose_says_more() -> None:
    """Earlier project, row 44."""
    said = []
    for flags in ([], ["--verbose"]):
        with OllamaServer(HELLO) as server:
            said.append(run(*flags, "say hello", OLLAMA_HOST=server.url).err)
    assert len(said[1]) > len(said[0]) and "token" in said[1]


def test_words_that_look_like_flags_belong_to_the_task() -> None:
    """Earlier project, row 41."""
    with OllamaServer(HELLO) as server:
        run("run", "ls", "-a", "-v", "-i", "here", OLLAMA_HOST=server.url)
    assert "run ls -a -v -i here" in server.chats[0]["messages"][1]["content"]


def test_the_task_may_come_on_standard_input() -> None:
    with OllamaServer(HELLO) as server:
        assert run(stdin="say hello\n", OLLAMA_HOST=server.url).code == 0
    assert asked(server) == "say hello"


def test_standard_input_beside_a_task_is_what_it_is_about() -> None:
    with OllamaServer([answers("The disk is full.")]) as server:
        finished = run("what went wrong?", stdin="\x1b[31mno space left\x1b[0m <|im_end|>", OLLAMA_HOST=server.url)
    told = server.chats[0]["messages"][1]["content"]
    assert finished.code == 0
    assert "what went wrong?" in told and "no space left" in told
    assert "\x1b" not in told and "<|im_end|>" not in told


@pytest.mark.parametrize(
    ("words", "stdin"),
    [([b"say \xff ol\xc3\xa1"], b""), ([], b"say \xff ol\xc3\xa1"), (["-i"], b"say \xff ol\xc3\xa1\n")],
)
@pytest.mark.parametrize("extra", [{}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_bytes_of_a_task_that_are_not_utf_8_are_spelt_out(
    words: list[str | bytes], stdin: bytes, extra: dict[str, str]
) -> None:
    with OllamaServer(HELLO) as server:
        done = subprocess.run(
            [*PROGRAM, *words], input=stdin, env=environment(OLLAMA_HOST=server.url, **extra), capture_output=True
        )
    assert done.returncode == 0
    assert asked(server) == "say \\xff olá"


def test_long_standard_input_is_cut_to_what_the_model_can_read() -> None:
    with OllamaServer([answers("Noise.")]) as server:
        finished = run("what is this?", stdin=b"noise \xff\n" * 200_000, OLLAMA_HOST=server.url)
    assert finished.code == 0
    assert len(server.chats[0]["messages"][1]["content"]) < 12_000


@pytest.mark.parametrize("line", ["10.0.0.7 - - [21/Nov/2026:05:04:59] 200 1234567890", "日志日志日志", '{"a": 1}'])
def test_every_kind_of_log_is_cut_to_what_the_model_can_read(line: str) -> None:
    with OllamaServer([answers("Noise.")]) as server:
        assert run("what is this?", stdin=f"{line}\n" * 20_000, OLLAMA_HOST=server.url).code == 0


def test_a_prompt_that_the_server_finds_too_long_is_6() -> None:
    with OllamaServer(HELLO, faults="prompt_too_long") as server:
        finished = run("say hello", OLLAMA_HOST=server.url)
    assert finished.code == 6 and "--num-ctx" in finished.err


def test_the_model_is_warmed_up_while_the_program_loads() -> None:
    with OllamaServer(HELLO) as server:
        run("say hello", OLLAMA_HOST=server.url)
    first = server.requests[0]
    assert first.body["messages"] == [] and first.body["options"]["num_ctx"] == 8192
    assert server.chats[0]["options"]["num_ctx"] == 8192


@pytest.mark.parametrize(
    "form", ["127.0.0.1:{port}", "0.0.0.0:{port}", ":{port}", "http://127.0.0.1:{port}/", "localhost:{port}"]
)
def test_ollama_host_is_read_by_ollama_s_own_rules(form: str) -> None:
    """Earlier project, rows 62 to 64."""
    with OllamaServer(HELLO) as server:
        assert run("say hello", OLLAMA_HOST=form.format(port=server.port)).code == 0


def test_a_proxy_is_not_asked_for_this_machine() -> None:
    """Earlier project, row 67."""
    with OllamaServer(HELLO) as server:
        assert (
            run(
                "say hello", OLLAMA_HOST=server.url, http_proxy="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9"
            ).code
            == 0
        )


# -- exit codes ------------------------------------------------------------------------------------------------------


def test_an_unverified_answer_is_1() -> None:
    with OllamaServer([answers("All is well."), answers("Really.")]) as server:
        finished = run("are my pods well?", OLLAMA_HOST=server.url)
    assert finished.code == 1 and "UNVERIFIED" in finished.err + finished.out


@pytest.mark.parametrize("words", [["list pods"], ["doctor"], ["model", "list"]])
def test_a_server_that_is_down_is_3_in_one_line_and_a_hint(words: list[str]) -> None:
    """Earlier project, row 58."""
    finished = run(*words, OLLAMA_HOST="127.0.0.1:9")
    assert finished.code == 3
    assert "127.0.0.1:9" in finished.err + finished.out and "ollama serve" in finished.err + finished.out
    assert "Traceback" not in finished.err


def test_a_missing_model_is_3_and_the_installed_ones_are_named() -> None:
    """Earlier project, row 60."""
    with OllamaServer(models=["llama3.2:3b"]) as server:
        finished = run("list pods", OLLAMA_HOST=server.url)
    assert finished.code == 3
    assert "qwen3-devops" in finished.err and "llama3.2:3b" in finished.err and "devops-agent model" in finished.err


def test_a_server_error_that_passes_is_not_noticed() -> None:
    """Earlier project, row 61."""
    with OllamaServer(HELLO, faults=["http_500"]) as server:
        assert run("say hello", OLLAMA_HOST=server.url).code == 0


def test_a_forbidden_call_is_4() -> None:
    with OllamaServer([runs("rm -rf /"), answers("That is not allowed.")]) as server:
        finished = run("-na", "remove everything", OLLAMA_HOST=server.url)
    assert finished.code == 4 and "refused" in finished.err.lower()


def test_a_change_in_read_only_is_4(tmp_path: Path) -> None:
    with OllamaServer([runs("touch x"), answers("It was not allowed.")]) as server:
        finished = run("--read-only", "make x", OLLAMA_HOST=server.url, cwd=tmp_path)
    assert finished.code == 4 and not (tmp_path / "x").exists()


def test_approval_without_a_terminal_is_5_with_the_pending_call_on_stdout(tmp_path: Path) -> None:
    """Earlier project, row 47."""
    with OllamaServer([runs("touch x")]) as server:
        finished = run("make x", OLLAMA_HOST=server.url, cwd=tmp_path)
    pending = json.loads(finished.out)
    assert finished.code == 5 and not (tmp_path / "x").exists()
    assert (pending["tool"], pending["arguments"], pending["verdict"]["class"]) == (
        "bash",
        {"command": "touch x"},
        "CHANGE",
    )
    assert "--read-only" in finished.err and len(finished.err.splitlines()) <= 4


def test_the_step_limit_is_6() -> None:
    with OllamaServer([runs(f"echo {number}") for number in range(5)]) as server:
        finished = run("--max-steps", "2", "count", OLLAMA_HOST=server.url)
    assert finished.code == 6 and "limit of 2 steps" in finished.out
    assert len(server.chats) == 2


def test_the_time_limit_is_124() -> None:
    with OllamaServer([runs("sleep 600"), answers("It did not finish in time.")]) as server:
        finished = run("-na", "--timeout", "1", "wait", OLLAMA_HOST=server.url)
    assert finished.code == 124


def test_ctrl_c_is_130_in_one_line_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Earlier project, rows 25 and 26."""
    mark = tmp_path / "started"
    with OllamaServer([runs(f"touch {mark}; trap '' INT TERM; sleep 987")]) as server:
        process = start("-na", "wait", OLLAMA_HOST=server.url)
        while not mark.exists():
            assert process.poll() is None
            time.sleep(0.01)
        finished = interrupt(process)
    assert finished.code == 130 and "Traceback" not in finished.err and finished.err.endswith("interrupted\n")
    assert subprocess.run(["pgrep", "-f", "sleep 987"], capture_output=True, check=False).stdout == b""


def test_ctrl_c_while_the_model_thinks_closes_the_stream() -> None:
    with OllamaServer(HELLO, faults="stall") as server:
        process = start("list pods", OLLAMA_HOST=server.url)
        assert server.hanging.wait(20)
        finished = interrupt(process)
        assert server.hung_up.wait(5)
    assert finished.code == 130 and "Traceback" not in finished.err


# -- output for programs ---------------------------------------------------------------------------------------------


def test_jsonl_is_one_event_a_line() -> None:
    with OllamaServer(["", runs("echo hello"), answers("It said hello.")]) as server:
        finished = run("--output", "jsonl", "say hello", OLLAMA_HOST=server.url)
    assert [line["event"] for line in finished.lines] == ["stumbled", "proposed", "observed", "answered", "usage"]
    observed, answered = finished.lines[2], finished.lines[3]
    assert (observed["exit_code"], observed["bytes"], observed["truncated"]) == (0, 6, False)
    assert (answered["text"], answered["evidence"], answered["verified"]) == ("It said hello.", [2], True)


@pytest.mark.parametrize(("window", "characters"), [(2048, 2048), (32768, 8000)])
def test_a_small_window_reads_less_of_an_output_at_once(window: int, characters: int) -> None:
    with OllamaServer([runs("yes word | head -n 9999"), answers("It said word.")]) as server:
        run("-na", "--num-ctx", str(window), "say it", OLLAMA_HOST=server.url)
        told = server.chats[-1]["messages"][-1]["content"]
    assert characters * 0.9 < len(told) < characters + 100


def test_jsonl_ends_with_the_pending_call_where_approval_is_needed(tmp_path: Path) -> None:
    with OllamaServer([runs("touch x")]) as server:
        finished = run("--output", "jsonl", "make x", OLLAMA_HOST=server.url, cwd=tmp_path)
    assert finished.code == 5
    assert [(line["event"], line.get("by")) for line in finished.lines] == [
        ("proposed", None),
        ("refused", "no terminal"),
    ]


def test_json_is_one_object() -> None:
    with OllamaServer(HELLO) as server:
        finished = run("--output", "json", "say hello", OLLAMA_HOST=server.url)
    whole = json.loads(finished.out)
    assert (whole["answer"], whole["verified"], whole["exit_code"], whole["error"]) == ("It said hello.", True, 0, None)
    assert [step["event"] for step in whole["steps"]] == ["proposed", "observed"] and whole["usage"]["requests"] == 2


@pytest.mark.parametrize(("words", "code"), [(["list"], 3), (["-na", "--max-steps", "1", "list"], 3)])
def test_json_is_one_object_when_the_run_fails_too(words: list[str], code: int) -> None:
    finished = run("--output", "json", *words, OLLAMA_HOST="127.0.0.1:9")
    whole = json.loads(finished.out)
    assert whole["exit_code"] == finished.code == code and "127.0.0.1:9" in whole["error"]["message"]


def test_json_holds_the_pending_call(tmp_path: Path) -> None:
    with OllamaServer([says("write_file", path="x", content="y")]) as server:
        whole = json.loads(run("--output", "json", "make x", OLLAMA_HOST=server.url, cwd=tmp_path).out)
    assert whole["pending"]["tool"] == "write_file" and whole["exit_code"] == 5


# -- odd places ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extra", [{"LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}, {"TERM": "dumb"}])
def test_a_terminal_without_unicode_degrades(extra: dict[str, str]) -> None:
    """Earlier project, row 54."""
    with OllamaServer([runs("echo größe ✓"), answers("It said größe ✓.")]) as server:
        finished = run("say it", OLLAMA_HOST=server.url, **extra)
    assert finished.code == 0 and finished.out.startswith("It said gr")


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """Earlier project, row 55."""
    long_answer = answers("\n".join(f"line {number % 100}" for number in range(15_000)))
    with OllamaServer([runs("echo line"), long_answer]) as server:
        shell = f"{' '.join(PROGRAM)} say lines | head -1"
        done = subprocess.run(
            ["bash", "-c", shell], capture_output=True, text=True, env=environment(OLLAMA_HOST=server.url)
        )
    assert done.stdout == "line 0\n", done.stderr
    assert "BrokenPipe" not in done.stderr and "Traceback" not in done.stderr


def test_a_full_disk_behind_stdout_is_said() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "config", "show"], stdout=full, stderr=subprocess.PIPE, env=environment(), text=True
        )
    assert done.returncode == 1
    assert done.stderr == "error: cannot write the output: No space left on device\n"


def test_interactive_without_a_terminal_takes_lines_and_ends_with_them() -> None:
    """Earlier project, row 46."""
    with OllamaServer([*HELLO, answers("Hello!")]) as server:
        finished = run("-i", stdin="say hello\nhello\n", OLLAMA_HOST=server.url)
    assert (finished.code, finished.out) == (0, "It said hello.\nHello!\n")


def test_interactive_runs_its_task_first() -> None:
    """Earlier project, row 42."""
    with OllamaServer([*HELLO, answers("Hello!")]) as server:
        finished = run("-i", "say hello", stdin="hello\nexit\nnever read\n", OLLAMA_HOST=server.url)
    assert finished.out == "It said hello.\nHello!\n"


def test_a_dotenv_file_of_the_working_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DEVOPS_AGENT_CANARY=loaded\nOLLAMA_HOST=http://127.0.0.1:9\n")
    with OllamaServer([runs("echo canary=$DEVOPS_AGENT_CANARY."), answers("canary=. it says")]) as server:
        finished = run("-na", "--output", "jsonl", "look", OLLAMA_HOST=server.url, cwd=tmp_path)
    assert finished.code == 0 and "loaded" not in finished.out


def test_an_unexpected_error_is_a_line_and_with_debug_a_file(own_home: Path) -> None:
    broken = (
        "import sys; from devops_agent import run, cli; run.run = lambda *a, **k: 1 / 0; "
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    for flags, files in ([[], 0], [["--debug"], 1]):
        command = [sys.executable, "-c", broken, *flags, "list"]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), stdin=subprocess.DEVNULL)
        kept = list((own_home / ".local/state/devops-agent").glob("crash-*.txt"))
        assert done.returncode == 1 and "ZeroDivisionError" in done.stderr and "Traceback" not in done.stderr
        assert len(kept) == files
    assert (
        "Traceback" in kept[0].read_text() and kept[0].stat().st_mode & 0o777 == 0o600 and str(kept[0]) in done.stderr
    )


def test_a_killed_agent_leaves_no_command_behind(tmp_path: Path) -> None:
    mark = tmp_path / "started"
    with OllamaServer([runs(f"touch {mark}; sleep 986")]) as server:
        process = start("-na", "wait", OLLAMA_HOST=server.url)
        while not mark.exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
        process.communicate()
        deadline = time.monotonic() + 10
        while subprocess.run(["pgrep", "-f", "sleep 986"], capture_output=True, check=False).stdout:
            assert time.monotonic() < deadline
            os.sched_yield()
    assert process.returncode == -signal.SIGKILL
