"""Under what a model was scored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devops_agent import __version__
from devops_agent.evaluation.identity import prompt_digest
from devops_agent.evaluation.playing import MOST_STEPS
from devops_agent.settings import Settings

ALWAYS_CONSTRAINED = frozenset({"embedded"})
"""Backends that hold every reply to the grammar of one call: there is no other way to try."""


@dataclass(frozen=True)
class Terms:
    """Two results can be compared when these differ in `identity` alone, and one continued when nothing differs.

    `identity` is that of the model, "" where it is not known; `prompt` names what the model is told first.
    """

    tasks: str
    backend: str
    identity: str
    prompt: str
    version: str
    max_steps: int
    num_ctx: int
    temperature: float
    thinking: bool
    constrained: bool

    def record(self) -> dict[str, Any]:
        """The terms as a JSON object."""
        return dict(vars(self))

    def unlike(self, record: Mapping[str, Any]) -> list[str]:
        """The names of what is not the same in a record of other terms."""
        return [name for name, value in self.record().items() if record.get(name) != value]


def terms_of(settings: Settings, tasks: str, identity: str) -> Terms:
    """The terms of a run with these settings on the tasks of this name."""
    return Terms(
        tasks=tasks,
        backend=settings.backend,
        identity=identity,
        prompt=prompt_digest(),
        version=__version__,
        max_steps=MOST_STEPS,
        num_ctx=settings.num_ctx,
        temperature=settings.temperature,
        thinking=settings.thinking,
        constrained=settings.backend in ALWAYS_CONSTRAINED,
    )
