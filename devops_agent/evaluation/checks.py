"""What makes a first call right and a task solved: facts shown, changes made, words in the answer. Pure."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from devops_agent.evaluation.worlds.condition import Changes
from devops_agent.events import Call

TRAILER = re.compile(r"^\[.*\]$", re.MULTILINE)
FAILED = re.compile(r"^\[exit code (?!0)", re.MULTILINE)
WORD = re.compile(r"[\w./:@=-]*\w")


@dataclass(frozen=True)
class Look:
    """What one call of the oracle found: the facts that matter, all it was told, and whether it changed something."""

    facts: tuple[str, ...]
    told: str
    changed: bool = False


@dataclass(frozen=True)
class Check:
    """How to tell whether a task was solved.

    `looks` belong to the reference calls, one each. `allowed` holds, for each fact that may change, every value it may
    have on the way (None: it is gone), and `wanted` the last one. `contents` are texts that a written file must hold,
    whatever else is in it. In `holds` each group names alternatives of which the answer must have one; `lacks` names
    words it must not have.
    """

    looks: tuple[Look, ...] = ()
    allowed: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    wanted: Mapping[str, str | None] = field(default_factory=dict)
    contents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    holds: tuple[tuple[str, ...], ...] = ()
    lacks: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Check":
        """The check of a record. Raises KeyError or TypeError."""
        return cls(
            looks=tuple(Look(tuple(one["facts"]), one["told"], one["changed"]) for one in record["looks"]),
            allowed={name: list(values) for name, values in record["allowed"].items()},
            wanted=dict(record["wanted"]),
            contents={name: list(texts) for name, texts in record["contents"].items()},
            holds=tuple(tuple(group) for group in record["holds"]),
            lacks=tuple(record["lacks"]),
        )

    def record(self) -> dict[str, Any]:
        """The check as a JSON object."""
        looks = [{"facts": list(look.facts), "told": look.told, "changed": look.changed} for look in self.looks]
        rest = {name: dict(getattr(self, name)) for name in ("allowed", "wanted", "contents")}
        return {"looks": looks, **rest, "holds": [list(group) for group in self.holds], "lacks": list(self.lacks)}

    def permits(self, changes: Changes) -> bool:
        """Whether all of these changes are on the way to what is wanted."""
        return all(self._permits(name, value) for name, value in changes.items())

    def _permits(self, name: str, value: str | None) -> bool:
        if name in self.contents and value is not None:
            return True
        return name in self.allowed and value in self.allowed[name]

    def fulfilled(self, changes: Changes) -> bool:
        """Whether what changed is exactly what was wanted."""
        if set(changes) != {*self.wanted, *self.contents}:
            return False
        made = all(changes[name] == value for name, value in self.wanted.items())
        return made and all(_has_all(changes[name], texts) for name, texts in self.contents.items())

    def answered(self, text: str) -> bool:
        """Whether an answer says what it has to, and nothing that is wrong."""
        told = all(any(mentions(text, word) for word in group) for group in self.holds)
        return told and not any(mentions(text, word) for word in self.lacks)


def mentions(text: str, value: str) -> bool:
    """Whether a value stands in a text as a whole, whatever the case."""
    return re.search(rf"(?<![\w.-]){re.escape(value)}(?![\w]|[.-]\w)", text, re.IGNORECASE) is not None


def same_call(one: Call, other: Call) -> bool:
    """Whether two calls are the same but for blanks and quotes."""
    if one.tool != other.tool:
        return False
    return _words(one) == _words(other) if one.tool == "bash" else one.arguments == other.arguments


def shows(told: str, call: Call, look: Look, reference: Call, question: str) -> bool:
    """Whether what a call was told gives what a reference call would have given.

    Where the reference found no fact that matters (nothing there, or an error), the call must have asked the same
    program about the same things and have been told as little. A change is not replaced by a look.
    """
    if look.changed:
        return False
    if look.facts:
        return all(mentions(told, fact) for fact in look.facts)
    if _body(told) == _body(look.told):
        return True
    asked = {word for word in _spoken(reference) if mentions(question, word)}
    same_end = bool(FAILED.search(told)) == bool(FAILED.search(look.told))
    return same_end and _program(call) == _program(reference) and asked <= _spoken(call)


def _has_all(text: str | None, wanted: Sequence[str]) -> bool:
    return text is not None and all(one in text for one in wanted)


def _words(call: Call) -> list[str]:
    command = str(call.arguments.get("command", ""))
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _spoken(call: Call) -> set[str]:
    return {word for value in call.arguments.values() for word in WORD.findall(str(value))}


def _program(call: Call) -> list[str]:
    return [call.tool, *(_words(call)[:1] if call.tool == "bash" else [])]


def _body(told: str) -> str:
    return TRAILER.sub("", told).strip()
