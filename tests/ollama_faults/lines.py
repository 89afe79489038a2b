"""Answers that arrive whole, but hold something that does not belong there."""

import json
from collections.abc import Callable
from typing import Any

from tests.ollama_faults.fault import HTML, Outcome, add


def _answer(name: str, outcome: Outcome, change: Callable[[list[bytes]], list[bytes]]) -> None:
    add(name, outcome, lambda exchange, lines: exchange.stream(change(lines)))


def _edited(line: bytes, **changes: Any) -> bytes:
    return json.dumps({**json.loads(line), **changes}).encode() + b"\n"


def _with_calls(line: bytes, calls: Any) -> bytes:
    return _edited(line, message={"role": "assistant", "content": "", "tool_calls": calls})


def with_content(line: bytes, content: Any) -> bytes:
    value = json.loads(line)
    if "message" in value:
        value["message"]["content"] = content
    else:
        value["response"] = content
    return json.dumps(value).encode() + b"\n"


_answer("bad_utf8", "healed", lambda lines: [lines[0].replace(b'content":"', b'content":"\xff\xfe'), *lines[1:]])
_answer("utf16", "healed", lambda lines: [b"".join(lines).decode().encode("utf-16")])
_answer("nul_bytes", "healed", lambda lines: [b"\0\0\0\0\n", *lines])
_answer("crlf", "reply", lambda lines: [line[:-1] + b"\r\n" for line in lines])
_answer("blank_lines", "reply", lambda lines: [b"\n\r\n" + line for line in lines])
_answer("no_last_newline", "reply", lambda lines: [*lines[:-1], lines[-1][:-1]])
_answer("two_objects_on_a_line", "healed", lambda lines: [lines[0][:-1], *lines[1:]])
_answer("server_sent_events", "healed", lambda lines: [b"data: " + line + b"\n" for line in lines])
_answer("html_instead", "healed", lambda _: [HTML])
_answer("nothing", "healed", lambda _: [])
_answer("empty_object", "healed", lambda _: [b"{}\n"])
_answer("a_list", "healed", lambda _: [b"[]\n"])
_answer("null", "healed", lambda lines: [b"null\n", *lines])
_answer("a_number", "healed", lambda _: [b"42\n"])
_answer("nested_100_000_deep", "healed", lambda _: [b"[" * 100_000 + b"\n"])
_answer("not_a_number", "healed", lambda lines: [lines[0].replace(b"false", b"NaN"), *lines[1:]])
_answer("huge_number", "healed", lambda lines: [b'{"done":' + b"9" * 10_000 + b"}\n", *lines])
_answer("message_is_text", "healed", lambda lines: [_edited(lines[0], message="hello"), *lines[1:]])
_answer("content_is_a_number", "healed", lambda lines: [with_content(lines[0], 7), *lines[1:]])
_answer("content_is_null", "reply", lambda lines: [with_content(lines[-1].replace(b"true", b"false"), None), *lines])
_answer("lone_surrogate", "reply", lambda lines: [*lines[:-1], with_content(lines[-1], "\ud83d")])
_answer("unknown_keys", "reply", lambda lines: [_edited(line, logprobs=[{"x": None}], extra={}) for line in lines])
_answer("another_model", "reply", lambda lines: [_edited(line, model="another") for line in lines])
_answer("done_is_text", "healed", lambda lines: [*lines[:-1], _edited(lines[-1], done="true")])
_answer("lines_after_done", "reply", lambda lines: [*lines, lines[0], b'{"error":"too late"}\n', HTML])
_answer("done_twice", "reply", lambda lines: [*lines, lines[-1]])
_answer("unknown_done_reason", "reply", lambda lines: [*lines[:-1], _edited(lines[-1], done_reason="weary")])
_answer("no_done_reason", "reply", lambda lines: [*lines[:-1], _edited(lines[-1], done_reason=None)])
_answer("done_length", "reply", lambda lines: [*lines[:-1], _edited(lines[-1], done_reason="length")])
_answer(
    "absurd_counts",
    "reply",
    lambda lines: [*lines[:-1], _edited(lines[-1], prompt_eval_count="many", eval_count=-3, total_duration=[])],
)
_answer("error_line_first", "healed", lambda _: [b'{"error":"boom"}\n'])
_answer("error_line_in_the_middle", "healed", lambda lines: [lines[0], b'{"error":"runner process has terminated"}\n'])
_answer("error_is_an_object", "healed", lambda lines: [lines[0], b'{"error":{"message":"boom","code":500}}\n'])
_answer("tool_calls_is_a_number", "healed", lambda lines: [_with_calls(lines[0], 5), *lines[1:]])
_answer("tool_call_is_text", "healed", lambda lines: [_with_calls(lines[0], ["bash"]), *lines[1:]])
_answer(
    "tool_call_name_is_a_list",
    "healed",
    lambda lines: [_with_calls(lines[0], [{"function": {"name": []}}]), *lines[1:]],
)
_answer("done_reason_is_a_number", "healed", lambda lines: [*lines[:-1], _edited(lines[-1], done_reason=1)])
_answer("thinking_is_an_object", "healed", lambda lines: [_edited(lines[0], message={"thinking": {}}), *lines[1:]])
