"""A model with a meter: every reply goes through unchanged, and is counted."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devops_agent.backends.base import ChatModel
from devops_agent.backends.toolcalls import Fault, Reply, read_call, spoken
from devops_agent.tokens import estimate_turns
from devops_agent.tools.base import Parameters
from devops_agent.transcript import Message


@dataclass(frozen=True)
class Exchange:
    """One request: whether its reply was one well-formed call, and its tokens (None: the backend does not say)."""

    well_formed: bool
    prompt_tokens: int | None
    output_tokens: int | None
    reread: int | None


class MeteredModel(ChatModel):
    """Passes requests on to `model`, which outlives the agents that use it: closing this one closes nothing.

    `constrained` asks for a grammar with every request, where the backend has a choice.
    """

    def __init__(self, model: ChatModel, *, constrained: bool = False) -> None:
        self._model = model
        self._constrained = constrained
        self._seen: list[Message] = []
        self.exchanges: list[Exchange] = []
        super().__init__(model_id=str(model.model_id), window=model.window)

    def reply(self, messages: Sequence[Message]) -> Reply:
        """Ask the model once; see `ChatModel.reply`."""
        inner = self._model
        inner.tools, inner.sampling, inner.watch = self.tools, self.sampling, self.watch
        inner.sampling.constrained = inner.sampling.constrained or self._constrained
        reply = inner.reply(messages)
        self.window = inner.window
        self.exchanges.append(self._counted(list(messages), reply))
        self._seen = [*messages, Message("assistant", reply.text)]
        return reply

    def cancel(self) -> None:
        """Stop a `reply` that is under way in another thread."""
        self._model.cancel()

    def _counted(self, messages: list[Message], reply: Reply) -> Exchange:
        well_formed = is_one_call(reply, self.tools)
        reread = None
        if reply.cached_tokens is not None and reply.prompt_tokens:
            new = round(reply.prompt_tokens * self._share_of_new(messages))
            reread = max(0, reply.prompt_tokens - reply.cached_tokens - new)
        return Exchange(well_formed, reply.prompt_tokens, reply.output_tokens, reread)

    def _share_of_new(self, messages: Sequence[Message]) -> float:
        """How much of a request the model has not read or said before, by the product's own estimate of tokens."""
        known = 0
        while known < min(len(self._seen), len(messages)) and self._seen[known].content == messages[known].content:
            known += 1
        whole = estimate_turns(message.content for message in messages)
        return estimate_turns(message.content for message in messages[known:]) / max(1, whole)


def is_one_call(reply: Reply, tools: dict[str, Parameters]) -> bool:
    """Whether a reply is exactly one call in valid JSON with known arguments, and nothing after it."""
    try:
        read_call(reply, tools)
    except Fault:
        return False
    if reply.native_calls:
        return True
    body, tag, rest = spoken(reply.text).partition("<tool_call>")[2].partition("</tool_call>")
    return bool(tag) and not rest.strip() and _is_json_object(body)


def _is_json_object(text: str) -> bool:
    try:
        value: Any = json.loads(text)
    except ValueError:
        return False
    return isinstance(value, dict)
