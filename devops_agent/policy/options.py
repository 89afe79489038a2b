"""The arguments of a command read by an allow-list of flags: what is not listed makes the command not understood.

A list is written as words, one a flag: `-a` takes nothing, `-n=` any value, `--color[=]` a value after `=` or none,
`-o=wide|name` one of these values, `-f=PATH` a file, `-c=N` a number, `-[abc]` three short flags, `-#` a number as a
flag (`-20`), and `-n|--namespace=` two spellings of one flag.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from devops_agent.policy.words import Word

SWITCHED = frozenset({"false", "true|false"})
"""Values of switches, which only count where they are attached: `--flag false` switches on, and names a file."""

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
NUMBER = re.compile(r"[+-]?\d[\d.,:]*[A-Za-z%]{0,3}")


class Unlisted(Exception):
    """An argument is not on the allow-list; the message says which."""


@dataclass(frozen=True)
class Flag:
    """One flag: its first spelling, whether it needs a value, may have one, and which values it allows."""

    name: str
    needs_value: bool = False
    may_have_value: bool = False
    kind: str = ""


Flags = Mapping[str, Flag]


@dataclass(frozen=True)
class Options:
    """What was found: flags by their first spelling with their values, the operands, and the files that flags name."""

    given: tuple[tuple[str, str], ...]
    operands: tuple[Word, ...]
    files: tuple[Word, ...] = ()

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.given)

    def values(self, *names: str) -> list[str]:
        return [value for name, value in self.given if name in names]


@cache
def flags(*lists: str) -> Flags:
    """The flags that these lists allow."""
    found: dict[str, Flag] = {}
    for token in " ".join(lists).split():
        names, has_value, kind = token.partition("=")
        optional = names.endswith("[") and kind == "]"
        spellings = _spellings(names[:-1] if optional else names)
        shared = Flag(spellings[0], bool(has_value) and not optional, optional, "" if optional else kind)
        grouped = names.startswith("-[")
        found.update({name: Flag(name, *list(vars(shared).values())[1:]) if grouped else shared for name in spellings})
    return found


def _spellings(names: str) -> list[str]:
    if names.startswith("-["):
        return [f"-{letter}" for letter in names[2 : names.index("]")]]
    return names.split("|")


def read_options(words: tuple[Word, ...], allowed: Flags, *, interspersed: bool = True) -> Options:
    """The options and operands of `words`; raises Unlisted on the first argument that is not allowed."""
    return _OptionReader(words, allowed).read(interspersed=interspersed)


class _OptionReader:
    """Reads arguments as getopt does: clusters, attached values, `--` and flags after operands."""

    def __init__(self, words: tuple[Word, ...], allowed: Flags) -> None:
        self.words = words
        self.allowed = allowed
        self.position = 0
        self.given: list[tuple[str, str]] = []
        self.operands: list[Word] = []
        self.files: list[Word] = []

    def read(self, *, interspersed: bool) -> Options:
        while self.position < len(self.words):
            word = self.words[self.position]
            self.position += 1
            if word.text == "--":
                self.operands += self.words[self.position :]
                break
            if len(word.text) > 1 and word.text.startswith("-"):
                self._flag(word)
                continue
            self.operands.append(word)
            if not interspersed:
                self.operands += self.words[self.position :]
                break
        return Options(tuple(self.given), tuple(self.operands), tuple(self.files))

    def _flag(self, word: Word) -> None:
        name, has_value, value = word.text.partition("=")
        flag = self.allowed.get(name)
        if flag is None:
            self._short(word)
        elif flag.needs_value and not has_value and flag.kind in SWITCHED:
            raise Unlisted(f"{name} is only known with {name}=false")
        elif flag.needs_value:
            self._take(flag, self._attached(word, value) if has_value else self._next(name))
        elif not has_value:
            self.given.append((flag.name, ""))
        elif value == "false" and not flag.may_have_value:
            self.given = [one for one in self.given if one[0] != flag.name]
        elif flag.may_have_value or value == "true":
            self._take(flag, self._attached(word, value))
        else:
            raise Unlisted(f"{word.text} is not on the list")

    def _short(self, word: Word) -> None:
        """A number, or a cluster such as `-tulpn` in which the last letter may carry a value."""
        text = word.text
        if "-#" in self.allowed and re.fullmatch(r"-\d+", text):
            self.given.append(("-#", text[1:]))
            return
        if text.startswith("--") or word.glob and not self._value_begins_before(word.literal_start):
            raise Unlisted(f"the flag {text.partition('=')[0]} is not on the read-only list")
        for index in range(1, len(text)):
            flag = self.allowed.get(f"-{text[index]}")
            if flag is None:
                raise Unlisted(f"the flag -{text[index]} is not on the read-only list")
            rest = text[index + 1 :]
            if flag.needs_value:
                self._take(flag, self._attached(word, rest) if rest else self._next(flag.name))
                return
            if flag.may_have_value and rest:
                self._take(flag, self._attached(word, rest))
                return
            self.given.append((flag.name, ""))

    def _value_begins_before(self, literal: str) -> bool:
        return any((flag := self.allowed.get(f"-{letter}")) and flag.needs_value for letter in literal[1:])

    def _attached(self, word: Word, value: str) -> Word:
        return Word(value, value, word.glob)

    def _next(self, name: str) -> Word:
        if self.position >= len(self.words):
            raise Unlisted(f"{name} has no value")
        word = self.words[self.position]
        self.position += 1
        if word.glob and "=" not in word.literal_start:
            raise Unlisted(f"the value of {name} is a pattern that the shell would expand")
        return word

    def _take(self, flag: Flag, value: Word) -> None:
        if flag.kind == "PATH" and SCHEME.match(value.text):
            raise Unlisted(f"{flag.name} {value.text} is read from the network")
        if flag.kind == "PATH":
            self.files.append(value)
        elif flag.kind == "N" and not NUMBER.fullmatch(value.text.removeprefix("=")):
            raise Unlisted(f"{flag.name} takes a number")
        elif flag.kind not in ("", "PATH", "N") and value.text.removeprefix("=") not in flag.kind.split("|"):
            raise Unlisted(f"{flag.name} {value.text} is not on the read-only list")
        self.given.append((flag.name, value.text))
