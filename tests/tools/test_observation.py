import re

from hypothesis import given
from hypothesis import strategies as st

from devops_agent.tools.observation import cut


def test_a_text_that_fits_is_left_alone():
    assert cut("short\n", 6) == ("short\n", False)


def test_a_long_text_keeps_whole_lines_at_both_ends():
    text = "".join(f"line {number}\n" for number in range(1000))
    shortened, was_cut = cut(text, 100)
    head, tail = re.split(r"\[\.\.\. \d+ bytes left out; narrow the command \.\.\.\]\n", shortened)
    assert was_cut
    assert text.startswith(head) and text.endswith(tail)
    assert head.endswith("\n") and tail.startswith("line ")


def test_bytes_lost_before_are_counted_in():
    assert "[... 1000090 bytes left out;" in cut("x" * 100, 10, missing=1_000_000)[0]


@given(st.text(st.sampled_from("aä€🙂\n"), max_size=400), st.integers(10, 100))
def test_what_is_left_out_is_counted_to_the_byte(text, limit):
    shortened, was_cut = cut(text, limit)
    if not was_cut:
        assert shortened == text
        return
    before, count, after = re.fullmatch(
        r"(.*)\n\[\.\.\. (\d+) bytes left out;[^\n]*\]\n(.*)", shortened, re.DOTALL
    ).groups()
    line_ends = len(text.encode()) - int(count) - len((before + after).encode())
    assert 0 <= line_ends <= limit
    assert len(before + after) <= limit
    assert text.startswith(before) and text.endswith(after)
