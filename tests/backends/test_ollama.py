import json
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from devops_agent.backends.chatml import STOP, render
from devops_agent.backends.connection import Limits
from devops_agent.backends.failures import CancelledError, MissingModelError
from devops_agent.backends.ollama import OllamaChat
from devops_agent.backends.toolcalls import Reply
from devops_agent.errors import BackendError
from devops_agent.events import TokenSeen
from devops_agent.settings import Settings
from devops_agent.transcript import Message
from tests.ollama_faults import FAULTS, cut_at
from tests.ollama_server import Installed, OllamaServer, Turn

CALL = '<tool_call>\n{"name": "bash", "arguments": {"command": "echo häö 🚀"}}\n</tool_call>'
SHORT = '{"ö": "🚀"}'
FAST = Limits(idle=1.0, stall=1.0, line=300_000, total=2_000_000, pause=0.01, busy=0.05)
TASK = [Message("system", "You work."), Message("user", "list the pods")]
BASH = {"command": {"type": "string", "description": "what to run"}, "timeout": {"type": "integer", "nullable": True}}


def chat_with(server: OllamaServer, **settings: Any) -> OllamaChat:
    return OllamaChat(Settings(host=server.url, **settings), FAST)


def ask(server: OllamaServer, messages: Sequence[Message] = TASK, **settings: Any) -> Reply:
    return chat_with(server, **settings).reply(messages)


@pytest.mark.parametrize("name", FAULTS)
def test_after_one_fault_the_reply_is_whole_or_the_error_is_a_sentence(name: str) -> None:
    fault = FAULTS[name]
    with OllamaServer([CALL], faults=[name]) as server:
        try:
            reply = ask(server)
        except BackendError as error:
            outcome = "error"
            assert_a_sentence(error)
        else:
            outcome = "reply" if len(server.chats) == 1 else "healed"
            assert reply.text.removesuffix("\ufffd") == CALL
    assert outcome == fault.outcome


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.outcome != "reply"])
def test_a_fault_that_stays_becomes_an_error_after_few_requests(name: str) -> None:
    with OllamaServer([CALL], faults=name) as server:
        chat = OllamaChat(Settings(host=server.url), replace(FAST, idle=0.1, stall=0.1, resends=1))
        with pytest.raises(BackendError) as caught:
            chat.reply(TASK)
        assert_a_sentence(caught.value)
        assert len(server.chats) <= 4


def assert_a_sentence(error: BackendError) -> None:
    text = f"{error} {error.hint}"
    assert "\n" not in text
    assert text.isprintable()
    assert 20 < len(str(error)) < 500
    assert "object at 0x" not in text
    assert "Error(" not in text


def test_an_answer_cut_at_any_byte_is_never_taken_for_a_reply() -> None:
    length = len(b"".join(good_lines()))
    cuts = [cut_at(position) for position in range(length - 1)]
    with OllamaServer([SHORT], faults=cuts) as server:
        chat = OllamaChat(Settings(host=server.url), Limits(idle=5, pause=0, resends=length))
        assert chat.reply(TASK).text == SHORT
        assert len(server.chats) == length


def good_lines() -> list[bytes]:
    """The body of the good answer, as a fault is shown it."""
    seen: list[bytes] = []

    def look(exchange: Any, lines: list[bytes]) -> None:
        seen.extend(lines)
        exchange.stream(lines)

    with OllamaServer([SHORT], faults=[look]) as server:
        ask(server)
    return seen


def test_a_server_that_is_down_is_named_with_the_way_to_start_it() -> None:
    with OllamaServer() as server:
        url = server.url
    with pytest.raises(BackendError, match=f"cannot reach the model server at {url}: Connection refused") as caught:
        OllamaChat(Settings(host=url), FAST).reply(TASK)
    assert "ollama serve" in caught.value.hint


def test_a_host_without_an_address_is_named() -> None:
    with pytest.raises(BackendError, match="cannot reach the model server at http://nowhere.invalid:11434"):
        OllamaChat(Settings(host="nowhere.invalid"), FAST).reply(TASK)


def test_a_missing_model_lists_what_is_installed_and_how_to_get_ours() -> None:
    with OllamaServer(models=["llama3:8b", "qwen3"]) as server, pytest.raises(MissingModelError) as caught:
        ask(server)
    assert f"the model 'qwen3-devops' is not installed at {server.url}" in str(caught.value)
    assert "installed: llama3:8b, qwen3:latest" in caught.value.hint
    assert "devops-agent model install" in caught.value.hint


def test_the_request_says_everything_the_server_would_otherwise_guess() -> None:
    with OllamaServer([CALL]) as server:
        ask(server, num_ctx=4096, temperature=0.1, keep_alive="30m")
        request = server.chats[0]
    assert request["messages"] == [
        {"role": "system", "content": "You work."},
        {"role": "user", "content": "list the pods"},
    ]
    assert request["options"] == {"num_ctx": 4096, "temperature": 0.1, "stop": list(STOP)}
    assert (request["keep_alive"], request["think"], request["stream"]) == ("30m", False, True)
    assert "tools" not in request


@pytest.mark.parametrize(("text", "sent"), [("600", 600), ("-1", -1), ("0", 0), ("10m", "10m")])
def test_a_bare_number_of_seconds_is_sent_as_a_number(text: str, sent: int | str) -> None:
    with OllamaServer([CALL]) as server:
        ask(server, keep_alive=text)
        assert server.chats[0]["keep_alive"] == sent


def test_a_warmer_reply_is_asked_for_with_a_higher_temperature() -> None:
    with OllamaServer([CALL]) as server:
        chat = chat_with(server, temperature=0.25)
        chat.sampling.warmer_by = 0.5
        chat.reply(TASK)
        assert server.chats[0]["options"]["temperature"] == 0.75


def test_pieces_are_shown_as_they_arrive_and_add_up_to_the_reply() -> None:
    seen: list[TokenSeen] = []
    with OllamaServer([Turn(CALL, thinking="I should look first.")]) as server:
        chat = chat_with(server)
        chat.watch = seen.append  # type: ignore[assignment]
        reply = chat.reply(TASK)
    assert "".join(piece.text for piece in seen if piece.kind == "text") == reply.text == CALL
    assert "".join(piece.text for piece in seen if piece.kind == "thinking") == reply.thinking == "I should look first."
    assert len(seen) > 10


def test_counts_and_reasons_are_delivered_as_the_server_gave_them() -> None:
    with OllamaServer([Turn(CALL, done_reason="length"), Turn(CALL, counts=False)]) as server:
        chat = chat_with(server)
        first, second = chat.reply(TASK), chat.reply(TASK)
    assert (first.done, second.done) == ("length", "stop")
    assert first.prompt_tokens is not None and first.output_tokens is not None
    assert (second.prompt_tokens, second.output_tokens) == (None, None)


def test_a_prompt_the_server_cut_shows_in_the_count() -> None:
    long = [TASK[0], Message("user", "x" * 40_000), Message("assistant", "y"), Message("user", "go on")]
    with OllamaServer([CALL]) as server:
        reply = ask(server, long, num_ctx=2048)
    assert reply.prompt_tokens is not None
    assert reply.prompt_tokens < 100


def test_absurd_counts_are_no_counts() -> None:
    with OllamaServer([CALL], faults=["absurd_counts"]) as server:
        reply = ask(server)
    assert (reply.prompt_tokens, reply.output_tokens) == (None, None)


def test_native_calls_are_kept_as_the_server_parsed_them() -> None:
    calls = (("bash", {"command": "id"}), ("bash", "half a stri"))
    with OllamaServer([Turn("", tool_calls=calls)]) as server:
        assert ask(server).native_calls == calls


def test_a_model_that_cannot_think_is_asked_again_without() -> None:
    with OllamaServer([CALL, CALL]) as server:
        chat = chat_with(server, thinking=True)
        chat.reply(TASK)
        chat.reply(TASK)
        assert [request["think"] for request in server.chats] == [True, False, False]


def test_a_model_that_can_think_does_when_told_to() -> None:
    models = {"qwen3-devops": Installed(capabilities=("completion", "thinking"))}
    with OllamaServer([CALL], models=models) as server:
        ask(server, thinking=True)
        assert server.chats[0]["think"] is True


@pytest.mark.parametrize(
    "text",
    ["the same again. " * 2000, "ab" * 5000, "{" + "\\t" * 4000, "".join(f"{number:x}," for number in range(9000))],
)
def test_a_model_that_goes_round_in_circles_is_stopped(text: str) -> None:
    with OllamaServer([text]) as server:
        reply = ask(server)
    assert reply.done == "loop"
    assert len(reply.text) < 17_000 <= len(text) + 9_001


def test_a_long_reply_of_different_lines_is_left_alone() -> None:
    text = "\\n".join(f"line {number}: {number**5}" for number in range(3000))
    with OllamaServer([text]) as server:
        reply = OllamaChat(Settings(host=server.url)).reply(TASK)
    assert (reply.done, reply.text) == ("stop", text)


def test_a_constrained_reply_is_one_call_under_the_schema_of_the_tools() -> None:
    call = '{"name": "bash", "arguments": {"command": "id"}}'
    with OllamaServer([f"{call}\n"]) as server:
        chat = chat_with(server)
        chat.tools = {"bash": BASH}
        chat.sampling.constrained = True
        reply = chat.reply(TASK)
        request = server.chats[0]
    assert reply.text == f"<tool_call>\n{call}\n</tool_call>"
    assert server.requests[0].path == "/api/generate"
    assert request["prompt"] == render(TASK) + "<tool_call>\n"
    assert (request["raw"], request["think"]) == (True, False)
    assert request["options"]["stop"] == [*STOP, "</tool_call>"]
    jsonschema.validate(json.loads(call), request["format"])


def test_a_constrained_reply_that_was_cut_stays_open() -> None:
    with OllamaServer([Turn('{"name": "ba', done_reason="length")]) as server:
        chat = chat_with(server)
        chat.sampling.constrained = True
        reply = chat.reply(TASK)
    assert (reply.done, reply.text) == ("length", '<tool_call>\n{"name": "ba')


def test_the_window_is_what_the_server_really_gives() -> None:
    models = {"qwen3-devops": Installed(context_length=3000)}
    with OllamaServer([CALL], models=models) as server:
        chat = chat_with(server, num_ctx=8192)
        assert chat.window == 8192
        chat.reply(TASK)
        assert chat.window == 3000


def test_the_window_is_the_trained_one_when_the_server_does_not_say() -> None:
    models = {"qwen3-devops": Installed(context_length=3000)}

    def forget_what_is_loaded(body: dict[str, Any]) -> str:
        server.loaded = {}
        return CALL

    with OllamaServer([forget_what_is_loaded], models=models) as server:
        chat = chat_with(server, num_ctx=8192)
        chat.reply(TASK)
        assert chat.window == 3000


def test_the_model_is_the_first_thing_a_server_hears_of() -> None:
    with OllamaServer([CALL, CALL]) as server:
        chat = chat_with(server)
        chat.reply(TASK)
        chat.reply(TASK)
        assert [request.path for request in server.requests] == ["/api/chat", "/api/ps", "/api/chat"]


def test_requests_share_one_connection() -> None:
    ports = set()

    def note(exchange: Any, lines: list[bytes]) -> None:
        ports.add(exchange.client_address)
        exchange.stream(lines)

    with OllamaServer([CALL], faults=note) as server:
        chat = chat_with(server)
        for _ in range(5):
            chat.reply(TASK)
    assert len(ports) == 1


def test_a_connection_the_server_closed_meanwhile_is_no_error() -> None:
    with OllamaServer([CALL, CALL], faults=["closed_after_the_answer"] * 2) as server:
        chat = chat_with(server)
        assert chat.reply(TASK).text == chat.reply(TASK).text == CALL


@pytest.mark.parametrize("fault", ["silence", "silence_after_head", "stall", "stall_inside_a_line"])
def test_cancel_from_another_thread_closes_the_stream_at_once(fault: str) -> None:
    with OllamaServer([CALL], faults=fault) as server:
        chat = OllamaChat(Settings(host=server.url))
        stopper = threading.Thread(target=lambda: server.hanging.wait(5) and chat.cancel())
        stopper.start()
        with pytest.raises(CancelledError):
            chat.reply(TASK)
        assert server.hung_up.wait(5)
        stopper.join()


def test_cancel_ends_the_wait_for_a_busy_server() -> None:
    with OllamaServer([CALL], faults="http_503") as server:
        chat = OllamaChat(Settings(host=server.url), Limits(pause=60))
        canceller = threading.Thread(target=lambda: (wait_for_a_request(server), chat.cancel()))
        canceller.start()
        with pytest.raises(CancelledError):
            chat.reply(TASK)
        canceller.join()


def wait_for_a_request(server: OllamaServer) -> None:
    while not server.chats:
        time.sleep(0.001)


def test_a_cancelled_model_can_be_asked_again() -> None:
    with OllamaServer([CALL], faults=["stall"]) as server:
        chat = OllamaChat(Settings(host=server.url))
        stopper = threading.Thread(target=lambda: server.hanging.wait(5) and chat.cancel())
        stopper.start()
        with pytest.raises(CancelledError):
            chat.reply(TASK)
        stopper.join()
        assert chat.reply(TASK).text == CALL


def test_an_interrupt_while_pieces_arrive_closes_the_connection_and_passes_through() -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with OllamaServer([CALL], faults=["stall"]) as server:
        chat = chat_with(server)
        chat.watch = interrupt
        with pytest.raises(KeyboardInterrupt):
            chat.reply(TASK)
        assert server.hung_up.wait(5)


def test_an_interrupt_while_the_server_is_silent_closes_the_connection() -> None:
    with OllamaServer([CALL], faults="silence") as server:
        chat = OllamaChat(Settings(host=server.url))
        main_thread = threading.main_thread().ident or 0
        press = threading.Thread(
            target=lambda: server.hanging.wait(5) and signal.pthread_kill(main_thread, signal.SIGINT)
        )
        press.start()
        with pytest.raises(KeyboardInterrupt):
            chat.reply(TASK)
        press.join()
        assert server.hung_up.wait(5)


def test_a_proxy_is_ignored_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with OllamaServer([CALL]) as server:
        assert ask(server).text == CALL


def test_a_path_before_the_interface_is_kept() -> None:
    with OllamaServer([CALL]) as server, pytest.raises(BackendError, match="is not an Ollama server"):
        OllamaChat(Settings(host=f"{server.url}/behind/a/proxy/"), FAST).reply(TASK)
    assert server.requests[0].path == "/behind/a/proxy/api/chat"
