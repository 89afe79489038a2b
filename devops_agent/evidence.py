"""Does the answer rest on what was really run? Pure.

`check_answer` looks for the four ways in which small models claim what they never saw.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from devops_agent.events import Call, Risk, ToolResult
from devops_agent.phrases import admits_failure, asks_for_change, claims_change, claims_own_change, needs_evidence


@dataclass(frozen=True)
class Step:
    """One call that was executed: its number in the conversation, what it was, and what came back."""

    number: int
    call: Call
    risk: Risk
    result: ToolResult


@dataclass(frozen=True)
class Given:
    """What an answer can rest on: the task, the text that came with it, the task's own steps and those before it."""

    task: str
    context: str = ""
    steps: Sequence[Step] = ()
    earlier: Sequence[Step] = ()
    refused: bool = False

    @property
    def all_steps(self) -> list[Step]:
        return [*self.earlier, *self.steps]


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer: in a clause for the user, and in an instruction for the model."""

    clause: str
    feedback: str


_MADE_NAME = re.compile(
    r"\b(?:\d{1,3}(?:\.\d{1,3}){3}"  # IPv4 address
    r"|[a-z0-9]+(?:-[a-z0-9]+)*-[a-f0-9]{8,10}-[a-z0-9]{5}"  # pod of a deployment
    r"|(?=[a-f]*\d)(?=\d*[a-f])[a-f0-9]{12}(?:[a-f0-9]{52})?)\b"  # container or image id
)
_TELLING_WORD = re.compile(r"[\w./:-]{4,}")


def check_answer(answer: str, given: Given) -> Problem | None:
    """What keeps an answer from being believed, or None."""
    checks = (_nothing_ran, _hidden_failure, _claimed_change, _made_up_name)
    return next((problem for check in checks if (problem := check(answer, given))), None)


def evidence(answer: str, given: Given) -> tuple[int, ...]:
    """The numbers of the steps an answer draws on: those that share a telling word with it, else the task's own."""
    words = set(_TELLING_WORD.findall(answer))
    telling = [step.number for step in given.all_steps if any(word in step.result.text for word in words)]
    return tuple(telling or [step.number for step in given.steps])


def _nothing_ran(answer: str, given: Given) -> Problem | None:
    known = given.context or (given.earlier and not asks_for_change(given.task))
    if given.steps or (given.refused and admits_failure(answer)):
        return None
    if not claims_own_change(answer) and (known or not needs_evidence(given.task)):
        return None
    return Problem(
        "nothing was run",
        "You answered, but nothing was run, so the answer rests on nothing. "
        "Call a tool that shows or does what was asked.",
    )


def _hidden_failure(answer: str, given: Given) -> Problem | None:
    if not given.steps or given.steps[-1].result.ok or admits_failure(answer):
        return None
    return Problem(
        f"step {given.steps[-1].number} failed and the answer does not say so",
        "Your last call failed, but your answer does not say so. Try another way, or say in final_answer what failed.",
    )


def _claimed_change(answer: str, given: Given) -> Problem | None:
    changed = any(step.risk != "READ" and step.result.ok for step in given.steps)
    claimed = claims_own_change(answer) or (asks_for_change(given.task) and claims_change(answer))
    if changed or not claimed or admits_failure(answer):
        return None
    return Problem(
        "the answer claims a change, but no call changed anything",
        "Your answer claims a change, but no call changed anything. "
        "Make the change with a tool, or say that it was not made.",
    )


def _made_up_name(answer: str, given: Given) -> Problem | None:
    shown = [step.result.text + str(step.call.arguments) for step in given.all_steps]
    seen = "\n".join([given.task, given.context, *shown])
    invented = next((name[0] for name in _MADE_NAME.finditer(answer) if name[0] not in seen), None)
    if invented is None:
        return None
    return Problem(
        f"{invented!r} stands in the answer but in no output",
        f"{invented!r} stands in your answer but in no output. Answer only with what the tools showed.",
    )
