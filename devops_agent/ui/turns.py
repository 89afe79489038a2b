"""What was said and done in a conversation, as text: for a look back, and for a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from devops_agent.events import Answered, Event, Observed, Refused
from devops_agent.text import printable
from devops_agent.ui.calls import call_text, refusal, summary


@dataclass
class Turn:
    """One task and what came of it."""

    task: str
    events: list[Event] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """How it ended, in a word."""
        answers = [event for event in self.events if isinstance(event, Answered)]
        if not answers:
            return "not finished"
        return "verified" if answers[-1].verified else "UNVERIFIED"


def overview(turns: Iterable[Turn]) -> str:
    """Every task with its calls, a line each."""
    return "\n".join(line for number, turn in enumerate(turns, start=1) for line in _overview(number, turn))


def _overview(number: int, turn: Turn) -> Iterator[str]:
    first, *rest = turn.task.split("\n")
    yield f"{number}  {first}{' (...)' * bool(rest)}  ({turn.outcome})"
    for event in turn.events:
        if isinstance(event, Observed):
            yield f"   step {event.step} {summary(event.call)}"
        elif isinstance(event, Refused):
            yield f"   step {event.step} {summary(event.call)} (refused)"


def document(turns: Iterable[Turn]) -> str:
    """The whole conversation: tasks, calls, what they gave, answers."""
    return "\n\n".join(part for turn in turns for part in _parts(turn)) + "\n"


def _parts(turn: Turn) -> Iterator[str]:
    yield f"# {printable(turn.task)}"
    for event in turn.events:
        if isinstance(event, Observed):
            yield f"step {event.step}: {call_text(event.call)}\n{printable(event.result.text)}"
        elif isinstance(event, Refused):
            yield f"step {event.step}: {call_text(event.call)}\n{refusal(event)}"
        elif isinstance(event, Answered):
            yield f"{'answer' if event.verified else f'UNVERIFIED answer ({event.problem})'}:\n{printable(event.text)}"
