"""One rule and the commands it covers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from devops_agent.policy.tables.interpreters import INTERPRETERS
from devops_agent.policy.tables.wrappers import RAISING, TRANSPARENT
from devops_agent.policy.words import Word

Decision = Literal["allow", "ask", "typed", "forbid"]
DECISIONS: tuple[Decision, ...] = ("allow", "ask", "typed", "forbid")
"""From the mildest to the strictest, which wins."""
WRAPPERS = frozenset({*RAISING, *TRANSPARENT})
STARTERS = (
    INTERPRETERS | WRAPPERS | {"ssh", "find", "make", "at", "batch", "crontab", "tmux", "screen", "trap", "busybox"}
)
"""Programs that start others, so that a rule about their first words says nothing about what they do."""
CONDITIONS = ("context", "namespace", "folder")


@dataclass(frozen=True)
class Where:
    """Where a command acts: the contexts and namespaces of the clusters it reaches, and the folder it runs in."""

    context: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    folder: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """`argv` are the first words of a command, each with its alternatives; `when` patterns on where it acts.

    What follows those words may be anything for a rule that tightens. For one that allows, it may be operands and the
    options in `flags`, and nothing when the rule is `exact`. After the day `expires` a rule is as if it were not there.
    """

    argv: tuple[tuple[str, ...], ...]
    decision: Decision
    when: Mapping[str, str] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    exact: bool = False
    name: str = ""
    expires: date | None = None

    @property
    def text(self) -> str:
        """The rule in one line."""
        words = " ".join("|".join(choices) for choices in self.argv) + ", and nothing else" * self.exact
        where = "".join(f", {name} {pattern}" for name, pattern in self.when.items())
        return f"{self.decision:<7}{words}{where}" + (f", until {self.expires}" if self.expires else "")

    def counts(self, today: date) -> bool:
        """Whether the rule has not expired."""
        return self.expires is None or today <= self.expires

    def allows(self, words: Sequence[Word]) -> bool:
        """Whether this rule lets exactly these words run."""
        if self.decision != "allow" or not _begin(self.argv, [word.text for word in words]):
            return False
        rest = words[len(self.argv) :]
        if self.exact and rest:
            return False
        return not any(word.glob for word in words) and all(map(self._is_harmless, rest))

    def _is_harmless(self, word: Word) -> bool:
        return not word.text.startswith("-") or word.text.partition("=")[0] in self.flags

    def tightens(self, words: Sequence[str]) -> bool:
        """Whether this rule is about these words, also behind options and behind programs that start others."""
        if self.decision == "allow":
            return False
        starts = range(len(words)) if _program(words[0]) in STARTERS else range(1)
        return any(_pass_by(self.argv, [_program(words[start]), *words[start + 1 :]]) for start in starts)

    def holds(self, where: Where) -> bool:
        """Whether the conditions are met: everywhere for a rule that allows, anywhere for one that tightens."""
        return all(self._holds(pattern, getattr(where, name)) for name, pattern in self.when.items())

    def _holds(self, pattern: str, values: Sequence[str]) -> bool:
        if self.decision == "allow":
            return bool(values) and all(fnmatchcase(value, pattern) for value in values)
        return any(fnmatchcase(value, pattern) or value == "UNKNOWN" for value in values)


def _program(word: str) -> str:
    return word.rpartition("/")[2]


def _begin(argv: Sequence[Sequence[str]], words: Sequence[str]) -> bool:
    return len(words) >= len(argv) and all(word in choices for word, choices in zip(words, argv, strict=False))


def _pass_by(argv: Sequence[Sequence[str]], words: Sequence[str]) -> bool:
    """Whether the words begin with `argv` when options, and a word after each, may stand between."""
    position = 0
    for choices in argv:
        while position < len(words) and words[position] not in choices:
            is_option = words[position].startswith("-")
            if not is_option and not (position and words[position - 1].startswith("-")):
                return False
            position += 1
        if position == len(words):
            return False
        position += 1
    return True
