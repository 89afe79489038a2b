"""The other settings a model is tried with, on a few tasks, so that advice rests on figures."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

from devops_agent.evaluation.advice import Variant
from devops_agent.evaluation.contestants import Served
from devops_agent.evaluation.outcome import Outcome
from devops_agent.evaluation.results import Scored
from devops_agent.evaluation.series import run_series
from devops_agent.evaluation.tasks import Task, chosen
from devops_agent.evaluation.terms import ALWAYS_CONSTRAINED
from devops_agent.settings import Settings

TRIED_ON = 12


def variants(settings: Settings) -> list[Variant]:
    """The settings worth trying with this backend, those of the run first."""
    constraints = [True] if settings.backend in ALWAYS_CONSTRAINED else [False, True]
    ways = [(settings.thinking, constraint) for constraint in constraints]
    ways += [(not settings.thinking, constraint) for constraint in constraints]
    return [{"thinking": thinking, "constrained": constrained} for thinking, constrained in ways]


def tried(
    settings: Settings, tasks: Sequence[Task], scored: Scored, seed: int, note: Callable[[str], None]
) -> list[tuple[Variant, list[Outcome]]]:
    """Each variant with what came of it on the same few tasks. Raises BackendError."""
    few = chosen(tasks, count=TRIED_ON, seed=seed)
    names = {task.name for task in few}
    found: list[tuple[Variant, list[Outcome]]] = []
    for number, variant in enumerate(variants(settings)):
        if number == 0:
            found.append((variant, [one for one in scored.outcomes if one.task in names]))
            continue
        note(f"trying {_in_words(variant)} on {len(few)} tasks")
        own = replace(settings, thinking=variant["thinking"])
        with closing(Served(own, constrained=variant["constrained"])) as contestant:
            part = Scored(contestant.name, replace(scored.terms, **variant))
            run_series(contestant, few, own, part, lambda _: None)
        found.append((variant, part.outcomes))
    return found


def _in_words(variant: Variant) -> str:
    return ", ".join(f"{name} {'on' if value else 'off'}" for name, value in variant.items())
