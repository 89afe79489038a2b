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
NEVER_ALLOWED = frozenset({"SENSITIVE", "EXEC"})
"""What not even a rule of the user's own lets run unasked."""
RULES_COUNT: frozenset[Mode] = frozenset({"changes", "never"})


@dataclass(frozen=True)
class Trial:
    """A harmless run beside the proposed call, for the key `key`: `command` is what runs, `run` gives its output."""

    key: str
    name: str
    command: str
    run: Callable[[], str]


@dataclass(frozen=True)
class Offer:
    """A rule that would let this call run unasked from now on: its exact text, and what keeps it.

    `store` raises DevOpsAgentError.
    """

    text: str
    store: Callable[[], None]


@dataclass(frozen=True)
class Request:
    """One call that waits for a yes, with all a human needs to judge it.

    `parts` are the (class, text) of each command when there are several: one yes covers them all, in these words.
    `facts` are (label, text) pairs: where it goes and what it would hit. `notes` warn of what the call does not say
    itself. `said` are the model's own words around the call, which are no reason to believe anything.
    """

    call: Call
    verdict: Verdict
    folder: Path
    preview: str = ""
    typed: bool = False
    parts: tuple[tuple[Risk, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    said: str = ""
    trials: tuple[Trial, ...] = ()
    offer: Offer | None = None


@dataclass(frozen=True)
class Decision:
    """The answer: run it (perhaps with `arguments` edited), or not (`feedback` reaches the model), or end the run.

    `lasting` says that exactly this may run again until the task ends, as long as all that it rests on stays the same.
    """

    allowed: bool
    feedback: str = ""
    arguments: dict[str, Any] | None = None
    quit: bool = False
    lasting: bool = False


Approver = Callable[[Request], Decision]


def action_for(mode: Mode, verdict: Verdict) -> Action:
    """What to do with a call of this verdict in this mode."""
    action = ACTIONS[mode][verdict.risk]
    if mode in RULES_COUNT and verdict.rule_says == "allow" and verdict.risk == "CHANGE":
        return "ask" if verdict.tags & NEVER_ALLOWED else "run"
    if action == "run" and (verdict.rule_says == "ask" or mode == "never" and verdict.tags & NEVER_UNASKED):
        return "ask"
    return action


def allow_all(request: Request) -> Decision:
    """An approver for tests and evaluations: everything it is asked may run."""
    return Decision(allowed=True)
