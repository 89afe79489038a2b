"""What the agent needs of a backend: smolagents' `Model`, one typed `Reply` a turn, and one way to read a call out of it."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from smolagents.models import (
    ChatMessage,
    ChatMessageToolCall,
    ChatMessageToolCallFunction,
    MessageRole,
    Model,
)
from smolagents.monitoring import TokenUsage

from devops_agent.backends.toolcalls import Reply, read_call
from devops_agent.events import Watch, ignore
from devops_agent.tools.base import Parameters


@dataclass(frozen=True)
class Message:
    """One turn of the transcript. `role` is system, user, assistant or tool."""

    role: str
    content: str


@dataclass
class Sampling:
    """How the next reply is made. The agent turns these when the model garbles its calls or repeats itself."""

    constrained: bool = False
    warmer_by: float = 0.0


class ChatModel(Model):  # type: ignore[misc]
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
        reply = self.reply([Message(_role(message), _text(message)) for message in messages])
        usage = TokenUsage(reply.prompt_tokens or 0, reply.output_tokens or 0)
        return ChatMessage(role=MessageRole.ASSISTANT, content=reply.text, raw=reply, token_usage=usage)

    def parse_tool_calls(self, message: ChatMessage) -> ChatMessage:
        """Put the one call of a reply into `message.tool_calls`. Raises Fault, which smolagents feeds back."""
        call = read_call(message.raw, self.tools)
        function = ChatMessageToolCallFunction(name=call.tool, arguments=call.arguments)
        message.tool_calls = [ChatMessageToolCall(id="call", type="function", function=function)]
        return message


def _role(message: ChatMessage) -> str:
    role = getattr(message.role, "value", message.role)
    return {"tool-response": "tool", "tool-call": "assistant"}.get(role, role)


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "".join(part.get("text", "") for part in message.content or ())
