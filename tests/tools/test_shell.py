"""What a command gives back. The numbers of rows are those of the cases the earlier project failed."""

import os
import re

import pytest

from devops_agent.events import OutputSeen
from devops_agent.tools.base import Workspace
from devops_agent.tools.shell import Bash


def test_a_failure_keeps_stdout_stderr_and_the_exit_code(bash):
    """Earlier project, row 19."""
    result = bash.run("echo partial; echo broken >&2; exit 3")
    assert result.text == "partial\n[stderr]\nbroken\n[exit code 3]"
    assert (result.ok, result.exit_code, result.size, result.truncated) == (False, 3, 15, False)


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("echo no >&2; exit 1", "[stderr]\nno\n[exit code 1]"),
        ("false", "[exit code 1, no output]"),
        ("true", "[exit code 0, no output]"),
        ("echo fine", "fine\n[exit code 0]"),
        ("printf unfinished", "unfinished\n[exit code 0]"),
    ],
)
def test_the_exit_code_is_always_said(bash, command, text):
    """Earlier project, row 20."""
    assert bash.run(command).text == text


def test_the_shell_is_bash(bash):
    """Earlier project, row 21."""
    result = bash.run("set -o pipefail; [[ a == a ]] && echo {1..3}; diff <(echo a) <(echo a) && false | true")
    assert result.text.startswith("1 2 3\n")
    assert result.exit_code == 1


def test_a_hanging_command_is_stopped_and_what_it_printed_is_kept(workspace):
    """Earlier project, row 22."""
    workspace.timeout = 1
    tool = Bash(workspace)
    result = tool.run("echo before; sleep 1000")
    tool.close()
    assert result.text == "before\n[stopped after 1 s: time limit]"
    assert (result.ok, result.exit_code) == (False, 124)


def test_a_background_child_does_not_hold_up_the_answer_and_is_named(bash):
    """Earlier project, row 23."""
    result = bash.run("sleep 1000 & echo bg $!")
    pid = re.match(r"bg (\d+)\n", result.text)[1]
    assert result.text == f"bg {pid}\n[still running in the background, and ended: {pid} (sleep)]\n[exit code 0]"
    assert not alive(int(pid))
    assert result.seconds < 15


@pytest.mark.parametrize("command", ["cat", "read x; echo $?", "read x </dev/tty || echo no terminal"])
def test_a_command_that_wants_input_gets_none_at_once(bash, command):
    """Earlier project, rows 27 and 28."""
    result = bash.run(command)
    assert result.exit_code == 0
    assert result.seconds < 15


def test_a_screen_program_runs_into_the_time_limit_with_what_it_showed(workspace):
    """Earlier project, row 29."""
    workspace.timeout = 1
    tool = Bash(workspace)
    result = tool.run("while true; do printf '\\033[H\\033[2Jevery second\\n'; sleep 0.3; done")
    tool.close()
    assert result.text.startswith("every second\n")
    assert result.text.endswith("[stopped after 1 s: time limit]")


def test_any_bytes_are_read(bash):
    """Earlier project, row 30."""
    assert bash.run(r"printf 'a\xff\xc3\xa4b\n'").text == "a\\xffäb\n[exit code 0]"


def test_cd_lasts_and_export_does_not(bash, workspace):
    """Earlier project, row 32."""
    (workspace.folder / "inner").mkdir()
    result = bash.run("cd inner; export MODE=x")
    assert result.text == f"[the folder is now {workspace.folder}]\n[exit code 0, no output]"
    assert bash.run('echo "$PWD $MODE"').text == f"{workspace.folder} \n[exit code 0]"
    assert workspace.folder.name == "inner"


@pytest.mark.parametrize(
    ("command", "moved"),
    [
        ("cd /usr", True),
        ("cd /usr; exit 3", True),
        ("set -e; cd /usr; false; cd /", True),
        ("cd /nowhere", False),
        ("(cd /usr)", False),
        ("cd /usr | cat", False),
        ("cd /usr; exec true", False),
        ("cd /usr; kill -9 $$", False),
        ("cd /usr; trap - EXIT", False),
        ("cd /usr; exec 143>&-", False),
        ("cd /usr; if", False),
    ],
)
def test_the_working_folder_follows_the_shell_and_no_other(bash, workspace, command, moved):
    before = workspace.folder
    text = bash.run(command).text
    assert str(workspace.folder) == ("/usr" if moved else str(before))
    assert ("[the folder is now /usr]" in text) is moved


def test_a_deleted_folder_is_left_for_home(bash, workspace):
    (workspace.folder / "gone").mkdir()
    bash.run("cd gone; rmdir ../gone")
    workspace.folder /= "gone"
    home = workspace.environment["HOME"]
    result = bash.run("pwd")
    assert result.text.startswith(f"{home}\n[the folder ")
    assert str(workspace.folder) == home


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("nosuchprogram", 127, "[exit code 127: command not found]"),
        ("/etc/passwd", 126, "[exit code 126: found but not executable]"),
        ("kill -9 $$", 137, "[exit code 137: killed by SIGKILL, no output]"),
        ("kill -TERM $$", 143, "[exit code 143: killed by SIGTERM, no output]"),
        ("sh -c 'kill -SEGV $$'", 139, "[exit code 139: killed by SIGSEGV]"),
        ("exit 124", 124, "[exit code 124, no output]"),
        ("false | true", 0, "[exit codes along the pipe: 1 0]\n[exit code 0, no output]"),
        ("yes | head -n 1", 0, "y\n[exit code 0]"),
    ],
)
def test_an_exit_code_is_explained(bash, command, code, words):
    result = bash.run(command)
    assert result.exit_code == code
    assert result.text.endswith(words)


def test_sudo_without_a_terminal_gets_a_hint(bash):
    result = bash.run("echo 'sudo: a terminal is required to read the password' >&2; exit 1")
    assert "[hint: sudo cannot ask for a password here; do without sudo]\n[exit code 1]" in result.text


@pytest.mark.parametrize("command", ["echo a\0b", "echo \ud800", "#" * 100_001])
def test_a_command_no_shell_can_take_is_refused_in_words(bash, command):
    result = bash.run(command)
    assert not result.ok
    assert result.text.startswith("[not run: the command ")


def test_nothing_in_the_environment_steers_the_shell(workspace, tmp_path):
    """Start-up files, exported functions, preloaded libraries and the pager stay outside."""
    hook = tmp_path / "hook"
    hook.write_text("echo hooked\n")
    workspace.environment = {
        **workspace.environment,
        "BASH_ENV": str(hook),
        "ENV": str(hook),
        "BASH_FUNC_ls%%": "() { echo hooked; }",
        "SHELLOPTS": "xtrace",
        "PS4": "$(echo hooked >&2)",
        "LD_PRELOAD": "/nowhere.so",
        "SECRET": "s3cret",
        "PATH": f".:relative:{workspace.environment['PATH']}:",
    }
    tool = Bash(workspace)
    result = tool.run('ls; env; echo "$PATH"')
    tool.close()
    assert "hooked" not in result.text
    assert "s3cret" not in result.text
    assert "PRELOAD" not in result.text
    assert "GIT_PAGER=cat" in result.text
    assert f"\n{workspace.environment['PATH'].strip(':').removeprefix('.:relative:')}\n" in result.text


def test_a_script_that_uses_its_arguments_or_low_descriptors_sees_a_plain_shell(bash):
    assert bash.run('echo "$# [$1] $0"; exec 3>&1 9>/dev/null; echo hi >&3').text == "0 [] bash\nhi\n[exit code 0]"


def test_line_numbers_in_error_messages_are_those_of_the_command(bash):
    assert "bash: line 2: nosuch: command not found" in bash.run("true\nnosuch").text


def test_no_core_file_is_written(bash):
    assert bash.run("ulimit -c").text == "0\n[exit code 0]"


def test_a_child_inherits_nothing_but_its_streams(bash):
    assert bash.run("exec ls /proc/self/fd").text == "0\n1\n143\n2\n3\n[exit code 0]"


def test_escape_sequences_reach_neither_model_nor_screen(workspace):
    seen = []
    workspace.watch = lambda live: seen.append(live)
    tool = Bash(workspace)
    result = tool.run(r"printf '\033[31mred\033[0m \033]0;PWNED\007\033]52;c;aGk=\007done\n'; printf 'x\033' >&2")
    tool.close()
    assert result.text == "red done\n[stderr]\nx\n[exit code 0]"
    assert seen == [OutputSeen("red done\n", "stdout"), OutputSeen("x", "stderr")]


def test_output_is_shown_while_the_command_runs(workspace, tmp_path):
    """The command waits for the watcher, so this ends only if the output comes through at once."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)

    def open_gate(live: OutputSeen) -> None:
        if live.text == "first\n":
            with gate.open("w") as pipe:
                pipe.write("go")

    workspace.watch = open_gate
    tool = Bash(workspace)
    result = tool.run(f"echo first; cat {gate}; echo; echo second")
    tool.close()
    assert result.text == "first\ngo\nsecond\n[exit code 0]"


def test_a_watcher_that_breaks_leaves_no_command_behind(workspace):
    pids = []

    def breaks(live: OutputSeen) -> None:
        pids.append(int(live.text))
        raise BrokenPipeError

    workspace.watch = breaks
    tool = Bash(workspace)
    with pytest.raises(BrokenPipeError):
        tool.run("trap '' TERM; echo $$; exec sleep 1000")
    assert not alive(pids[0])
    workspace.watch = lambda _: None
    assert tool.run("echo again").text == "again\n[exit code 0]"
    tool.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_workspace_says_how_much_a_model_reads(workspace: Workspace):
    workspace.observation_limit = 200
    tool = Bash(workspace)
    result = tool.run("seq 1000; echo last words >&2")
    tool.close()
    assert result.text.startswith("1\n2\n")
    assert re.search(r"\n\[\.\.\. \d+ bytes left out; narrow the command \.\.\.\]\n", result.text)
    assert result.text.endswith("last words\n[exit code 0, 3904 bytes of output]")
    assert (result.truncated, result.size) == (True, 3904)
