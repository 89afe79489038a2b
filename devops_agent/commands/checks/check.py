"""One line of the doctor's screen."""

from dataclasses import dataclass
from typing import Literal

from devops_agent.errors import ExitCode

PROBE_SECONDS = 2.0
State = Literal["ok", "note", "fail"]


@dataclass(frozen=True)
class Check:
    """What was looked at and found. A "note" limits what the agent can do, a "fail" keeps it from running at all."""

    name: str
    state: State
    found: str
    advice: str = ""
    exit_code: ExitCode = ExitCode.OK
