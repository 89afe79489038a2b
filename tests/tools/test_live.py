from devops_agent.events import OutputSeen
from devops_agent.tools.live import INTERVAL, SHOWN, Live


class Screen:
    """A watcher with a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.seen: list[OutputSeen] = []
        self.live = Live(self.seen.append, lambda: self.now)

    def text(self) -> str:
        return "".join(piece.text for piece in self.seen)


def test_whole_lines_are_shown_at_once_and_the_rest_when_it_is_complete():
    screen = Screen()
    screen.live.feed("stdout", b"one\ntw")
    assert screen.live.tick() is None
    assert screen.text() == "one\n"
    screen.live.feed("stdout", b"o\n")
    screen.now += INTERVAL
    screen.live.tick()
    screen.live.feed("stderr", b"no line end")
    screen.live.tick()
    screen.live.finish()
    assert screen.seen == [OutputSeen("one\n"), OutputSeen("two\n"), OutputSeen("no line end", "stderr")]


def test_a_fast_writer_is_shown_at_most_once_an_interval():
    screen = Screen()
    for number in range(1000):
        screen.live.feed("stdout", b"%d\n" % number)
        screen.live.tick()
        screen.now += INTERVAL / 100
    screen.live.finish()
    assert len(screen.seen) <= 12
    assert screen.text() == "".join(f"{number}\n" for number in range(1000))


def test_the_wait_for_the_next_look_is_said():
    screen = Screen()
    screen.live.feed("stdout", b"a\n")
    assert screen.live.tick() is None
    screen.live.feed("stdout", b"b\n")
    assert screen.live.tick() == INTERVAL


def test_of_a_flood_the_end_is_shown_and_the_rest_is_counted():
    screen = Screen()
    for _ in range(100):
        screen.live.feed("stdout", b"x" * 9999 + b"\n")
    screen.live.finish()
    assert screen.text() == f"[... {1_000_000 - SHOWN} bytes not shown ...]\n" + "x" * (SHOWN - 1) + "\n"


def test_an_escape_sequence_torn_between_reads_is_not_shown():
    screen = Screen()
    screen.live.feed("stdout", b"\x1b[3")
    screen.live.tick()
    screen.live.feed("stdout", b"1mred\xc3")
    screen.live.feed("stdout", b"\xa4\r")
    screen.live.tick()
    assert screen.text() == "redä\n"


def test_a_binary_stream_is_mentioned_once():
    screen = Screen()
    for _ in range(3):
        screen.live.feed("stdout", b"\0\1\2\n")
        screen.live.tick()
        screen.now += INTERVAL
    screen.live.finish()
    assert screen.text() == "[binary output]\n"
