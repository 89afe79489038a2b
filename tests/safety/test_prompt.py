"""The quick part of `safety/prompt.py`, and whether it would notice."""

from pathlib import Path

import pytest

from safety.prompt import Case, cases, changed, figures, play
from safety.screen import Terminal, read_back

CARELESS = str(Path(__file__).parent / "careless_asking.py")


def test_what_is_shown_is_what_runs() -> None:
    assert [figure for figure in figures(quick=True) if not figure.reached] == []


@pytest.mark.parametrize(
    ("defect", "family", "text", "says"),
    [
        ("hides", "no width", "rm\u200b x", ""),
        ("cuts", "long", "x" * 200, ""),
        ("scrolls", "lines", "\n" * 40, "what is asked about is out of sight"),
        ("obeys", "control sequences", "\x1b[8m", "the terminal was sent '\\x1b"),
    ],
)
def test_a_careless_prompt_is_noticed(defect: str, family: str, text: str, says: str) -> None:
    (outcome,) = play([Case(1, family, "command", text)], [Terminal(80)], spread=True, asking=(CARELESS, defect))
    assert not outcome.equal or outcome.faults
    assert not says or any(fault.startswith(says) for fault in outcome.faults)


def test_there_are_hundreds_of_texts_in_every_form() -> None:
    assert len(cases()) > 1200
    assert {case.form for case in cases()} == {"command", "path", "content"}


@pytest.mark.parametrize(
    ("shown", "escaped", "meant"),
    [
        ("a‹ESC›[8m‹U+200B›", False, "a\x1b[8m\u200b"),
        ("ls‹␠×9›1", False, "ls         1"),
        ("‹U+2039›ESC‹U+203A›", False, "‹ESC›"),
        ("\\u2039ESC\\u203a \\\\u2039", True, "\x1b \\u2039"),
    ],
)
def test_signs_are_read_back(shown: str, escaped: bool, meant: str) -> None:
    assert read_back(shown, escaped) == meant


def test_a_change_is_read_back() -> None:
    diff = "--- a\n+++ after the write\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n\\ no line end at the end"
    assert changed("one\ntwo\n", diff) == "one\n2"
