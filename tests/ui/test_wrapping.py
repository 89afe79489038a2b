"""Long lines on a narrow terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from devops_agent.ui.wrapping import wrapped

WORDS = st.lists(st.text(st.sampled_from("ab漢"), min_size=1, max_size=8), min_size=1, max_size=30)


@given(WORDS, st.integers(20, 80))
def test_lines_are_broken_at_blanks_and_nothing_is_lost(words: list[str], width: int) -> None:
    lines = wrapped(" ".join(words), width).split("\n")
    assert all(cell_len(line) <= width for line in lines)
    assert " ".join(line.strip() for line in lines) == " ".join(words)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- a list item that goes on", "- a list item that\n  goes on"),
        ("$ kubectl get pods -n shop --watch", "$ kubectl get pods -n shop --watch"),
        ("```\nsome code that is long, longer\n```", "```\nsome code that is long, longer\n```"),
        ("see /a/path/that/is/longer/than/the/line now", "see\n/a/path/that/is/longer/than/the/line\nnow"),
        ("short\n\nlines", "short\n\nlines"),
    ],
)
def test_what_is_copied_stays_whole(text: str, shown: str) -> None:
    assert wrapped(text, 22) == shown
