import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jsonschema
import pytest

from devops_agent.backends.connection import Limits
from devops_agent.backends.openai import OpenAIChat
from devops_agent.errors import BackendError
from devops_agent.settings import Settings
from devops_agent.transcript import Message

FAST = Limits(idle=0.3, stall=0.3, pause=0.01, busy=0.05)
TASK = [Message("system", "You work."), Message("user", "go"), Message("assistant", "x"), Message("tool", "ok")]


def event(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return b"data: " + json.dumps({"object": "chat.completion.chunk", "choices": choices, **more}).encode() + b"\n\n"


def words(*pieces: str, finish: str = "stop") -> bytes:
    said = b"".join(event({"content": piece}) for piece in pieces)
    usage = event(usage={"prompt_tokens": 12, "completion_tokens": 3})
    return event({"role": "assistant", "content": None}) + said + event({}, finish) + usage + b"data: [DONE]\n\n"


@contextmanager
def completions(*answers: bytes, status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server that gives these answers in turn, the last one for ever; yields its address and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append({**body, "path": self.path, "key": self.headers.get("Authorization")})
            self.answer(answers[min(len(asked), len(answers)) - 1], status)

        def do_GET(self) -> None:
            self.answer(json.dumps({"data": [{"id": "small"}, {"id": "large"}]}).encode(), 200)

        def answer(self, body: bytes, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing on the screen."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_a_reply_is_put_together_from_the_events() -> None:
    with completions(words("Hel", "lo ", "🚀")) as (url, asked):
        reply = OpenAIChat(Settings(host=url, model="small", api_key="key"), FAST).reply(TASK)
    assert (reply.text, reply.done, reply.prompt_tokens, reply.output_tokens) == ("Hello 🚀", "stop", 12, 3)
    assert (asked[0]["path"], asked[0]["key"], asked[0]["model"]) == ("/v1/chat/completions", "Bearer key", "small")
    assert asked[0]["messages"][-1] == {"role": "user", "content": "<tool_response>\nok\n</tool_response>"}


@pytest.mark.parametrize("base", ["", "/", "/v1", "/v1/"])
def test_the_base_address_may_name_the_version(base: str) -> None:
    with completions(words("ok")) as (url, asked):
        OpenAIChat(Settings(host=url + base), FAST).reply(TASK)
    assert asked[0]["path"] == "/v1/chat/completions"
    assert asked[0]["key"] is None


def test_thinking_is_kept_apart() -> None:
    with completions(event({"reasoning_content": "hm"}) + words("ok")) as (url, _):
        reply = OpenAIChat(Settings(host=url), FAST).reply(TASK)
    assert (reply.thinking, reply.text) == ("hm", "ok")


def test_native_calls_are_put_together_from_their_pieces() -> None:
    pieces = [{"index": 0, "function": {"name": "bash", "arguments": ""}}]
    more = [{"index": 0, "function": {"arguments": part}} for part in ('{"comm', 'and": "id"}')]
    other = [{"index": 1, "function": {"name": "bash", "arguments": '{"comm'}}]
    stream = b"".join(event({"tool_calls": [call]}) for call in pieces + more + other)
    with completions(stream + event({}, "tool_calls")) as (url, _):
        reply = OpenAIChat(Settings(host=url), FAST).reply(TASK)
    assert reply.native_calls == (("bash", {"command": "id"}), ("bash", '{"comm'))
    assert reply.done == "stop"


def test_a_constrained_reply_is_one_call() -> None:
    with completions(words('{"name": "bash", ', '"arguments": {"command": "id"}}')) as (url, asked):
        chat = OpenAIChat(Settings(host=url), FAST)
        chat.tools = {"bash": {"command": {"type": "string"}}}
        chat.sampling.constrained = True
        reply = chat.reply(TASK)
    call = reply.text.removeprefix("<tool_call>\n").removesuffix("\n</tool_call>")
    jsonschema.validate(json.loads(call), asked[0]["response_format"]["json_schema"]["schema"])


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        event({"content": "half"}),
        event({"content": "half"}) + b"data: [DONE]\n\n",
        event({"content": "half"}) + b"data: {oops\n\n",
        event({"content": "half"}) + b'data: {"error": {"message": "out of memory"}}\n\n',
        b'{"error": "out of memory"}',
        b"<html>hello</html>",
        event({"content": 7}),
        event({"tool_calls": ["x"]}),
        b"data: [1]\n\n",
    ],
)
def test_a_damaged_answer_is_asked_for_again_and_then_an_error(broken: bytes) -> None:
    with completions(broken, words("ok")) as (url, asked):
        assert OpenAIChat(Settings(host=url), FAST).reply(TASK).text == "ok"
        assert len(asked) == 2
    with completions(broken) as (url, asked), pytest.raises(BackendError):
        OpenAIChat(Settings(host=url), FAST).reply(TASK)
    assert len(asked) == 3


def test_a_reply_that_ran_out_of_room_says_so() -> None:
    with completions(words("half", finish="length")) as (url, _):
        assert OpenAIChat(Settings(host=url), FAST).reply(TASK).done == "length"


def test_a_model_that_goes_round_in_circles_is_stopped() -> None:
    with completions(words(*["again and again. "] * 500)) as (url, _):
        assert OpenAIChat(Settings(host=url), FAST).reply(TASK).done == "loop"


def test_a_missing_model_lists_the_others() -> None:
    with (
        completions(b'{"error": {"message": "no such model"}}', status=404) as (url, _),
        pytest.raises(BackendError, match="no such model") as caught,
    ):
        OpenAIChat(Settings(host=url), FAST).reply(TASK)
    assert "small, large" in caught.value.hint


def test_a_missing_key_says_where_to_put_it() -> None:
    with (
        completions(b'{"error": {"message": "no key"}}', status=401) as (url, _),
        pytest.raises(BackendError, match="no key") as caught,
    ):
        OpenAIChat(Settings(host=url), FAST).reply(TASK)
    assert "OPENAI_API_KEY" in caught.value.hint
