"""Ways for a model server to misbehave, each with what a good client makes of it.

A fault gets the exchange and the lines of the good answer. `outcome` is what its single appearance leads a good client to:
"reply" (odd, but whole), "healed" (worthless, but asking again is right) or "error" (asking again is no use).
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tests.ollama_server import Exchange

Play = Callable[["Exchange", list[bytes]], None]
Outcome = Literal["reply", "healed", "error"]
HTML = b"<!DOCTYPE html><html><body><h1>It works!</h1></body></html>\n"


@dataclass(frozen=True)
class Fault:
    name: str
    play: Play
    outcome: Outcome


FAULTS: dict[str, Fault] = {}


def fault(outcome: Outcome) -> Callable[[Play], Play]:
    """Register a function under its own name."""

    def register(play: Play) -> Play:
        FAULTS[play.__name__] = Fault(play.__name__, play, outcome)
        return play

    return register


def cut_at(position: int) -> Play:
    """The good answer, dropped after that many bytes of its body."""

    def play(exchange: "Exchange", lines: list[bytes]) -> None:
        exchange.start()
        exchange.chunk(b"".join(lines)[:position])
        exchange.close_connection = True

    return play


# Connections


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


# Stalls and cuts


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


# Bytes


def _lines_fault(name: str, outcome: Outcome, change: Callable[[list[bytes]], list[bytes]]) -> None:
    FAULTS[name] = Fault(name, lambda exchange, lines: exchange.stream(change(lines)), outcome)


def _edited(line: bytes, **changes: Any) -> bytes:
    return json.dumps({**json.loads(line), **changes}).encode() + b"\n"


def _with_content(line: bytes, content: Any) -> bytes:
    value = json.loads(line)
    if "message" in value:
        value["message"]["content"] = content
    else:
        value["response"] = content
    return json.dumps(value).encode() + b"\n"


_lines_fault("bad_utf8", "healed", lambda lines: [lines[0].replace(b'content":"', b'content":"\xff\xfe'), *lines[1:]])
_lines_fault("utf16", "healed", lambda lines: [b"".join(lines).decode().encode("utf-16")])
_lines_fault("nul_bytes", "healed", lambda lines: [b"\0\0\0\0\n", *lines])
_lines_fault("crlf", "reply", lambda lines: [line[:-1] + b"\r\n" for line in lines])
_lines_fault("blank_lines", "reply", lambda lines: [b"\n\r\n" + line for line in lines])
_lines_fault("no_last_newline", "reply", lambda lines: [*lines[:-1], lines[-1][:-1]])
_lines_fault("two_objects_on_a_line", "healed", lambda lines: [lines[0][:-1], *lines[1:]])
_lines_fault("server_sent_events", "healed", lambda lines: [b"data: " + line + b"\n" for line in lines])
_lines_fault("html_instead", "healed", lambda _: [HTML])
_lines_fault("nothing", "healed", lambda _: [])
_lines_fault("empty_object", "healed", lambda _: [b"{}\n"])
_lines_fault("a_list", "healed", lambda _: [b"[]\n"])
_lines_fault("null", "healed", lambda lines: [b"null\n", *lines])
_lines_fault("a_number", "healed", lambda _: [b"42\n"])
_lines_fault("nested_100_000_deep", "healed", lambda _: [b"[" * 100_000 + b"\n"])
_lines_fault("not_a_number", "healed", lambda lines: [lines[0].replace(b"false", b"NaN"), *lines[1:]])
_lines_fault("huge_number", "healed", lambda lines: [b'{"done":' + b"9" * 10_000 + b"}\n", *lines])
_lines_fault("message_is_text", "healed", lambda lines: [_edited(lines[0], message="hello"), *lines[1:]])
_lines_fault("content_is_a_number", "healed", lambda lines: [_with_content(lines[0], 7), *lines[1:]])
_lines_fault(
    "content_is_null", "reply", lambda lines: [_with_content(lines[-1].replace(b"true", b"false"), None), *lines]
)
_lines_fault("lone_surrogate", "reply", lambda lines: [*lines[:-1], _with_content(lines[-1], "\ud83d")])
_lines_fault("unknown_keys", "reply", lambda lines: [_edited(line, logprobs=[{"x": None}], extra={}) for line in lines])
_lines_fault("another_model", "reply", lambda lines: [_edited(line, model="another") for line in lines])
_lines_fault("done_is_text", "healed", lambda lines: [*lines[:-1], _edited(lines[-1], done="true")])
_lines_fault("lines_after_done", "reply", lambda lines: [*lines, lines[0], b'{"error":"too late"}\n', HTML])
_lines_fault("done_twice", "reply", lambda lines: [*lines, lines[-1]])
_lines_fault("unknown_done_reason", "reply", lambda lines: [*lines[:-1], _edited(lines[-1], done_reason="weary")])
_lines_fault("no_done_reason", "reply", lambda lines: [*lines[:-1], _edited(lines[-1], done_reason=None)])
_lines_fault("done_length", "reply", lambda lines: [*lines[:-1], _edited(lines[-1], done_reason="length")])
_lines_fault(
    "absurd_counts",
    "reply",
    lambda lines: [*lines[:-1], _edited(lines[-1], prompt_eval_count="many", eval_count=-3, total_duration=[])],
)
_lines_fault("error_line_first", "healed", lambda _: [b'{"error":"boom"}\n'])
_lines_fault(
    "error_line_in_the_middle", "healed", lambda lines: [lines[0], b'{"error":"runner process has terminated"}\n']
)
_lines_fault("error_is_an_object", "healed", lambda lines: [lines[0], b'{"error":{"message":"boom","code":500}}\n'])


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
    for number in count():
        exchange.chunk(_with_content(lines[0], f"line {number} of a thousand times a thousand\n") * 50)


@fault("healed")
def blank_lines_without_end(exchange: "Exchange", _: list[bytes]) -> None:
    exchange.close_connection = True
    exchange.start()
    while True:
        exchange.chunk(b"\n" * 65_536)


# Statuses


def _status_fault(name: str, outcome: Outcome, status: int, error: Any, **headers: str) -> None:
    body = error if isinstance(error, bytes) else json.dumps({"error": error}).encode()
    content_type = "text/html" if body.startswith(b"<") else "application/json; charset=utf-8"
    FAULTS[name] = Fault(name, lambda exchange, _: exchange.whole(status, body, content_type, **headers), outcome)


_status_fault("missing_model", "error", 404, "model 'qwen3-devops' not found")
_status_fault("missing_model_old", "error", 404, 'model "qwen3-devops" not found, try pulling it first')
_status_fault("missing_page", "error", 404, b"404 page not found")
_status_fault("missing_page_html", "error", 404, HTML)
_status_fault("method_not_allowed", "error", 405, b"405 method not allowed")
_status_fault("no_chat", "error", 400, '"qwen3-devops" does not support chat')
_status_fault("no_tools", "error", 400, "registry.ollama.ai/library/qwen3-devops:latest does not support tools")
_status_fault("bad_request_of_go", "error", 400, "invalid character 'x' looking for beginning of value")
_status_fault(
    "prompt_too_long", "error", 400, "the prompt is longer than the context length currently available to the model"
)
_status_fault(
    "prompt_too_long_llama_server",
    "error",
    400,
    '{"error":{"code":400,"message":"request (9001 tokens) exceeds the available context size (8192 tokens)",'
    '"type":"exceed_context_size_error"}}',
)
_status_fault("unauthorized", "error", 401, b'{"error":"unauthorized","signin_url":"https://ollama.com/connect"}')
_status_fault("foreign_host", "error", 403, b"")
_status_fault("forbidden_cloud", "error", 403, "this model requires a subscription")
_status_fault("http_407", "error", 407, b"")
_status_fault("http_429", "healed", 429, "too many requests", Retry_After="0")
_status_fault("http_499", "healed", 499, "request canceled")
_status_fault("http_500", "healed", 500, "llama runner process has terminated: exit status 2")
_status_fault(
    "http_500_memory", "healed", 500, "model requires more system memory (8.0 GiB) than is available (2.1 GiB)"
)
_status_fault("http_500_empty", "healed", 500, b"")
_status_fault("http_500_html", "healed", 500, HTML)
_status_fault("http_500_object", "healed", 500, {"message": "boom", "code": 500})
_status_fault("http_500_bytes", "healed", 500, b"\xff\xfe\x00\x1b[2J")
_status_fault("http_500_huge", "healed", 500, b"a" * 10_000_000)
_status_fault("http_502", "healed", 502, HTML)
_status_fault("http_503", "healed", 503, "server busy, please try again.  maximum pending requests exceeded")
_status_fault("http_503_loading", "healed", 503, {"code": 503, "message": "Loading model", "type": "unavailable_error"})
_status_fault("http_503_far_retry", "healed", 503, "busy", Retry_After="86400")
_status_fault("http_504", "healed", 504, HTML)
_status_fault("http_204", "healed", 204, b"")
_status_fault("http_999", "error", 999, b"")
_status_fault("moved", "error", 301, HTML, Location="https://127.0.0.1:1/api/chat")
_status_fault("moved_to_itself", "error", 307, b"", Location="/api/chat")
_status_fault("moved_nowhere", "error", 302, b"")
_status_fault("not_modified", "error", 304, b"")
