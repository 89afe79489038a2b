"""Where the words of a call come from: the user, or something that was read. Pure."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from devops_agent.events import Call

WORD = re.compile(r"[^\s'\"`<>|;&(){}\[\],=$\\]{8,}")
PARTS = re.compile(r"[^/@]{8,}")
EDGES = ".,:;!?"
MOST = 3
REMEMBERED = 400
"""Texts that are looked through, the latest; a long conversation must not fill the memory."""


@dataclass
class Provenance:
    """What the user said and what was read of late."""

    said: deque[str] = field(default_factory=partial(deque, maxlen=REMEMBERED))
    read: deque[tuple[str, str]] = field(default_factory=partial(deque, maxlen=REMEMBERED))

    def hear(self, text: str, context: str = "") -> None:
        """Words of the user's own, and the text that came with them."""
        self.said.append(text.lower())
        self.see("standard input", context)

    def see(self, source: str, text: str) -> None:
        """Text that came from elsewhere, and from where."""
        self.read.append((source, text.lower()))

    def see_step(self, number: int, output: str) -> None:
        """What a step of the conversation printed."""
        self.see(f"step {number}'s output", output)

    def forget(self) -> None:
        """The conversation begins anew."""
        self.said.clear()
        self.read.clear()

    def notes(self, call: Call) -> tuple[str, ...]:
        """One note for each of the first few words of the call that were read and not said by the user."""
        found = (self._note(word) for word in dict.fromkeys(words_of(call.arguments)))
        return tuple(list(filter(None, found))[:MOST])

    def _note(self, word: str) -> str:
        for part in (word, *PARTS.findall(word)):
            wanted = part.lower()
            if any(wanted in text for text in self.said):
                return ""
            source = next((source for source, text in reversed(self.read) if wanted in text), "")
            if source:
                return f"{part} came from {source}, not from you"
        return ""


def words_of(arguments: dict[str, Any]) -> Iterator[str]:
    """The telling words of a call's arguments; a file's content is not among them, since its change is shown."""
    for name, value in arguments.items():
        for match in WORD.finditer("" if name == "content" else str(value)):
            word = match[0].strip(EDGES)
            if len(word) >= 8 and not word.startswith("-"):
                yield word
