import pytest

from devops_agent.tools.capture import BURST, KEPT, Capture


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_streams_are_labelled_and_keep_the_order_of_their_bursts():
    clock = Clock()
    capture = Capture(clock)
    for stream, data in [("stdout", b"one\n"), ("stderr", b"two"), ("stdout", b"three\n"), ("stdout", b"four\n")]:
        capture.feed(stream, data)
        clock.now += BURST
    assert capture.text() == "one\n[stderr]\ntwo\n[stdout]\nthree\nfour\n"


def test_within_a_burst_the_order_is_always_the_same():
    for order in (("stderr", "stdout"), ("stdout", "stderr")):
        capture = Capture(Clock())
        for stream in order:
            capture.feed(stream, f"{stream}\n".encode())
        assert capture.text() == "stdout\n[stderr]\nstderr\n"


def test_a_character_torn_between_reads_and_bursts_is_whole():
    clock = Clock()
    capture = Capture(clock)
    for byte in "häß€🙂\n".encode():
        capture.feed("stdout", bytes([byte]))
        clock.now += BURST
    assert capture.text() == "häß€🙂\n"


@pytest.mark.parametrize("step", [1, 1000, KEPT, 5 * KEPT])
@pytest.mark.parametrize("character", ["x", "ä", "€", "🙂"])
def test_head_and_tail_are_kept_and_the_rest_is_counted(step, character):
    data = f"first{character * 100_000}last".encode()
    capture = Capture(Clock())
    for start in range(0, len(data), step):
        capture.feed("stderr", data[start : start + step])
    text = capture.text()
    assert text.startswith(f"[stderr]\nfirst{character * 100}")
    assert text.endswith(f"{character * 100}last")
    assert capture.size == len(data)
    assert capture.missing == len(data) - 2 * KEPT
    assert f"\n[... {capture.missing} bytes left out; narrow the command ...]\n" in text
    assert "\\x" not in text
    assert len(text.encode()) < 2 * KEPT + 200


def test_nothing_is_left_out_of_what_just_fits():
    capture = Capture(Clock())
    capture.feed("stdout", b"x" * 2 * KEPT)
    assert (capture.text(), capture.missing) == ("x" * 2 * KEPT, 0)


def test_a_stream_that_is_not_text_is_described():
    capture = Capture(Clock())
    capture.feed("stderr", b"fine\n")
    capture.feed("stdout", b"\x7fELF\x02\x01\0\0")
    assert capture.text() == (
        "[binary, 8 bytes, ELF program; first bytes 7f 45 4c 46 02 01 00 00; as text .ELF....]\n[stderr]\nfine\n"
    )
