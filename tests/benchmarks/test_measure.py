import pytest

from benchmarks.measure import Row, misses


@pytest.mark.parametrize(
    ("reach", "figure", "missed"),
    [
        ("≤ 200 MB", 199.9, False),
        ("≤ 200 MB", 200.0, False),
        ("≤ 200 MB", 200.1, True),
        ("≥ 85%", 85.0, False),
        ("≥ 85%", 84.9, True),
        ("≤ 120 ms", None, False),
        ("only what is new", None, False),
    ],
)
def test_a_figure_that_load_does_not_change_is_held_to_its_reach(
    reach: str, figure: float | None, missed: bool
) -> None:
    assert misses(Row("a figure", "", "", reach, figure)) is missed
