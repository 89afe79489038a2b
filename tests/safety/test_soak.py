"""The quick part of `safety/soak.py`, and whether it would notice."""

import pytest

from safety.soak import PROGRAM, figures, violations

OPENS = """
from devops_agent.tools import runner
import os
send = runner.Runner._send
runner.Runner._send = lambda self, *given: (os.dup(0), send(self, *given))[1]
"""
APPROVES = """
from devops_agent.ui import approval
approval._ask = lambda *_: approval.Decision(allowed=True)
"""
SPOILS = """
from devops_agent.ui import repl
import sys, termios
attempt = repl._attempt
def spoil(*given):
    attempt(*given)
    modes = termios.tcgetattr(0)
    modes[3] ^= termios.ECHOCTL
    termios.tcsetattr(0, termios.TCSANOW, modes)
repl._attempt = spoil
"""
LITTERS = """
from devops_agent.tools import capture
import tempfile
close = capture.Capture.text
capture.Capture.text = lambda self: (tempfile.mkstemp(), close(self))[1]
"""


def test_nothing_grows_and_nothing_is_left() -> None:
    assert [figure for figure in figures(quick=True) if not figure.reached] == []


@pytest.mark.parametrize(
    ("defect", "says"),
    [
        (OPENS, "descriptors"),
        (APPROVES, "a change without a yes"),
        (SPOILS, "the terminal is in another state"),
        (LITTERS, "is left"),
    ],
)
def test_what_grows_or_stays_is_noticed(defect: str, says: str) -> None:
    found = violations(14, (*PROGRAM[:2], defect + PROGRAM[2]))
    assert any(says in violation for violation in found), found
