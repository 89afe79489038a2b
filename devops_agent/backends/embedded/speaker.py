"""What the model in this process says next: our prompt, a grammar of one call, and a memory that is read once.

It needs nothing that is slow to load, so that it can begin before the rest of the program is there.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from devops_agent.backends.chatml import render
from devops_agent.backends.draft import Draft
from devops_agent.backends.embedded.dialect import dialect_of
from devops_agent.backends.embedded.engine import Chunk, Engine
from devops_agent.backends.embedded.gbnf import Bounds, bounds, call_grammar
from devops_agent.backends.embedded.guards import load_engine
from devops_agent.backends.embedded.model_file import ModelFile
from devops_agent.backends.embedded.prefix import PrefixStore
from devops_agent.backends.embedded.trial import try_out
from devops_agent.backends.failures import DamagedError
from devops_agent.backends.json_reader import BadJson, read_json
from devops_agent.backends.objects import cached_tokens, count_field, list_of_objects, object_field, text_field
from devops_agent.backends.toolcalls import Reply
from devops_agent.errors import BackendError
from devops_agent.events import TokenSeen, Watch
from devops_agent.settings import Settings
from devops_agent.text import neutralise
from devops_agent.tools.base import Parameters
from devops_agent.transcript import Message

OUTSIDE_ROLES = frozenset({"user", "tool"})
REDRAWN_AT = (0.4, 0.8)
"""The temperatures at which a reply is drawn again that went round in circles or found no end."""


@dataclass(frozen=True)
class Question:
    """What is asked: the conversation so far, the tools it may call, and how freely the model draws its words."""

    messages: Sequence[Message]
    tools: Mapping[str, Parameters]
    temperature: float


class Speaker:
    """A loaded model that speaks ChatML. `window` is its context in tokens; `name` is what it is called."""

    def __init__(self, settings: Settings, model: ModelFile) -> None:
        """Load a model. Raises BackendError when it cannot run here, or speaks otherwise."""
        load_engine()
        try_out(model, settings)
        self._settings = settings
        self._model = model
        self._engine = Engine(model.path, settings.num_ctx)
        self.name = model.name
        self.window = self._engine.window
        self._prefixes = PrefixStore(settings.cache_folder / "prefixes")
        self._warm = ""
        try:
            self._dialect = dialect_of(self._engine, model.path)
        except BackendError:
            self.close()
            raise

    def begin(self, question: Question) -> None:
        """Let the engine start on a reply; a `reply` to the same question goes on with it. Raises BackendError."""
        self._engine.start(self._prepared(question)[0])

    def reply(self, question: Question, watch: Watch) -> Reply:
        """Ask the model once, and show the pieces as they come; a reply that found no end is drawn again.

        Raises BackendError and LimitError.
        """
        self._engine.begin()
        body, limits = self._prepared(question)
        reply = _whole(self._complete(body, watch), limits)
        for seed, temperature in enumerate(REDRAWN_AT):
            if reply.done not in ("loop", "length"):
                break
            watch(TokenSeen("\n", "text"))
            again = {**body, "temperature": max(temperature, question.temperature), "seed": seed}
            reply = _after(reply, _whole(self._complete(again, watch), limits))
        return reply

    def cancel(self) -> None:
        """Stop a `reply` that is under way in another thread, at once; it raises CancelledError."""
        self._engine.cancel()

    def close(self) -> None:
        """Give back the engine and its files."""
        self._engine.close()

    def _prepared(self, question: Question) -> tuple[dict[str, Any], Bounds]:
        """The engine's request, with the bounds of what it can bring."""
        self._warm_up(question.messages[0])
        thinking = self._settings.thinking
        prompt = self._engine.tokens(render(map(_harmless, question.messages)) + self._dialect.opening(thinking))
        limits = bounds(self.window - len(prompt), question.tools, thinking=thinking)
        body = {
            "prompt": prompt,
            "max_tokens": self.window - len(prompt),
            "temperature": question.temperature,
            "cache_prompt": True,
        }
        if question.tools:
            body["grammar"] = call_grammar(question.tools, limits, thinking=thinking)
        return body, limits

    def _warm_up(self, first: Message) -> None:
        prefix = render([first], open_turn=False)
        if prefix != self._warm:
            self._prefixes.warm(self._engine, self._model.identity, prefix)
            self._warm = prefix

    def _complete(self, body: Mapping[str, Any], watch: Watch) -> Reply:
        draft, read, written = Draft(watch), len(body["prompt"]), 0
        with closing(self._engine.stream(body)) as chunks:
            for chunk in chunks:
                choice = _choice(chunk)
                draft.add(text_field(choice, "text", DamagedError))
                if draft.looping:
                    return draft.finish("", read, written)
                usage = object_field(chunk, "usage", DamagedError)
                written = count_field(usage, "completion_tokens") or written
                reason = text_field(choice, "finish_reason", DamagedError)
                if reason:
                    return draft.finish(reason, read, written, cached_tokens(usage))
        raise DamagedError("the embedded engine ended its reply before it was done")


def temperature_of(settings: Settings) -> float:
    """What the user asked for; else 0, so that the same question has the same answer, which `eval` has measured."""
    return settings.temperature if settings.source("temperature") != "default" else 0.0


def _after(first: Reply, second: Reply) -> Reply:
    """The second of two replies to the same prompt, with what both took."""
    written = (first.output_tokens or 0) + (second.output_tokens or 0)
    return replace(
        second, output_tokens=written, cached_tokens=first.cached_tokens, seconds=first.seconds + second.seconds
    )


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
