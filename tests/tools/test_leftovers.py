"""Nothing a command starts is left behind, whatever ends it.

Every process of a command holds the writing end of one named pipe, so the reader sees its end exactly when the last of
them is gone.
"""

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devops_agent.tools import runner
from devops_agent.tools.base import Interrupted
from devops_agent.tools.shell import Bash

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to the supervisor")

SHAPES = [
    "sleep 1000 &",
    "nohup sleep 1000 >/dev/null 2>&1 &",
    "(sleep 1000 & sleep 1000 &) &",
    "(trap '' TERM INT HUP; sleep 1000; sleep 1000) &",
    "(sleep 1000 & kill -STOP $!) &",
    "cat <(sleep 1000) & disown",
    pytest.param("setsid sleep 1000 &", marks=linux_only),
    pytest.param("setsid -f sleep 1000 >/dev/null 2>&1", marks=linux_only),
    pytest.param("(trap '' TERM; setsid -f sh -c 'sleep 1000; sleep 1000')", marks=linux_only),
    pytest.param("for i in {1..50}; do setsid sleep 1000 & done", marks=linux_only),
]


class Witness:
    """Knows whether a process that opened its pipe still lives."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.sign_in = f"exec 5>{path}; echo signed >&5; "
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def nobody_is_left(self) -> bool:
        """Whether somebody signed in, and all of them are gone."""
        try:
            return os.read(self._descriptor, 100) == b"signed\n" and os.read(self._descriptor, 1) == b""
        except BlockingIOError:
            return False

    def wait_until_nobody_is_left(self) -> None:
        os.set_blocking(self._descriptor, True)
        with os.fdopen(os.dup(self._descriptor), "rb") as pipe:
            assert pipe.read() == b"signed\n"

    def close(self) -> None:
        os.close(self._descriptor)


@pytest.fixture
def witness(tmp_path) -> Iterator[Witness]:
    witness = Witness(tmp_path / "witness")
    yield witness
    witness.close()


@pytest.mark.parametrize("shape", SHAPES)
def test_after_an_exit(bash, witness, shape):
    result = bash.run(f"{witness.sign_in}{shape}\necho over")
    assert result.text.startswith("over\n[still running in the background, and ended: ")
    assert result.text.endswith("\n[exit code 0]")
    assert witness.nobody_is_left()


@pytest.mark.parametrize("shape", SHAPES)
def test_after_the_time_limit(workspace, witness, shape):
    workspace.timeout = 0.5
    tool = Bash(workspace)
    result = tool.run(f"{witness.sign_in}{shape}\nsleep 1000")
    tool.close()
    assert result.exit_code == 124
    assert witness.nobody_is_left()


def interrupt_on(word: str, seen: list[str]):
    def watch(live) -> None:
        seen.append(live.text)
        if word in live.text:
            os.kill(os.getpid(), signal.SIGINT)

    return watch


@pytest.mark.parametrize("shape", ["", *SHAPES])
def test_after_a_ctrl_c(workspace, witness, shape):
    """Earlier project, rows 24 to 26."""
    workspace.watch = interrupt_on("started", [])
    tool = Bash(workspace)
    with pytest.raises(Interrupted) as stop:
        tool.run(f"{witness.sign_in}{shape}\necho started; sleep 1000")
    tool.close()
    assert stop.value.result.text.startswith("started\n[stopped after ")
    assert stop.value.result.text.endswith(" s: interrupted by the user]")
    assert stop.value.result.exit_code == 130
    assert witness.nobody_is_left()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_does_not_wait_for_a_stubborn_command(workspace, witness):
    workspace.grace = 60
    workspace.watch = interrupt_on("", [])
    tool = Bash(workspace)
    with pytest.raises(Interrupted) as stop:
        tool.run(f"{witness.sign_in}trap 'echo stubborn' TERM; echo started; while true; do sleep 0.01; done")
    tool.close()
    assert stop.value.result.text.startswith("started\nstubborn\n")
    assert witness.nobody_is_left()


def test_the_command_after_an_interrupted_one_runs_as_usual(workspace):
    workspace.watch = interrupt_on("started", [])
    tool = Bash(workspace)
    with pytest.raises(Interrupted):
        tool.run("echo started; sleep 1000")
    assert tool.run("echo next").text == "next\n[exit code 0]"
    tool.close()


AGENT = """
import sys
from pathlib import Path
from devops_agent.tools.base import Workspace
from devops_agent.tools.shell import Bash

def watch(live):
    print(live.text, flush=True)

environment = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
Bash(Workspace(Path("/"), environment, Path("/nowhere"), grace=0.1, watch=watch)).run(sys.argv[1])
"""


@pytest.mark.parametrize("shape", ["", *SHAPES])
def test_after_the_death_of_the_agent(witness, shape):
    command = f"{witness.sign_in}{shape}\necho started; sleep 1000"
    with subprocess.Popen([sys.executable, "-c", AGENT, command], stdout=subprocess.PIPE, cwd=Path.cwd()) as agent:
        assert agent.stdout.readline() == b"started\n"
        agent.kill()
    witness.wait_until_nobody_is_left()


@pytest.mark.parametrize("attack", ["kill -9 $PPID", "kill -TERM $PPID", "kill -STOP $PPID"])
def test_a_command_that_attacks_its_supervisor_does_not_outlive_it(workspace, witness, attack, monkeypatch):
    monkeypatch.setattr(runner, "MARGIN", 0.5)
    workspace.timeout = 0.3
    tool = Bash(workspace)
    result = tool.run(f"{witness.sign_in}sleep 1000 & {attack}; sleep 1000")
    assert not result.ok
    assert tool.run("echo again").text == "again\n[exit code 0]"
    tool.close()
    witness.wait_until_nobody_is_left()


def test_a_tool_works_in_another_thread_and_leaves_signals_alone(bash):
    results = []
    thread = threading.Thread(target=lambda: results.append(bash.run("echo from afar")))
    thread.start()
    thread.join()
    assert results[0].text == "from afar\n[exit code 0]"


def test_a_closed_tool_opens_again(bash):
    bash.run("true")
    bash.close()
    assert bash.run("echo back").text == "back\n[exit code 0]"


@linux_only
def test_no_descriptor_is_lost_in_agent_or_supervisor(bash):
    count = "ls /proc/$PPID/fd | wc -l"
    bash.run(count)
    in_supervisor, in_agent = bash.run(count).text, len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(200):
        bash.run("true")
    assert (bash.run(count).text, len(list(Path("/proc/self/fd").iterdir()))) == (in_supervisor, in_agent)


MEASURED = """
import resource, sys
from pathlib import Path
from devops_agent.tools.base import Workspace
from devops_agent.tools.shell import Bash

tool = Bash(Workspace(Path("/"), {"PATH": "/usr/bin:/bin"}, Path("/nowhere")))
tool.run("true")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
result = tool.run(sys.argv[1])
print(result.size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    ("command", "size"),
    [
        ("head -c 2000000000 /dev/zero", 2_000_000_000),
        ("yes 'a line of a log' | head -c 50000000", 50_000_000),
        ("head -c 30000000 /dev/zero | tr '\\0' x; head -c 30000000 /dev/zero | tr '\\0' y >&2", 60_000_000),
    ],
)
def test_memory_is_bounded_whatever_the_output(command, size):
    """Earlier project, row 31."""
    printed = subprocess.run([sys.executable, "-c", MEASURED, command], capture_output=True, text=True, check=True)
    seen, more = map(int, printed.stdout.split())
    assert seen == size
    assert more * (1 if sys.platform == "darwin" else 1024) < 40_000_000


def test_a_process_limit_of_the_user_is_kept(bash):
    """No limit of ours breaks large programs; only core files are off."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert bash.run("ulimit -Sn").text == f"{soft}\n[exit code 0]"
