"""What the model has been told, as one append-only list of turns, so that a server's prefix cache always fits.

Turns are only ever appended; the one exception is `fit`, which shrinks old observations when the window is full.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from devops_agent.errors import LimitError
from devops_agent.text import neutralise
from devops_agent.tokens import estimate_turns

TASK_PREFIX = "New task:\n"
OBSERVATION_PREFIX = "The value is: "
ERROR_PREFIX = "Error:\n"
INTERRUPTED = "Interrupted by the user before it finished."

ROOM_FOR_PROMPT = 0.75
"""Share of the window the prompt may fill; the rest is for the reply."""
ROOM_AFTER_SHRINKING = 0.5
SHRINKING = ((3, 1000), (1, 300), (1, 60), (0, 2000), (0, 500))
"""The stages: how many of the latest observations are spared, and how many characters the others keep."""
LONGEST_REPLY = 8000
_MARK = "\n[… older output left out …]\n"


@dataclass(frozen=True)
class Message:
    """One turn. `role` is system, user, assistant or tool."""

    role: str
    content: str


class Transcript:
    """The conversation: one system turn, then tasks, replies and observations in the order they happened.

    `redact` takes the secrets out of all that is added.
    """

    def __init__(self, system: str, redact: Callable[[str], str] = str) -> None:
        self.turns = [Message("system", system)]
        self._redact = redact
        self.tokens_per_estimate = 1.0

    def add_task(self, task: str) -> None:
        self.turns.append(Message("user", TASK_PREFIX + self._told(task)))

    def add_reply(self, text: str) -> None:
        self.turns.append(Message("assistant", self._redact(text)[:LONGEST_REPLY]))

    def add_observation(self, text: str) -> None:
        self.turns.append(Message("tool", OBSERVATION_PREFIX + self._told(text)))

    def add_error(self, text: str) -> None:
        self.turns.append(Message("tool", ERROR_PREFIX + self._told(text)))

    def _told(self, text: str) -> str:
        """The text without secrets, in which nothing can end the turn or pass for a call."""
        return neutralise(self._redact(text))

    def clear(self) -> None:
        """Forget everything but the system turn."""
        del self.turns[1:]

    def tokens(self) -> int:
        """About how many tokens the next request reads, corrected by what the server counted so far."""
        return round(estimate_turns(turn.content for turn in self.turns) * self.tokens_per_estimate)

    def calibrate(self, counted: int, estimated: int) -> None:
        """Learn from one request: the server counted this many tokens where the estimate said that many."""
        self.tokens_per_estimate = min(3.0, max(0.8, counted / max(1, estimated)))

    def fit(self, window: int) -> None:
        """Make the prompt fit a window of this many tokens, the oldest observations shrinking first.

        The system turn and the current task stay whole. Raises LimitError when even that is too much.
        """
        if self.tokens() <= window * ROOM_FOR_PROMPT:
            return
        wanted = window * ROOM_AFTER_SHRINKING
        for spare, length in SHRINKING:
            self._shrink_observations(spare, length, wanted)
        self._drop_earlier_tasks(wanted)
        if self.tokens() > window * ROOM_FOR_PROMPT:
            raise LimitError(
                f"the task needs about {self.tokens()} tokens, but the model's context is {window}",
                hint="raise --num-ctx, ask a shorter question, or give less on standard input",
            )

    def _shrink_observations(self, spare: int, length: int, wanted: float) -> None:
        observations = [index for index, turn in enumerate(self.turns) if turn.role == "tool"]
        for index in observations[: len(observations) - spare]:
            if self.tokens() <= wanted:
                return
            turn = self.turns[index]
            self.turns[index] = replace(turn, content=_head_and_tail(turn.content, length))

    def _drop_earlier_tasks(self, wanted: float) -> None:
        while self.tokens() > wanted:
            tasks = [index for index, turn in enumerate(self.turns) if turn.role == "user"]
            if len(tasks) < 2:
                return
            del self.turns[tasks[0] : tasks[1]]


def _head_and_tail(text: str, length: int) -> str:
    if len(text) <= length + len(_MARK):
        return text
    half = length // 2
    return text[:half] + _MARK + text[-half:]
