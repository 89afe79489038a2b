"""The model in this process: our prompt, a grammar of one call, and a memory that is read once."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from devops_agent.backends.base import ChatModel
from devops_agent.backends.chatml import neutralise, render
from devops_agent.backends.draft import Draft
from devops_agent.backends.embedded.engine import Chunk, Engine
from devops_agent.backends.embedded.gbnf import Bounds, bounds, call_grammar
from devops_agent.backends.embedded.model_file import ModelFile, find_model
from devops_agent.backends.embedded.prefix import PrefixStore
from devops_agent.backends.failures import DamagedError
from devops_agent.backends.json_reader import BadJson, read_json
from devops_agent.backends.objects import count_field, list_of_objects, object_field, text_field
from devops_agent.backends.toolcalls import Reply
from devops_agent.errors import BackendError
from devops_agent.settings import Settings
from devops_agent.transcript import Message

OUTSIDE_ROLES = frozenset({"user", "tool"})
TURN_START = "<|im_start|>"


class EmbeddedChat(ChatModel):
    """A smolagents model that runs inside this process. Loading happens here; the system turn is read once."""

    def __init__(self, settings: Settings, model: ModelFile) -> None:
        self._engine = Engine(model.path, settings.num_ctx)
        super().__init__(model_id=model.path.stem, window=self._engine.window)
        self._settings = settings
        self._model = model
        self._prefixes = PrefixStore(settings.cache_folder / "prefixes")
        self._warm = ""
        if len(self._engine.tokens(TURN_START)) != 1:
            self.close()
            raise BackendError(f"{model.path} does not speak ChatML", hint="choose a model of the Qwen family")

    @classmethod
    def open(cls, settings: Settings) -> "EmbeddedChat":
        """The model these settings name. Raises BackendError when it cannot run here."""
        return cls(settings, find_model(settings.model))

    def reply(self, messages: Sequence[Message]) -> Reply:
        """Ask the model once; see `ChatModel.reply`."""
        self._engine.begin()
        self._warm_up(messages[0])
        prompt = self._engine.tokens(render(map(_harmless, messages)))
        limits = bounds(self.window - len(prompt), self.tools, thinking=self._settings.thinking)
        return _whole(self._complete(self._body(prompt, limits), len(prompt)), limits)

    def cancel(self) -> None:
        """Stop a `reply` that is under way in another thread, at once; it raises CancelledError."""
        self._engine.cancel()

    def close(self) -> None:
        """Give back the engine and its files."""
        self._engine.close()

    def _warm_up(self, first: Message) -> None:
        prefix = render([first], open_turn=False)
        if prefix != self._warm:
            self._prefixes.warm(self._engine, self._model.identity, prefix)
            self._warm = prefix

    def _body(self, prompt: list[int], limits: Bounds) -> dict[str, Any]:
        body = {
            "prompt": prompt,
            "max_tokens": self.window - len(prompt),
            "temperature": self.sampling.temperature(self._settings.temperature),
            "cache_prompt": True,
        }
        if self.tools:
            body["grammar"] = call_grammar(self.tools, limits, thinking=self._settings.thinking)
        return body

    def _complete(self, body: dict[str, Any], prompt_tokens: int) -> Reply:
        draft, written = Draft(self.watch), 0
        with closing(self._engine.stream(body)) as chunks:
            for chunk in chunks:
                choice = _choice(chunk)
                draft.add(text_field(choice, "text", DamagedError))
                if draft.looping:
                    return draft.finish("", prompt_tokens, written)
                written = count_field(object_field(chunk, "usage", DamagedError), "completion_tokens") or written
                reason = text_field(choice, "finish_reason", DamagedError)
                if reason:
                    return draft.finish(reason, prompt_tokens, written)
        raise DamagedError("the embedded engine ended its reply before it was done")


def _choice(chunk: Chunk) -> dict[str, Any]:
    return next(iter(list_of_objects(chunk, "choices", DamagedError)), {})


def _harmless(message: Message) -> Message:
    """The message without what the template would take for its own structure, where it came from outside."""
    return replace(message, content=neutralise(message.content)) if message.role in OUTSIDE_ROLES else message


def _whole(reply: Reply, limits: Bounds) -> Reply:
    """The reply; one whose text the grammar itself had to end counts as cut."""
    body = reply.text.rpartition("<tool_call>\n")[2].removesuffix("\n</tool_call>")
    try:
        call = read_json(body)
    except BadJson:
        return reply
    bounded = isinstance(call, dict) and limits.reached_by(call.get("arguments") or {})
    return replace(reply, done="length") if bounded and reply.done == "stop" else reply
