"""Advice is what was measured, and says when that proves nothing."""

from typing import Any

import pytest

from devops_agent.evaluation.advice import advised
from devops_agent.evaluation.outcome import Outcome
from tests.evaluation.test_results import outcome

PLAIN, THINKING, HELD = (
    {"thinking": False, "constrained": False},
    {"thinking": True, "constrained": False},
    {"thinking": False, "constrained": True},
)


def outcomes(solved: int, *, right: int = 0, tokens: int = 10, seconds: float = 1.0) -> list[Outcome]:
    """A dozen tasks, the first of which were solved, or begun rightly."""
    tasks = [vars(outcome(str(number))) for number in range(12)]
    cost = {"output_tokens": tokens, "seconds": seconds}
    return [
        Outcome(**{**task, **cost, "solved": number < solved, "first_right": number < right})
        for number, task in enumerate(tasks)
    ]


def chosen(*tried: tuple[dict[str, bool], list[Outcome]]) -> dict[str, Any]:
    advice = advised(tried[0][1], tried)
    return {name: advice[name] for name in ("thinking", "constrained")}


def test_what_solves_most_is_advised_whatever_it_costs() -> None:
    dear = outcomes(9, tokens=900, seconds=30.0)
    assert chosen((PLAIN, outcomes(5, right=12)), (THINKING, dear), (HELD, outcomes(8))) == THINKING


def test_of_what_solves_as_much_the_one_with_more_right_first_calls_is_advised() -> None:
    assert chosen((PLAIN, outcomes(5, right=5)), (THINKING, outcomes(5, right=6, tokens=900))) == THINKING


@pytest.mark.parametrize(
    "cheaper", [{"tokens": 10, "seconds": 2.0}, {"tokens": 20, "seconds": 0.5}], ids=["tokens", "seconds"]
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_equals_the_cheaper_is_advised_in_whichever_order_they_were_tried(
    cheaper: dict[str, Any], turned: bool
) -> None:
    tried = [(PLAIN, outcomes(5, tokens=20)), (HELD, outcomes(5, **cheaper))]
    assert chosen(*(reversed(tried) if turned else tried)) == HELD


def test_of_what_does_not_differ_the_usual_stays() -> None:
    assert chosen((PLAIN, outcomes(5)), (HELD, outcomes(5))) == PLAIN


@pytest.mark.parametrize(("other", "proven"), [(9, False), (7, False), (2, True), (0, True)])
def test_a_difference_counts_as_proven_only_where_the_intervals_lie_apart(other: int, proven: bool) -> None:
    advice = advised([], [(PLAIN, outcomes(other)), (THINKING, outcomes(10))])
    assert (advice["thinking"], advice["proven"]) == (True, proven)


def test_one_close_rival_is_enough_for_doubt() -> None:
    tried = [(PLAIN, outcomes(0)), (THINKING, outcomes(11)), (HELD, outcomes(10))]
    assert advised([], tried)["proven"] is False
