"""The one door to smolagents: everything the project uses of it, imported the way it must be.

Nothing inside smolagents is replaced. The bend is its import, which would read `.env` files of the working folder and
its parents into our environment; a test proves that, and fails when smolagents no longer does it.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

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
]
