"""The model served by Ollama: chat for the conversation, a raw prompt under a schema when calls come out garbled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from devops_agent.backends.base import ChatModel
from devops_agent.backends.chatml import STOP, render
from devops_agent.backends.connection import Limits
from devops_agent.backends.draft import Draft
from devops_agent.backends.failures import DamagedError, RefusalError
from devops_agent.backends.grammar import call_schema
from devops_agent.backends.host import ollama_url
from devops_agent.backends.objects import count_field, list_of_objects, object_field, text_field
from devops_agent.backends.ollama_api import OllamaApi
from devops_agent.backends.resending import persist
from devops_agent.backends.toolcalls import Reply
from devops_agent.backends.warmup import load_request
from devops_agent.errors import BackendError
from devops_agent.settings import Settings
from devops_agent.transcript import Message

CALL_OPENING = "<tool_call>\n"
CALL_CLOSING = "\n</tool_call>"


class OllamaChat(ChatModel):
    """A smolagents model over an Ollama server. No request leaves before the first `reply`."""

    def __init__(self, settings: Settings, limits: Limits | None = None) -> None:
        super().__init__(model_id=settings.model, window=settings.num_ctx)
        self._settings = settings
        self._api = OllamaApi(ollama_url(settings.host), limits or Limits(idle=settings.idle_timeout))
        self._think = settings.thinking
        self._window_known = False

    @classmethod
    def open(cls, settings: Settings) -> "OllamaChat":
        """The model these settings name."""
        return cls(settings)

    def reply(self, messages: Sequence[Message]) -> Reply:
        """Ask the model once; see `ChatModel.reply`."""
        self._api.connection.begin()
        ask = self._ask_for_call if self.sampling.constrained else self._ask
        try:
            reply = persist(partial(ask, messages), self._api.connection)
        except RefusalError as error:
            raise self._api.explain(error, self._settings.model) from None
        self._learn_window()
        return reply

    def cancel(self) -> None:
        """Stop a `reply` that is under way in another thread, within 100 ms; it raises CancelledError."""
        self._api.connection.cancel()

    def close(self) -> None:
        """Give back the connection."""
        self._api.connection.close()

    def _ask(self, messages: Sequence[Message]) -> Reply:
        turns = [{"role": message.role, "content": message.content} for message in messages]
        try:
            return self._stream("/api/chat", {**self._request(STOP), "messages": turns, "think": self._think})
        except RefusalError as error:
            if not self._think or "does not support thinking" not in error.text:
                raise
        self._think = False
        return self._ask(messages)

    def _ask_for_call(self, messages: Sequence[Message]) -> Reply:
        """Let the server hold the model to the schema of one call. The chat route could not open the tag for it."""
        body = {
            **self._request((*STOP, CALL_CLOSING.strip())),
            "prompt": render(messages) + CALL_OPENING,
            "raw": True,
            "think": False,
            "format": call_schema(self.tools),
        }
        reply = self._stream("/api/generate", body)
        closing = CALL_CLOSING if reply.done == "stop" else ""
        return replace(reply, text=f"{CALL_OPENING}{reply.text.strip()}{closing}")

    def _request(self, stop: Sequence[str]) -> dict[str, Any]:
        settings = self._settings
        request = load_request(settings.model, settings.num_ctx, settings.keep_alive)
        temperature = self.sampling.temperature(settings.temperature)
        request["options"] |= {"temperature": temperature, "stop": list(stop)}
        return {**request, "stream": True}

    def _stream(self, path: str, body: Mapping[str, Any]) -> Reply:
        """One attempt. Raises DamagedError unless the server itself said that the reply is done."""
        draft = Draft(self.watch)
        with self._api.events(path, body) as events:
            for event in events:
                _add(draft, event)
                if draft.looping:
                    return draft.finish("")
                if _is_done(event):
                    counts = (count_field(event, key) for key in ("prompt_eval_count", "eval_count"))
                    return draft.finish(text_field(event, "done_reason", DamagedError), *counts)
        raise DamagedError("the model server ended its answer before it was done")

    def _learn_window(self) -> None:
        """Ask once what context the model really has: after a reply it is loaded, and the user is not waiting."""
        if self._window_known:
            return
        self._window_known = True
        try:
            real = self._api.served_context(self._settings.model) or self._api.trained_context(self._settings.model)
        except BackendError:
            return
        self.window = min(self._settings.num_ctx, real or self._settings.num_ctx)


def _add(draft: Draft, event: dict[str, Any]) -> None:
    """What one line of /api/chat or /api/generate brings."""
    message = object_field(event, "message", DamagedError)
    draft.add(text_field(message or event, "thinking", DamagedError), "thinking")
    draft.add(text_field(message, "content", DamagedError) or text_field(event, "response", DamagedError))
    for call in list_of_objects(message, "tool_calls", DamagedError):
        function = object_field(call, "function", DamagedError)
        draft.calls.append((text_field(function, "name", DamagedError), function.get("arguments")))


def _is_done(event: Mapping[str, Any]) -> bool:
    done = event.get("done")
    if isinstance(done, bool):
        return done
    raise DamagedError("the model server sent a line that is not part of a reply")
