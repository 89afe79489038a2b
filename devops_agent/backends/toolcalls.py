"""From a model's reply to exactly one call, or to the fault that says what was wrong. Pure.

Strict JSON first; safe repairs only when that fails; command text is never guessed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from devops_agent.events import Call
from devops_agent.tools.base import Parameters


@dataclass(frozen=True)
class Reply:
    """What one model request gave back.

    `native_calls` are (name, arguments) pairs a server parsed itself; `done` is why the model stopped ("" when the
    stream ended without a reason). Token counts are None when the server did not say.
    """

    text: str
    thinking: str = ""
    native_calls: tuple[tuple[str, Any], ...] = ()
    done: Literal["stop", "length", ""] = "stop"
    prompt_tokens: int | None = None
    output_tokens: int | None = None
    seconds: float = 0.0


class Fault(Exception):
    """A reply that cannot be used. `kind` names a row of `devops_agent.faults`; the text is what the model is told."""

    def __init__(self, kind: str, feedback: str) -> None:
        super().__init__(feedback)
        self.kind = kind


def read_call(reply: Reply, tools: Mapping[str, Parameters]) -> Call:
    """The one call of a reply, its arguments checked and coerced. Raises Fault."""
    raise NotImplementedError
