"""Streams that stall, are cut, lie about their length or never end."""

import gzip
from itertools import count
from typing import TYPE_CHECKING

from tests.ollama_faults.fault import Play, fault
from tests.ollama_faults.lines import with_content

if TYPE_CHECKING:
    from tests.ollama_server import Exchange


def cut_at(position: int) -> Play:
    """The good answer, dropped after that many bytes of its body."""

    def play(exchange: "Exchange", lines: list[bytes]) -> None:
        exchange.start()
        exchange.chunk(b"".join(lines)[:position])
        exchange.close_connection = True

    return play


@fault("healed")
def stall(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    exchange.chunk(lines[0])
    exchange.hang()


@fault("healed")
def stall_inside_a_line(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    exchange.chunk(lines[0] + lines[1][:9])
    exchange.hang()


@fault("healed")
def stall_before_done(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    exchange.chunk(b"".join(lines[:-1]))
    exchange.hang()


@fault("healed")
def cut_after_one_line(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    exchange.chunk(lines[0])
    exchange.close_connection = True


@fault("healed")
def reset_in_the_middle(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    exchange.chunk(lines[0])
    exchange.reset()


@fault("healed")
def ends_without_done(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.stream(lines[:-1])


@fault("healed")
def ends_inside_the_last_line(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.stream([*lines[:-1], lines[-1][: len(lines[-1]) // 2]])


@fault("healed")
def shorter_than_its_length(exchange: "Exchange", lines: list[bytes]) -> None:
    body = b"".join(lines[:-1])
    exchange.start(Content_Length=str(len(body) + 1000))
    exchange.send(body)
    exchange.close_connection = True


@fault("healed")
def longer_than_its_length(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start(Content_Length=str(len(lines[0]) + 5))
    exchange.send(b"".join(lines))
    exchange.close_connection = True


@fault("healed")
def bad_chunk_size(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    exchange.chunk(lines[0])
    exchange.send(b"not a number\r\n" + lines[1])
    exchange.close_connection = True


@fault("healed")
def negative_chunk_size(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    exchange.chunk(lines[0])
    exchange.send(b"-5\r\n" + lines[1])
    exchange.close_connection = True


@fault("healed")
def gap_in_the_middle(exchange: "Exchange", lines: list[bytes]) -> None:
    """A line whose end is lost: two halves that do not belong together."""
    exchange.stream([lines[0][:-20], *lines[1:]])


@fault("reply")
def wrong_content_type(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start(content_type="text/html")
    exchange.chunk(b"".join(lines))
    exchange.end()


@fault("reply")
def letters_split_between_chunks(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    body = b"".join(lines)
    for start in range(0, len(body), 7):
        exchange.chunk(body[start : start + 7])
    exchange.end()


@fault("healed")
def gzip_in_name_only(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.whole(200, b"".join(lines), Content_Encoding="gzip")


@fault("healed")
def gzip_unasked(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.whole(200, gzip.compress(b"".join(lines)), Content_Encoding="gzip")


@fault("healed")
def gzip_bomb(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.whole(200, gzip.compress(b"\n" * 50_000_000, 1), Content_Encoding="gzip")


@fault("healed")
def line_without_end(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.close_connection = True
    exchange.start()
    exchange.chunk(b'{"message":{"content":"')
    while True:
        exchange.chunk(b"a" * 65_536)


@fault("healed")
def stream_without_end(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.close_connection = True
    exchange.start()
    for start in count(step=50):
        exchange.chunk(
            b"".join(with_content(lines[0], f"{number}: {number**5}\n") for number in range(start, start + 50))
        )


@fault("healed")
def blank_lines_without_end(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.close_connection = True
    exchange.start()
    while True:
        exchange.chunk(b"\n" * 65_536)
