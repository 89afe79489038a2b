"""Connections that break, stay silent, or speak something else."""

from typing import TYPE_CHECKING

from tests.ollama_faults.fault import fault

if TYPE_CHECKING:
    from tests.ollama_server import Exchange


@fault("healed")
def hang_up(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.close_connection = True


@fault("healed")
def reset(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.reset()


@fault("error")
def silence(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.hang()


@fault("error")
def silence_after_head(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.start()
    exchange.hang()


@fault("healed")
def half_a_status_line(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.send(b"HTTP/1.1 20")
    exchange.close_connection = True


@fault("healed")
def no_http_at_all(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.send(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    exchange.close_connection = True


@fault("healed")
def half_a_head(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: appli")
    exchange.close_connection = True


@fault("healed")
def endless_head(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.close_connection = True
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        exchange.send(b"X-Filler-%d: yes\r\n" % number)


@fault("healed")
def huge_header(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.close_connection = True
    exchange.send(b"HTTP/1.1 200 OK\r\nX-Filler: " + b"a" * 100_000 + b"\r\n\r\n")


@fault("reply")
def one_byte_at_a_time(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    for byte in b"".join(lines):
        exchange.chunk(bytes([byte]))
    exchange.end()


@fault("reply")
def all_in_one_piece(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.stream([b"".join(lines)])


@fault("reply")
def closed_after_the_answer(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.stream(lines)
    exchange.close_connection = True


@fault("reply")
def no_length_then_close(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start(Connection="close")
    exchange.send(b"".join(lines))


@fault("reply")
def continue_first(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    exchange.stream(lines)


@fault("reply")
def hangs_after_done(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    exchange.chunk(b"".join(lines))
    exchange.hang()


@fault("reply")
def trailers(exchange: "Exchange", lines: list[bytes]) -> None:
    exchange.start()
    exchange.chunk(b"".join(lines))
    exchange.send(b"0\r\nX-Trailer: yes\r\n\r\n")
