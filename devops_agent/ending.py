"""The ends of a run that the model did not choose, and the plain words for them. Pure."""

import json
from collections.abc import Sequence
from typing import Literal

from devops_agent.events import Call
from devops_agent.evidence import Step

Outcome = Literal["step_limit", "loop", "faults", "quit"]
OPENINGS: dict[Outcome, str] = {
    "step_limit": "Stopped at the limit of {detail} steps without an answer.",
    "loop": "Stopped: the model kept sending the same call, and its result did not change.",
    "faults": "Stopped: the model could not write a usable reply ({detail}).",
    "quit": "Stopped by the user.",
}


class RunEnded(Exception):
    """The run is over although the model gave no answer."""

    def __init__(self, outcome: Outcome, detail: str = "") -> None:
        super().__init__(detail or outcome)
        self.outcome = outcome
        self.detail = detail


def summary(end: RunEnded, steps: Sequence[Step]) -> str:
    """What was done and what was not, one line a step."""
    opening = OPENINGS[end.outcome].format(detail=end.detail)
    if not steps:
        return f"{opening}\nNothing was run."
    done = [f"  step {step.number}: {described(step.call)} -> {_result(step)}" for step in steps]
    return "\n".join([opening, "Done:", *done, "Not done: the task has no answer yet."])


def described(call: Call, width: int = 100) -> str:
    """A call in one short line."""
    text = next(iter(call.arguments.values())) if len(call.arguments) == 1 else json.dumps(call.arguments)
    line = " ".join(str(text).split())
    return f"{call.tool} {{{line if len(line) <= width else line[: width - 1] + '…'}}}"


def _result(step: Step) -> str:
    if step.result.exit_code is not None:
        return f"exit code {step.result.exit_code}"
    return "ok" if step.result.ok else "failed"
