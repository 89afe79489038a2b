"""Any server that speaks OpenAI's chat completions: llama-server, vLLM, LM Studio, or a provider."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from devops_agent.backends.base import ChatModel
from devops_agent.backends.chatml import STOP, as_user_turn
from devops_agent.backends.connection import Limits
from devops_agent.backends.draft import Draft
from devops_agent.backends.failures import DamagedError, RefusalError, read_event
from devops_agent.backends.grammar import call_schema
from devops_agent.backends.objects import (
    cached_tokens,
    count_field,
    list_of_objects,
    object_field,
    read_object,
    text_field,
)
from devops_agent.backends.openai_api import ADVICE, connect, model_names
from devops_agent.backends.resending import persist
from devops_agent.backends.toolcalls import Reply
from devops_agent.errors import BackendError
from devops_agent.settings import Settings
from devops_agent.transcript import Message

DATA = b"data:"
LAST = b"[DONE]"


class OpenAIChat(ChatModel):
    """A smolagents model over /v1/chat/completions. `host` is the base address, with or without /v1."""

    def __init__(self, settings: Settings, limits: Limits | None = None) -> None:
        super().__init__(model_id=settings.model, window=settings.num_ctx)
        self._settings = settings
        self._connection = connect(settings, limits or Limits(idle=settings.idle_timeout))

    @classmethod
    def open(cls, settings: Settings) -> "OpenAIChat":
        """The model these settings name."""
        return cls(settings)

    def reply(self, messages: Sequence[Message]) -> Reply:
        """Ask the model once; see `ChatModel.reply`."""
        self._connection.begin()
        try:
            reply = persist(partial(self._ask, self._request(messages)), self._connection)
        except RefusalError as error:
            raise self._explain(error) from None
        if self.sampling.constrained and reply.done == "stop":
            return replace(reply, text=f"<tool_call>\n{reply.text.strip()}\n</tool_call>")
        return reply

    def cancel(self) -> None:
        """Stop a `reply` that is under way in another thread, within 100 ms; it raises CancelledError."""
        self._connection.cancel()

    def close(self) -> None:
        """Give back the connection."""
        self._connection.close()

    def _request(self, messages: Sequence[Message]) -> dict[str, Any]:
        request = {
            "model": self._settings.model,
            "messages": [_turn(message) for message in messages],
            "temperature": self.sampling.temperature(self._settings.temperature),
            "stop": list(STOP),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if self.sampling.constrained:
            schema = {"name": "tool_call", "schema": call_schema(self.tools)}
            request["response_format"] = {"type": "json_schema", "json_schema": schema}
        return request

    def _ask(self, request: dict[str, Any]) -> Reply:
        """One attempt. Raises DamagedError unless the server itself said why the reply ended."""
        draft, reason, usage = Draft(self.watch), "", dict[str, Any]()
        calls: dict[int, list[str]] = {}
        with self._connection.lines("/v1/chat/completions", request) as lines:
            for event in _events(lines):
                usage = object_field(event, "usage", DamagedError) or usage
                choice = _choice(event)
                _add(draft, calls, object_field(choice, "delta", DamagedError))
                reason = text_field(choice, "finish_reason", DamagedError) or reason
                if draft.looping:
                    break
        if not reason and not draft.looping:
            raise DamagedError("the model server ended its answer before it was done")
        draft.calls = [(name, _arguments(arguments)) for _, (name, arguments) in sorted(calls.items())]
        read, written = count_field(usage, "prompt_tokens"), count_field(usage, "completion_tokens")
        return draft.finish(reason, read, written, cached_tokens(usage))

    def _explain(self, error: RefusalError) -> BackendError:
        if error.status == 401:
            return BackendError(str(error), hint="set the key with DEVOPS_AGENT_API_KEY or OPENAI_API_KEY")
        if error.status == 404:
            return BackendError(str(error), hint=f"{ADVICE}; the server's models: {self._models()}")
        return BackendError(
            str(error), hint=error.hint or "look at the server's log, or try another model with --model"
        )

    def _models(self) -> str:
        try:
            return ", ".join(model_names(self._connection)[:20]) or "none"
        except BackendError:
            return "unknown"


def _turn(message: Message) -> dict[str, str]:
    """A tool's result goes in as a user turn: the tool role needs call ids, which text calls have not."""
    if message.role == "tool":
        return {"role": "user", "content": as_user_turn(message.content)}
    return {"role": message.role, "content": message.content}


def _events(lines: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of a stream of server-sent events; everything that is not data is a comment or a name."""
    for line in lines:
        data = line.strip()
        if data.startswith(b"{"):  # an error in place of a stream
            yield read_event(data)
        if not data.startswith(DATA):
            continue
        data = data.removeprefix(DATA).strip()
        if data == LAST:
            return
        yield read_event(data)


def _choice(event: dict[str, Any]) -> dict[str, Any]:
    choices = list_of_objects(event, "choices", DamagedError)
    return choices[0] if choices else {}


def _add(draft: Draft, calls: dict[int, list[str]], delta: dict[str, Any]) -> None:
    """What one event brings. The name and the arguments of a native call come in pieces, by the call's index."""
    thinking = text_field(delta, "reasoning_content", DamagedError) or text_field(delta, "reasoning", DamagedError)
    draft.add(thinking, "thinking")
    draft.add(text_field(delta, "content", DamagedError))
    for piece in list_of_objects(delta, "tool_calls", DamagedError):
        function = object_field(piece, "function", DamagedError)
        call = calls.setdefault(count_field(piece, "index") or 0, ["", ""])
        call[0] += text_field(function, "name", DamagedError)
        call[1] += text_field(function, "arguments", DamagedError)


def _arguments(text: str) -> Any:
    """The arguments as an object; text that is none stays text, for the reader of calls to refuse."""
    try:
        return read_object(text.encode(), ValueError)
    except ValueError:
        return text
