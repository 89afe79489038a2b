"""What looks like production: there, a change counts as destruction."""

import re
from collections.abc import Iterable
from dataclasses import replace

from devops_agent.docker_endpoint import UNKNOWN
from devops_agent.events import Verdict
from devops_agent.guard.targets import Target

PIECE = re.compile(r"[A-Z]*[a-z]+|[A-Z]+")
SEPARATOR = re.compile(r"[\s,|]+")


def raised(verdict: Verdict, aims: Iterable[Target], protected: str) -> Verdict:
    """The verdict on a command with these targets: a change there destroys if a name holds a word of `protected`."""
    if verdict.risk != "CHANGE":
        return verdict
    reason = next((why for target in aims if (why := _why(target, protected))), "")
    return replace(verdict, risk="DESTROY", reasons=(*verdict.reasons, reason)) if reason else verdict


def is_production(name: str, protected: str) -> bool:
    """Whether one of the words of `protected` is a word of `name`, with or without digits after it."""
    words = {word.lower() for word in SEPARATOR.split(protected) if word}
    return not words.isdisjoint(piece.lower() for piece in PIECE.findall(name))


def _why(target: Target, protected: str) -> str:
    if any(name.startswith(UNKNOWN) for name in target.names):
        return f"where {target.program} goes is unknown, which counts as production"
    name = next((name for name in target.names if is_production(name, protected)), "")
    return f"{name} is protected as production" if name else ""
