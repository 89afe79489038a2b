"""Puts tags in the place of secrets, and secrets in the place of tags."""

import os
import re
from collections.abc import Iterator, Mapping

from devops_agent.secrets.assignments import find_assignments
from devops_agent.secrets.forms import forms
from devops_agent.secrets.found import Found, merged, outside
from devops_agent.secrets.manifests import KIND, decoded, find_manifest_values
from devops_agent.secrets.names import is_secret
from devops_agent.secrets.patterns import find_patterns
from devops_agent.secrets.tokens import find_tokens
from devops_agent.text import TAG

FINDERS = (find_tokens, find_patterns, find_assignments, find_manifest_values)
LEAST_KNOWN = 8
"""Characters a value must have to be looked for everywhere; shorter ones would hide innocent text."""

WORDLIKE = 16
MOST_KNOWN = 2000
"""Values that are looked for; more would make reading slow. Rules still find what comes after."""

MOST_SHORT_TAGS = 40_000
REMARK = re.compile(r"\[(?:[a-z]|\.\.\. )[^ ]* .*\]")
"""What the tools say about an output: several words in brackets, in small letters."""


class Redactor:
    """Knows the secrets of one session. Pure but for what it remembers, which is never written anywhere."""

    def __init__(self) -> None:
        self._marks: dict[str, tuple[str, str]] = {}
        self._hidden: dict[str, str] = {}
        self._known: dict[str, tuple[str, str]] = {}
        self._values = 0
        self._used: set[str] = set()

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Redactor":
        """A redactor that knows the secrets of this environment."""
        redactor = cls()
        redactor.learn_environment(environment)
        return redactor

    def learn_environment(self, environment: Mapping[str, str]) -> None:
        """Look for the secret values among these variables, and for the secrets within them, wherever they recur."""
        for name, value in environment.items():
            if is_secret(name, value):
                self.learn(value, "env")
                self._learn_within(value)

    def learn(self, value: str, kind: str) -> None:
        """Look for this value from now on, in every form. One that is short or an ordinary word is left alone."""
        value = value.strip()
        if value in self._known or self._values >= MOST_KNOWN or not _is_telling(value) or TAG.search(value):
            return
        self._values += 1
        kind, mark = self._mark(value, kind)
        for name, text in forms(value):
            self._known.setdefault(text, (f"{kind}/{name}" if name else kind, mark))

    def avoid(self, text: str) -> None:
        """Give no new value a tag that this text already holds for another."""
        self._used.update(tag["mark"] for tag in TAG.finditer(text))

    def redact(self, text: str) -> str:
        """The text with a tag in the place of every secret."""
        found = self._learn_within(text)
        tags = [tag.span() for tag in TAG.finditer(text)]
        places = merged([*found, *self._recurrences(text)])
        return self._tagged(text, [part for place in places for part in outside(place, tags)])

    def hide_lines(self, text: str, kind: str) -> str:
        """The text with every line as a secret, but for remarks in brackets."""
        for line in text.splitlines():
            if not _is_remark(line):
                self.learn(line, kind)
        lines = text.split("\n")
        return "\n".join(line if _is_remark(line) else self._tag(line, kind) for line in lines)

    def restore(self, text: str) -> str:
        """The text with the secret in the place of every tag of this session."""
        return TAG.sub(lambda tag: self._hidden.get(tag[0], tag[0]), text)

    def value(self, tag: str) -> str | None:
        """What a tag stands for; None when this session gave no such tag."""
        return self._hidden.get(tag)

    def _learn_within(self, text: str) -> list[Found]:
        found = [one for find in FINDERS for one in find(text)]
        for one in found:
            self._learn_found(text[one.start : one.end], one.kind)
        return found

    def _learn_found(self, value: str, kind: str) -> None:
        plain = decoded(value) if kind == KIND or kind == "private-key" else None
        if plain:
            self.learn(plain, kind)
        self.learn(value, kind)

    def _recurrences(self, text: str) -> Iterator[Found]:
        for known, (kind, _) in self._known.items():
            position = text.find(known)
            while position >= 0:
                yield Found(position, position + len(known), kind)
                position = text.find(known, position + len(known))

    def _tagged(self, text: str, places: list[Found]) -> str:
        parts, end = [], 0
        for place in places:
            parts += [text[end : place.start], self._tag(text[place.start : place.end], place.kind)]
            end = place.end
        return "".join([*parts, text[end:]])

    def _tag(self, secret: str, kind: str) -> str:
        kind, mark = self._known.get(secret) or self._mark(secret, kind)
        tag = f"‹redacted:{kind}:{mark}›"
        if self._hidden.setdefault(tag, secret) == secret:
            return tag
        return self._other_spelling(secret, kind)

    def _other_spelling(self, secret: str, kind: str) -> str:
        """A tag for a second text of the same form, such as two wrappings of one base64 text."""
        _, mark = self._mark(secret, kind)
        tag = f"‹redacted:{kind}:{mark}›"
        self._hidden[tag] = secret
        return tag

    def _mark(self, value: str, kind: str) -> tuple[str, str]:
        """The kind a value was first seen as, and its digits, drawn by lot so that they say nothing about it."""
        if value not in self._marks:
            mark = ""
            while not mark or mark in self._used:
                mark = os.urandom(2 if len(self._used) < MOST_SHORT_TAGS else 4).hex()
            self._used.add(mark)
            self._marks[value] = kind, mark
        return self._marks[value]


def _is_telling(value: str) -> bool:
    """Whether a value is unlikely to turn up by chance."""
    if len(value) < LEAST_KNOWN:
        return False
    return len(value) >= WORDLIKE or not value.isalpha()


def _is_remark(line: str) -> bool:
    return not line.strip() or bool(REMARK.fullmatch(line))
