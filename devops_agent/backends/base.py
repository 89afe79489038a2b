"""What the agent needs of a backend: smolagents' `Model`, one typed `Reply` a turn, one reading of its call."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devops_agent.backends.toolcalls import Reply, read_call, written_call
from devops_agent.errors import LimitError
from devops_agent.events import Watch, ignore
from devops_agent.patches import (
    ChatMessage,
    ChatMessageToolCall,
    ChatMessageToolCallFunction,
    MessageRole,
    Model,
    TokenUsage,
)
from devops_agent.tokens import fewest_tokens
from devops_agent.tools.base import Parameters
from devops_agent.transcript import Message

LEAST_BELIEVABLE_COUNT = 64
"""A server that reports fewer prompt tokens counts only what its cache lacked: no prompt of ours is so short."""
CUT_BELOW = 0.8
HOTTEST = 2.0


@dataclass
class Sampling:
    """How the next reply is made. The agent turns these when the model garbles its calls or repeats itself."""

    constrained: bool = False
    warmer_by: float = 0.0
    promise_is_answer: bool = False

    def temperature(self, usual: float) -> float:
        """The temperature to sample with, where `usual` is that of the settings."""
        return min(HOTTEST, usual + self.warmer_by)


class ChatModel(Model):
    """A smolagents model whose replies are read by our own rules.

    `window` is the context the server really gives, in tokens. `watch` sees each piece of a reply as it arrives.
    """

    def __init__(self, *, model_id: str, window: int) -> None:
        super().__init__(model_id=model_id)
        self.window = window
        self.watch: Watch = ignore
        self.sampling = Sampling()
        self.tools: dict[str, Parameters] = {}

    @abstractmethod
    def reply(self, messages: Sequence[Message]) -> Reply:
        """Ask the model once. Raises BackendError; a KeyboardInterrupt closes the connection and passes through."""

    def cancel(self) -> None:
        """Stop a `reply` that is under way in another thread, within 100 ms."""

    def close(self) -> None:
        """Give back connections and files."""

    def generate(self, messages: list[ChatMessage], *_: Any, **__: Any) -> ChatMessage:
        """smolagents' door. Its stop strings are ignored on purpose: they would cut legitimate tool arguments."""
        turns = [Message(_role(message), _text(message)) for message in messages]
        reply = self.reply(turns)
        _check_not_cut(turns, reply)
        usage = TokenUsage(reply.prompt_tokens or 0, reply.output_tokens or 0)
        content = reply.text or "".join(written_call(*call) for call in reply.native_calls)
        return ChatMessage(role=MessageRole.ASSISTANT, content=content, raw=reply, token_usage=usage)

    def parse_tool_calls(self, message: ChatMessage) -> ChatMessage:
        """Put the one call of a reply into `message.tool_calls`. Raises Fault, which smolagents feeds back."""
        call = read_call(message.raw, self.tools, promise_is_answer=self.sampling.promise_is_answer)
        function = ChatMessageToolCallFunction(name=call.tool, arguments=call.arguments)
        message.tool_calls = [ChatMessageToolCall(id="call", type="function", function=function)]
        return message


def _check_not_cut(turns: Sequence[Message], reply: Reply) -> None:
    """Raise LimitError when the server read far less than it was sent: it dropped a part without saying so."""
    counted, sent = reply.prompt_tokens or 0, fewest_tokens(turn.content for turn in turns)
    if LEAST_BELIEVABLE_COUNT <= counted < CUT_BELOW * sent:
        raise LimitError(
            f"the model server read only {counted} of at least {sent} tokens: it cut the prompt to fit its context",
            hint="raise --num-ctx and the server's own limit (OLLAMA_CONTEXT_LENGTH), or use a smaller model",
        )


def _role(message: ChatMessage) -> str:
    role: str = getattr(message.role, "value", message.role)
    return {"tool-response": "tool", "tool-call": "assistant"}.get(role, role)


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "".join(part.get("text", "") for part in message.content or ())
