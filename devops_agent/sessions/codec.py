"""Events as text and back, without loss."""

import json
from dataclasses import asdict
from typing import Any

from devops_agent.events import (
    Answered,
    Call,
    Event,
    Observed,
    Proposed,
    Refused,
    Stumbled,
    ToolResult,
    Usage,
    Verdict,
)

KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (Proposed, Refused, Observed, Stumbled, Answered, Usage)}


def encode(event: Event) -> tuple[str, str]:
    """The kind of an event, and its fields as JSON."""
    return type(event).__name__, json.dumps(asdict(event), default=sorted)


def decode(kind: str, body: str) -> Event:
    """The event that `encode` was given."""
    values = {name: _READERS.get(name, _same)(value) for name, value in json.loads(body).items()}
    event: Event = KINDS[kind](**values)
    return event


def _same(value: Any) -> Any:
    return value


def _verdict(value: dict[str, Any]) -> Verdict:
    return Verdict(**{**value, "tags": frozenset(value["tags"]), "reasons": tuple(value["reasons"])})


_READERS: dict[str, Any] = {
    "call": lambda value: Call(**value),
    "result": lambda value: ToolResult(**value),
    "verdict": _verdict,
    "evidence": tuple,
}
