"""Which settings a model's own figures speak for. Nothing is advised that was not measured."""

from collections.abc import Mapping, Sequence
from typing import Any

from devops_agent.evaluation.outcome import Outcome
from devops_agent.evaluation.statistics import Share, figures

LEAST_CONTEXT, STEPS_AHEAD = 4096, 1.5
"""A context no smaller than this, and this many times the longest conversation that was seen."""

Variant = Mapping[str, Any]
"""Settings that were tried: {"thinking": …, "constrained": …}."""


def advised(usual: Sequence[Outcome], tried: Sequence[tuple[Variant, Sequence[Outcome]]]) -> dict[str, Any]:
    """The settings to use, each with the figures that speak for it.

    `tried` are variants, played on the same tasks, the usual one first. Best is what solves most, then what has most
    right first calls; of equals the cheaper, which writes fewer tokens, or else takes less time. `proven` says whether
    it solves more than every other by more than chance explains.
    """
    advice: dict[str, Any] = {"num_ctx": _context(usual)}
    rows = [{**variant, **_row(outcomes)} for variant, outcomes in tried if outcomes]
    if rows:
        best = max(rows, key=_worth)
        advice |= {name: best[name] for name in ("thinking", "constrained")}
        advice["proven"] = all(_is_above(best, row) for row in rows if row is not best)
        advice["measured"] = rows
    return advice


def _worth(row: Mapping[str, Any]) -> tuple[float, ...]:
    return row["solved"], row["first_right"], -row["output_tokens"], -row["seconds"]


def _is_above(best: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the intervals of what they solve lie apart."""
    least, _ = Share(best["solved"], best["tasks"]).interval
    _, most = Share(other["solved"], other["tasks"]).interval
    return least > most


def _row(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    found = figures(outcomes)
    return {
        "tasks": found.tasks,
        "solved": found.solved.count,
        "first_right": found.first_right.count,
        "well_formed": round(found.well_formed.value, 4),
        "output_tokens": found.output_tokens,
        "seconds": found.seconds,
    }


def _context(outcomes: Sequence[Outcome]) -> int:
    """The power of two that holds the longest conversation with room to spare."""
    longest = max((one.longest for one in outcomes), default=0) * STEPS_AHEAD
    size = LEAST_CONTEXT
    while size < longest:
        size *= 2
    return size
