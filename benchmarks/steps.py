"""What the agent itself costs while the model costs nothing."""

import tempfile
import time
from pathlib import Path

from smolagents import Tool, ToolCallingAgent
from smolagents.models import ChatMessage, ChatMessageToolCall, ChatMessageToolCallFunction, MessageRole, Model
from smolagents.monitoring import LogLevel

from benchmarks.measure import Row, paired
from tests.playing import Play, answers, says

STEPS = 50


def own_time() -> Row:
    """Milliseconds a step takes with a tool that does nothing, against smolagents' own agent, silenced."""
    ours, theirs = paired(_ours, _theirs, times=5)
    figure, against = f"{ours / STEPS * 1000:.2f} ms", f"{ours / theirs:.1f} × smolagents' own agent, silent"
    return Row("own time per step, model at 0 ms", figure, against, "≤ 5 ms")


def reread() -> Row:
    """Bytes a server must read anew in a step, against all bytes of the request."""
    replies = [says("get_env", key=f"NAME_{number}") for number in range(STEPS)]
    play = Play(Path(tempfile.mkdtemp()), *replies, answers("None of them is set."), max_steps=STEPS + 1, window=65_536)
    play.events()
    sizes = [sum(len(turn.content) for turn in request) for request in play.model.requests]
    fresh = [later - earlier for earlier, later in zip(sizes, sizes[1:], strict=False)]
    for earlier, later in zip(play.model.requests, play.model.requests[1:], strict=False):
        assert later[: len(earlier)] == earlier
    share = sum(fresh) / sum(sizes[1:])
    return Row(
        "bytes that are new to the server, per step",
        f"{sum(fresh) / len(fresh):.0f}",
        f"{share:.1%} of the request",
        "only what is new",
    )


def _ours() -> float:
    replies = [says("get_env", key=f"NAME_{number}") for number in range(STEPS)]
    play = Play(Path(tempfile.mkdtemp()), *replies, answers("None of them is set."), max_steps=STEPS + 1, window=65_536)
    started = time.perf_counter()
    play.events()
    return time.perf_counter() - started


def _theirs() -> float:
    agent = ToolCallingAgent([_Nothing()], _Calls(), max_steps=STEPS + 1, verbosity_level=LogLevel.OFF)
    started = time.perf_counter()
    agent.run("look")
    return time.perf_counter() - started


class _Nothing(Tool):  # type: ignore[misc]
    name, description, output_type = "get_env", "Read one variable.", "string"
    inputs = {"key": {"type": "string", "description": "its name"}}

    def forward(self, key: str) -> str:
        return f"{key} is not set"


class _Calls(Model):  # type: ignore[misc]
    count = 0

    def generate(self, *_: object, **__: object) -> ChatMessage:
        self.count += 1
        name, arguments = ("get_env", {"key": f"NAME_{self.count}"})
        if self.count > STEPS:
            name, arguments = "final_answer", {"answer": "None."}
        function = ChatMessageToolCallFunction(name=name, arguments=arguments)
        call = ChatMessageToolCall(id=str(self.count), type="function", function=function)
        return ChatMessage(role=MessageRole.ASSISTANT, content="", tool_calls=[call])
