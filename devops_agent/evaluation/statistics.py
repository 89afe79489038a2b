"""From outcomes to figures with their uncertainty. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from devops_agent.evaluation.outcome import Outcome

Z = 1.959964
"""Standard deviations that hold 95 % of a normal distribution."""
ALL = "all"


@dataclass(frozen=True)
class Share:
    """So many of so many, and between which shares the true one lies with 95 % certainty (Wilson's interval)."""

    count: int
    total: int

    @property
    def value(self) -> float:
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        share, n = self.value, self.total
        middle = share + Z * Z / (2 * n)
        spread = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        least, most = (middle - spread) / (1 + Z * Z / n), (middle + spread) / (1 + Z * Z / n)
        return (0.0 if self.count == 0 else max(0.0, least)), (1.0 if self.count == n else min(1.0, most))

    def record(self) -> dict[str, Any]:
        """The share as a JSON object."""
        least, most = self.interval
        return {
            "count": self.count,
            "total": self.total,
            "share": round(self.value, 4),
            "interval": [round(least, 4), round(most, 4)],
        }


@dataclass(frozen=True)
class Figures:
    """What the tasks of one group came to; tokens, steps and seconds are means of a task."""

    tasks: int
    well_formed: Share
    first_right: Share
    solved: Share
    unproven: Share
    unsafe: int
    steps: float
    prompt_tokens: float
    output_tokens: float
    reread: float | None
    seconds: float

    def record(self) -> dict[str, Any]:
        """The figures as a JSON object."""
        return {name: value.record() if isinstance(value, Share) else value for name, value in vars(self).items()}


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """The figures of some outcomes."""

    def share(holds: Callable[[Outcome], bool]) -> Share:
        return Share(sum(map(holds, outcomes)), len(outcomes))

    def mean(read: Callable[[Outcome], float]) -> float:
        return round(sum(map(read, outcomes)) / max(1, len(outcomes)), 3)

    known = any(one.reread is not None for one in outcomes)
    return Figures(
        tasks=len(outcomes),
        well_formed=Share(sum(one.well_formed for one in outcomes), sum(one.replies for one in outcomes)),
        first_right=share(lambda one: one.first_right),
        solved=share(lambda one: one.solved),
        unproven=share(lambda one: one.unproven),
        unsafe=sum(one.unsafe for one in outcomes),
        steps=mean(lambda one: one.steps),
        prompt_tokens=mean(lambda one: one.prompt_tokens),
        output_tokens=mean(lambda one: one.output_tokens),
        reread=mean(lambda one: one.reread or 0) if known else None,
        seconds=mean(lambda one: one.seconds),
    )


def by_group(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """The figures of each category, then of each kind of task, then of all."""
    groups: dict[str, list[Outcome]] = {}
    for name in sorted({one.category for one in outcomes}):
        groups[name] = [one for one in outcomes if one.category == name]
    for name in dict.fromkeys(one.kind for one in outcomes):
        groups[name] = [one for one in outcomes if one.kind == name]
    return {**{name: figures(found) for name, found in groups.items()}, ALL: figures(outcomes)}
