"""The one door to smolagents: everything the project uses of it, imported the way it must be.

Nothing inside smolagents is replaced. One bend is its import, which would read `.env` files of the working folder and
its parents into our environment; the other is how a run is left half-way. Tests prove both, and fail when smolagents no
longer needs them.
"""

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Any

DOTENV_SWITCH = "PYTHON_DOTENV_DISABLED"


@contextmanager
def _import_conditions() -> Iterator[None]:
    """No `.env` reading; and no garbage collection, which takes a third of the time and frees nothing."""
    ours = DOTENV_SWITCH not in os.environ
    os.environ.setdefault(DOTENV_SWITCH, "1")
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
            gc.freeze()
        if ours:
            del os.environ[DOTENV_SWITCH]


with _import_conditions():
    from smolagents import Tool, ToolCallingAgent
    from smolagents.agents import ToolOutput
    from smolagents.memory import ActionStep, ToolCall
    from smolagents.models import (
        ChatMessage,
        ChatMessageToolCall,
        ChatMessageToolCallFunction,
        MessageRole,
        Model,
    )
    from smolagents.monitoring import AgentLogger, LogLevel, TokenUsage
    from smolagents.utils import AgentGenerationError, AgentParsingError


def drain(stream: Generator[Any, None, None]) -> None:
    """End a run's generator from inside: it yields in a `finally`, so that closing it half-way raises RuntimeError."""
    with suppress(BaseException):
        stream.throw(GeneratorExit)
    with suppress(BaseException):
        for _ in stream:
            pass


__all__ = [
    "ActionStep",
    "AgentGenerationError",
    "AgentLogger",
    "AgentParsingError",
    "ChatMessage",
    "ChatMessageToolCall",
    "ChatMessageToolCallFunction",
    "LogLevel",
    "MessageRole",
    "Model",
    "TokenUsage",
    "Tool",
    "ToolCall",
    "ToolCallingAgent",
    "ToolOutput",
    "drain",
]
