import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_agent.text import has_hidden, printable, visible

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1)]
OBEYED_OR_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
DRAWN_FORMAT_CHARACTERS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
"""Unicode calls them format characters, yet they have a shape: they enclose the digits of Arabic or Kaithi numbers."""


def test_no_character_that_a_terminal_hides_or_obeys_is_printable():
    leaked = {
        character
        for character in printable("x".join(EVERY_CHARACTER))
        if unicodedata.category(character) in OBEYED_OR_UNSEEN and character not in "\n\t"
    }
    assert leaked <= DRAWN_FORMAT_CHARACTERS


def test_every_letter_digit_and_sign_stays_printable():
    plain = [c for c in EVERY_CHARACTER if unicodedata.category(c)[0] in "LNPS" or unicodedata.category(c) == "Zs"]
    assert printable("".join(plain)) == "".join(plain)


def test_every_character_that_is_not_plain_is_named_when_visible():
    """A line each; only the line end itself stays what it is."""
    shown = visible("\n".join(EVERY_CHARACTER))
    assert not has_hidden(shown)
    named = [
        line for character, line in zip(EVERY_CHARACTER[11:], shown.split("\n")[12:], strict=True) if line != character
    ]
    assert all(line.startswith("‹") and line.endswith("›") for line in named)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ls\x1b[2K", "ls‹ESC›[2K"),
        ("rm -rf /\r ls    ", "rm -rf /‹CR› ls‹␠×4›"),
        ("echo \\ \nls", "echo \\‹␠×1›\nls"),
        ("\u1112\u1161", "\u1112‹U+1161›"),
        ("\U0001f1e9\U0001f1ea", "‹U+1F1E9›‹U+1F1EA›"),
        ("a\tb", "a‹TAB›b"),
        ("\u202eevil", "‹U+202E›evil"),
        ("zero\u200bwidth", "zero‹U+200B›width"),
        ("no\u00a0break", "no‹U+00A0›break"),
        ("blank\u3164letter", "blank‹U+3164›letter"),
        ("half\ud800", "half‹U+D800›"),
        ("ls" + " " * 300 + "; rm", "ls‹␠×300›; rm"),
        ("faked ‹ESC› and ␠×9", "faked ‹U+2039›ESC‹U+203A› and ‹U+2420›×9"),
        ("kubectl get pods -o wide\n", "kubectl get pods -o wide\n"),
        ("größer 日本 €", "größer 日本 €"),
    ],
)
def test_what_is_about_to_run_is_shown_with_all_it_holds(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]52;c;aGk=\x1b\\text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPdevice\x1b\\text", "text"),
        ("\x1b(B\x1b=\x1bMtext", "text"),
        ("\x1b]unfinished\nnext line", "\nnext line"),
        ("\x1bP unfinished\nnext line", "\nnext line"),
        ("\x1b\x1b[31m[31mtext", "[31mtext"),
        ("text\x1b", "text"),
        ("text\x1b[3", "text3"),
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("a\tb\x00\x08c\x7f", "a\tbc"),
        ("e\u0301 \u00e9 ✔\ufe0f", "e\u0301 \u00e9 ✔"),
    ],
)
def test_escape_sequences_go_and_text_stays(text, left):
    assert printable(text) == left


@given(st.text(st.sampled_from("\x1b[]()0;7mHPX^_\\\x07\x9b\r\n ab\u202e\ud800")))
def test_printable_text_needs_no_second_cleaning_and_can_be_written_out(text):
    cleaned = printable(text)
    assert printable(cleaned) == cleaned
    assert "\x1b" not in cleaned
    cleaned.encode()


@pytest.mark.parametrize("unit", ["\x1b]", "\x1bP", "\x1b[0", "\x1b[0;", "\x1b ", "\x1b[ ", " " * 7, "\r"])
def test_a_hostile_repetition_costs_no_more_than_its_length(unit):
    """Were any of these quadratic, the test's time limit would end it."""
    text = unit * 200_000
    assert "\x1b" not in printable(text)
    assert visible(text)
