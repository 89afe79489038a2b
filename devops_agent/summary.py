"""The plain words a run ends with when the model did not end it. Pure."""

import json
from collections.abc import Sequence

from devops_agent.events import Call
from devops_agent.evidence import Step

OPENINGS = {
    "step_limit": "Stopped at the limit of {limit} steps without an answer.",
    "loop": "Stopped: the model kept sending the same call, and its result did not change.",
    "faults": "Stopped: the model could not write a usable reply ({detail}).",
    "quit": "Stopped by the user.",
}


def summary(outcome: str, steps: Sequence[Step], *, limit: int = 0, detail: str = "") -> str:
    """What was done and what was not, one line a step."""
    lines = [OPENINGS[outcome].format(limit=limit, detail=detail)]
    if steps:
        lines += ["Done:", *(f"  step {step.number}: {described(step.call)} -> {_outcome(step)}" for step in steps)]
    lines.append("Not done: the task has no answer yet." if steps else "Nothing was run.")
    return "\n".join(lines)


def described(call: Call, width: int = 100) -> str:
    """A call in one short line."""
    text = next(iter(call.arguments.values())) if len(call.arguments) == 1 else json.dumps(call.arguments)
    line = " ".join(str(text).split())
    return f"{call.tool} {{{line if len(line) <= width else line[: width - 1] + '…'}}}"


def _outcome(step: Step) -> str:
    if step.result.exit_code is not None:
        return f"exit code {step.result.exit_code}"
    return "ok" if step.result.ok else "failed"
