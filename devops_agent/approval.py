"""Who says yes: the mode decides what is asked, and an `Approver` answers what is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from devops_agent.events import Call, Risk, Verdict

Mode = Literal["always", "changes", "never", "read-only"]
Action = Literal["run", "ask", "type", "refuse"]

ACTIONS: dict[Mode, dict[Risk, Action]] = {
    "always": {"READ": "ask", "CHANGE": "ask", "DESTROY": "type", "FORBID": "refuse"},
    "changes": {"READ": "run", "CHANGE": "ask", "DESTROY": "type", "FORBID": "refuse"},
    "never": {"READ": "run", "CHANGE": "run", "DESTROY": "type", "FORBID": "refuse"},
    "read-only": {"READ": "run", "CHANGE": "refuse", "DESTROY": "refuse", "FORBID": "refuse"},
}
NEVER_UNASKED = frozenset({"SENSITIVE", "NETWORK"})


@dataclass(frozen=True)
class Request:
    """One call that waits for a yes, with all a human needs to judge it."""

    call: Call
    verdict: Verdict
    folder: Path
    preview: str = ""
    typed: bool = False


@dataclass(frozen=True)
class Decision:
    """The answer: run it (perhaps with `arguments` edited), or not (`feedback` reaches the model), or end the run."""

    allowed: bool
    feedback: str = ""
    arguments: dict[str, Any] | None = None
    quit: bool = False


Approver = Callable[[Request], Decision]


def action_for(mode: Mode, verdict: Verdict) -> Action:
    """What to do with a call of this verdict in this mode."""
    action = ACTIONS[mode][verdict.risk]
    if mode == "never" and action == "run" and verdict.tags & NEVER_UNASKED:
        return "ask"
    return action


def allow_all(request: Request) -> Decision:
    """An approver for tests and evaluations: everything it is asked may run."""
    return Decision(allowed=True)
