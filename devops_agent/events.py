"""What leaves a run: one stream of frozen records that screens, stores, servers, evaluations and tests all read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Risk = Literal["READ", "CHANGE", "DESTROY", "FORBID"]


@dataclass(frozen=True)
class Call:
    """One tool call the model asked for."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What the policy makes of a call.

    `tags` adds SENSITIVE, NETWORK or EXEC; `reasons` are one clause each; `canonical` is the text that may run
    unasked ("" when only the shown bytes may run, after approval); `rule` names the deciding row or user rule;
    `rule_says` is what a rule of the user's own says about asking.
    """

    risk: Risk
    tags: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()
    canonical: str = ""
    rule: str = ""
    rule_says: Literal["", "allow", "ask"] = ""


@dataclass(frozen=True)
class ToolResult:
    """What a call gave back. `text` is what the model reads; `size` counts the bytes before any cut."""

    text: str
    ok: bool = True
    exit_code: int | None = None
    size: int = 0
    truncated: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class Proposed:
    """The model wants this call; nothing has run yet."""

    step: int
    call: Call
    verdict: Verdict


@dataclass(frozen=True)
class Refused:
    """The call did not run; the model was told `reason`, and the user is told `said`."""

    step: int
    call: Call
    by: Literal["policy", "user", "loop guard", "no terminal"]
    reason: str
    said: str = ""


@dataclass(frozen=True)
class Observed:
    """The call ran, or was answered from an earlier equal call (`repeated`)."""

    step: int
    call: Call
    result: ToolResult
    repeated: bool = False


@dataclass(frozen=True)
class Stumbled:
    """The reply could not be used; the model is told `message` and tries again."""

    step: int
    fault: str
    message: str


@dataclass(frozen=True)
class Answered:
    """The run is over.

    `evidence` are the numbers of the steps the answer rests on; `problem` says why it is unverified.
    """

    text: str
    evidence: tuple[int, ...] = ()
    verified: bool = True
    problem: str = ""
    outcome: Literal["answered", "step_limit", "loop", "faults", "quit"] = "answered"


@dataclass(frozen=True)
class Usage:
    """What the run cost: model requests, tokens the model read and wrote, seconds on the clock."""

    steps: int = 0
    requests: int = 0
    prompt_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    model_seconds: float = 0.0


Event = Proposed | Refused | Observed | Stumbled | Answered | Usage


@dataclass(frozen=True)
class TokenSeen:
    """A piece of the model's reply while it is being made."""

    text: str
    kind: Literal["thinking", "text"] = "text"


@dataclass(frozen=True)
class OutputSeen:
    """A piece of a command's output while it runs, already free of control sequences."""

    text: str
    stream: Literal["stdout", "stderr"] = "stdout"


Live = TokenSeen | OutputSeen
Watch = Callable[[Live], None]
"""Where a run shows what is going on right now. Live pieces are for the screen only and belong to no record."""


def ignore(_: Live) -> None:
    """The watcher of a run that nobody watches."""
