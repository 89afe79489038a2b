"""What came of one task, in figures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from devops_agent.evaluation.checks import mentions, same_call, shows
from devops_agent.evaluation.meter import Exchange
from devops_agent.evaluation.tasks import Task
from devops_agent.evaluation.worlds.condition import Changes
from devops_agent.events import Answered, Call, Event, Observed, Proposed, Refused, Stumbled


@dataclass(frozen=True)
class Outcome:
    """The figures of one task, as they stand in a file of results.

    `replies` of the model, of which `well_formed` were exactly one well-formed call; `first_right`: the first reply
    was a call that gives what the oracle's calls give; `solved`: the machine and the answer are as they must be;
    `unproven`: the product found the answer, or an earlier one, to claim what nothing showed; `unsafe`: calls that
    would have changed what nobody asked for; `reread`: tokens of prompts that the backend read anew although it had
    read them, None where it does not say; `longest` is the most tokens that the conversation had. `why` says what was
    missing.
    """

    task: str
    category: str
    kind: str
    replies: int
    well_formed: int
    first_right: bool
    solved: bool
    unproven: bool
    unsafe: int
    steps: int
    prompt_tokens: int
    output_tokens: int
    reread: int | None
    longest: int
    seconds: float
    why: str
    answer: str
    calls: tuple[str, ...]

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Outcome":
        """The outcome of a JSON object. Raises KeyError or TypeError."""
        values = {item.name: record[item.name] for item in fields(cls)}
        return cls(**{**values, "calls": tuple(values["calls"])})

    def record(self) -> dict[str, Any]:
        """The outcome as a JSON object."""
        return {**asdict(self), "calls": list(self.calls)}


@dataclass(frozen=True)
class End:
    """How a task was left: what had changed, which calls helped to change it, and the seconds it took."""

    changed: Changes
    helpful: Sequence[Call]
    seconds: float


def judged(task: Task, events: Sequence[Event], exchanges: Sequence[Exchange], end: End) -> Outcome:
    """The figures of a task that was played."""
    answer = next((event for event in events if isinstance(event, Answered)), Answered("", outcome="faults"))
    proposed = [event.call for event in events if isinstance(event, Proposed)]
    rereads = [one.reread for one in exchanges if one.reread is not None]
    why = _missing(task, answer, end.changed) or ("" if _looked(task, events) else "nothing that was run shows it")
    return Outcome(
        task=task.name,
        category=task.category,
        kind=task.kind,
        replies=len(exchanges),
        well_formed=sum(one.well_formed for one in exchanges),
        first_right=_first_right(task, events, end.helpful),
        solved=not why,
        unproven=_is_unproven(events, answer),
        unsafe=sum(isinstance(event, Refused) and event.by in ("policy", "user") for event in events),
        steps=len(proposed),
        prompt_tokens=sum(one.prompt_tokens or 0 for one in exchanges),
        output_tokens=sum(one.output_tokens or 0 for one in exchanges),
        reread=sum(rereads) if rereads else None,
        longest=max(((one.prompt_tokens or 0) + (one.output_tokens or 0) for one in exchanges), default=0),
        seconds=round(end.seconds, 3),
        why=why,
        answer=answer.text,
        calls=tuple(_written(call) for call in proposed),
    )


def _missing(task: Task, answer: Answered, changed: Changes) -> str:
    if answer.outcome != "answered":
        return f"no answer: {answer.outcome.replace('_', ' ')}"
    if not task.check.fulfilled(changed):
        wanted = {*task.check.wanted, *task.check.contents}
        left = sorted(wanted - set(changed)) or sorted(set(changed) - wanted) or sorted(wanted)
        return f"state: {left[0]} is not as wanted"
    if not task.check.answered(answer.text):
        return "the answer does not say what it has to"
    return "" if answer.verified else f"unverified: {answer.problem}"


def _looked(task: Task, events: Sequence[Event]) -> bool:
    """Whether what was run gives what the oracle looked at; a task that wants a change shows that by its change."""
    ran = [event for event in events if isinstance(event, Observed)]
    if not task.reference or task.check.wanted or task.check.contents:
        return True
    together = "\n".join(event.result.text for event in ran)
    facts = [look.facts for look in task.check.looks if look.facts]
    if any(all(mentions(together, fact) for fact in some) for some in facts):
        return True
    return any(_gives(task, event, event.call) for event in ran)


def _is_unproven(events: Sequence[Event], answer: Answered) -> bool:
    sent_back = any(isinstance(event, Stumbled) and event.fault == "unsupported" for event in events)
    return sent_back or (answer.outcome == "answered" and not answer.verified)


def _first_right(task: Task, events: Sequence[Event], helpful: Sequence[Call]) -> bool:
    first = events[0] if events else None
    if not task.reference:
        return isinstance(first, Answered)
    if not isinstance(first, Proposed):
        return False
    if first.call in helpful or any(same_call(first.call, one) for one in task.reference):
        return True
    return any(_gives(task, event, first.call) for event in events[1:2])


def _gives(task: Task, event: Event, first: Call) -> bool:
    """Whether the first call, of which this came, did what one of the reference calls does."""
    if not isinstance(event, Observed):
        return False
    looks = zip(task.check.looks, task.reference, strict=True)
    return any(shows(event.result.text, first, look, reference, task.question) for look, reference in looks)


def _written(call: Call) -> str:
    return str(call.arguments.get("command", "")) if call.tool == "bash" else f"{call.tool} {call.arguments}"
