"""What the prompt prints, for every text and width."""

import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from devops_agent.approval import Request
from devops_agent.events import Call, Verdict
from devops_agent.text import has_hidden, printable, visible
from devops_agent.ui.card import card, framed

UTF_8 = io.StringIO()
ASCII = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from(" \n\t\r\x1b\u202e\u200b‹›␠漢│\U0001f3fb")), max_size=300)


def unframed(rows: list[str], lines: int) -> str:
    """The text behind the bars: a row with a number, or the only line, begins a line; the others go on."""
    text: list[str] = []
    for row in rows:
        label, _, content = row.partition("│ ")
        if text and not label.strip():
            text[-1] += content
        else:
            text.append(content)
    assert len(text) == lines
    return "\n".join(text)


@given(HOSTILE, st.integers(20, 200))
def test_every_character_is_shown_within_the_width(text: str, width: int) -> None:
    rows = [row.text for row in framed(text, width, UTF_8)]
    shown = visible(text)
    assert unframed(rows, shown.count("\n") + 1) == shown
    assert all(cell_len(row) <= width for row in rows)
    assert not any(has_hidden(row) or printable(row) != row for row in rows)


@given(HOSTILE, HOSTILE, HOSTILE, st.integers(20, 200))
def test_no_part_of_a_request_can_pass_for_another(command: str, reason: str, folder: str, width: int) -> None:
    verdict = Verdict("CHANGE", reasons=(reason,))
    request = Request(Call("bash", {"command": command}), verdict, Path("/srv/" + folder.replace("\0", "")))
    rows = [row.text for row in card(request, width, ASCII)]
    assert rows[0] == " CHANGE bash "
    assert sum(row.startswith(" folder") for row in rows) == 1
    assert all(row.isascii() and len(row) <= width for row in rows)


def test_a_row_ends_in_no_blank_that_could_be_missed() -> None:
    rows = [row.text for row in framed("echo aaaaaaaa     b ", 20, UTF_8)]
    assert rows == [" │ echo aaaaaaaa", " │      b‹␠×1›"]


def test_the_line_end_of_the_last_line_is_shown() -> None:
    assert [row.text for row in framed("ls \\\n", 20, UTF_8)] == [" 1 │ ls \\", " 2 │ "]


def test_a_terminal_without_a_sign_gets_an_escape_that_the_text_cannot_fake() -> None:
    assert [row.text for row in framed("ä \\xe4", 30, ASCII)] == [" | \\xe4 \\\\xe4"]
    assert [row.text for row in framed("a \\xe4", 30, ASCII)] == [" | a \\\\xe4"]


def test_the_strongest_two_reasons_are_shown() -> None:
    reasons = (
        "docker rm removes containers",
        "docker with rm looks hard to undo",
        "docker rm is not on the read-only list",
    )
    verdict = Verdict("DESTROY", reasons=(*reasons, "reads a", "reads b", "eu-prod is protected as production"))
    rows = [row.text for row in card(Request(Call("bash", {"command": "x"}), verdict, Path("/")), 80, UTF_8)]
    assert rows[-2:] == [" why      docker rm removes containers", " why      eu-prod is protected as production"]


def test_a_reason_that_says_little_is_shown_where_there_is_no_other() -> None:
    verdict = Verdict("CHANGE", reasons=("x is not on the read-only list",))
    rows = [row.text for row in card(Request(Call("bash", {"command": "x"}), verdict, Path("/")), 80, UTF_8)]
    assert rows[-1] == " why      x is not on the read-only list"


def test_what_looks_like_something_else_is_noted() -> None:
    request = Request(Call("bash", {"command": "ls /srv/\u0430pp \u05d0"}), Verdict("CHANGE"), Path("/"))
    rows = [row.text for row in card(request, 200, UTF_8)]
    assert rows[-2] == " note     \u0430 is no a but U+0430, cyrillic small letter a"
    assert rows[-1].startswith(" note     holds letters that run from right to left")


def test_all_arguments_are_shown_with_their_names() -> None:
    request = Request(Call("read_file", {"path": "a", "start": 3}), Verdict("READ"), Path("/srv"))
    rows = [row.text for row in card(request, 80, UTF_8)]
    assert rows == [" READ read_file ", "path", " │ a", "start", " │ 3", " folder   /srv"]


def test_without_a_change_to_show_the_whole_content_is_shown() -> None:
    request = Request(Call("write_file", {"path": "a", "content": "x\ny\n"}), Verdict("CHANGE"), Path("/srv"))
    rows = [row.text for row in card(request, 80, UTF_8)]
    assert rows[3:6] == ["content", " 1 │ x", " 2 │ y"]
