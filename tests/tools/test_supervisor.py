"""The supervisor as a program: what the agent says to it may come early, late or never."""

import os
import socket
import subprocess
from collections.abc import Iterator

import pytest

from devops_agent.tools import supervisor


@pytest.fixture
def control() -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    process = subprocess.Popen([*supervisor.COMMAND_LINE, str(theirs.fileno())], pass_fds=(theirs.fileno(),))
    theirs.close()
    yield ours
    ours.close()
    assert process.wait(30) == 0


def start(control: socket.socket, script: str) -> int:
    """Ask for a shell; the reading end of its standard output."""
    readable, writable = os.pipe()
    request = supervisor.Request(b"/bin/sh", (b"sh", b"-c", script.encode()), {}, b"/", 60.0, 0.1)
    supervisor.send(control, tuple(request), [writable] * 3)
    os.close(writable)
    return readable


def test_it_names_the_shell_and_then_the_ending(control):
    with os.fdopen(start(control, "echo $$; exit 3")) as output:
        shell, _ = supervisor.receive(control)
        assert output.read() == f"{shell}\n"
    assert supervisor.receive(control)[0] == (3, False, {}, [])


def test_an_order_that_comes_too_late_does_not_touch_the_next_command(control):
    for _ in range(2):
        supervisor.send(control, "end")
        os.close(start(control, "exit 0"))
        supervisor.receive(control)
        assert supervisor.receive(control)[0] == (0, False, {}, [])
        supervisor.send(control, "kill")


def test_an_agent_that_dies_right_after_its_request_leaves_nothing(control):
    with os.fdopen(start(control, "sleep 1000 & sleep 1000")) as output:
        control.close()
        assert output.read() == ""


def test_a_program_that_cannot_start_says_why(control):
    readable, writable = os.pipe()
    supervisor.send(control, (b"/nowhere", (b"x",), {}, b"/", 60.0, 0.1), [writable] * 3)
    os.close(writable)
    with os.fdopen(readable) as output:
        assert output.read() == "the shell could not be started: No such file or directory\n"
    supervisor.receive(control)
    assert supervisor.receive(control)[0][0] == 126
