"""Long output, shortened."""

from hypothesis import given
from hypothesis import strategies as st

from devops_agent.ui.excerpt import WHOLE, Excerpt, LiveExcerpt, Room, excerpt, remarks

SMALL = Room(head=2, tail=2, line=10)


def test_short_output_is_whole() -> None:
    assert excerpt("a\nb\nc\nd\ne\n", SMALL) == Excerpt(("a", "b", "c", "d", "e"))
    assert excerpt("\n\n", SMALL) == Excerpt()


def test_long_output_keeps_both_ends_and_counts_the_rest() -> None:
    assert excerpt("\n".join("abcdefgh"), SMALL) == Excerpt(("a", "b"), 4, ("g", "h"))


def test_a_long_line_keeps_its_start_and_counts_the_rest() -> None:
    assert excerpt("x" * 25, SMALL) == Excerpt(("x" * 10 + " (+15 characters)",))


@given(st.text("ab\n", max_size=80), st.lists(st.integers(0, 80), max_size=6))
def test_live_output_comes_out_the_same_however_it_was_cut(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(text)]
    live = LiveExcerpt(Room(head=2, tail=2, line=100))
    shown = [line for start, end in zip(edges, edges[1:], strict=False) for line in live.add(text[start:end])]
    rest = live.finish()
    lines = text.removesuffix("\n").split("\n") if text else []
    assert [*shown, *rest.head] == lines[:2]
    assert list(rest.tail) == lines[2:][-2:]
    assert rest.hidden == max(0, len(lines) - 4)


@given(st.text("ab\n", max_size=80))
def test_verbose_live_output_is_whole(text: str) -> None:
    live = LiveExcerpt(WHOLE)
    assert "\n".join([*live.add(text), *live.finish().head]) == text.removesuffix("\n")


def test_live_output_without_end_stays_small() -> None:
    live = LiveExcerpt(SMALL)
    for _ in range(10_000):
        assert sum(map(len, live.add("x" * 1000))) <= 30
    assert all(len(value) <= 2000 for value in vars(live).values() if isinstance(value, str))


def test_what_a_tool_adds_about_a_command_is_kept_apart_from_its_output() -> None:
    assert remarks("x\n[hint: no]\n[exit code 1]") == ["[hint: no]", "[exit code 1]"]
    assert remarks("x\n[exit code 0]") == []
    assert remarks("x") == []
