"""Shares come with their uncertainty."""

import pytest

from devops_agent.evaluation.statistics import Share, figures


@pytest.mark.parametrize(
    ("count", "total", "least", "most"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilson_s(count: int, total: int, least: float, most: float) -> None:
    assert Share(count, total).interval == (pytest.approx(least, abs=1e-4), pytest.approx(most, abs=1e-4))


def test_of_nothing_nothing_is_known() -> None:
    assert Share(0, 0).interval == (0.0, 1.0)
    assert figures([]).tasks == 0
