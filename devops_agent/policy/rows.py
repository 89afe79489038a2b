"""The form of the tables. A `Row` lowers: these words with these flags and operands are a read. An `Alarm` raises.

A `Program` is a tool with its rows and alarms. What no row describes exactly is a change, or what an alarm says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Literal

from devops_agent.events import Risk
from devops_agent.policy.judgement import Judgement
from devops_agent.policy.options import Flags, Options, flags
from devops_agent.policy.paths import Ground
from devops_agent.policy.words import Word

Kind = Literal["content", "name", "text", "word", "address"]


@dataclass(frozen=True)
class Operands:
    """How many operands there may be and what they are.

    `content` names files that are read, `name` files that are only looked at, `text` is printed and never interpreted,
    `address` is a URL, in which an unquoted `?` is no pattern that matters; `word` must not be expanded by the shell.
    """

    least: int = 0
    most: int = 1000
    kind: Kind = "word"


NONE = Operands(0, 0)
WORDS = Operands()
SOME_WORDS = Operands(least=1)
FILES = Operands(kind="content")
SOME_FILES = Operands(least=1, kind="content")
ONE_FILE = Operands(0, 1, "content")
LISTED = Operands(kind="name")
TEXT = Operands(kind="text")


def words(least: int, most: int) -> Operands:
    return Operands(least, most)


def files(least: int, most: int) -> Operands:
    return Operands(least, most, "content")


@dataclass(frozen=True)
class Use:
    """One use of a program: its arguments, where it runs, and how to judge a command inside it.

    `options` is set once the arguments matched the row's flags.
    """

    name: str
    arguments: tuple[Word, ...]
    ground: Ground
    judge_words: Callable[[Sequence[Word]], Judgement]
    judge_text: Callable[[str], Judgement]
    options: Options = field(default_factory=lambda: Options((), ()))

    @cached_property
    def texts(self) -> list[str]:
        return [word.text for word in self.arguments]

    @property
    def operands(self) -> list[str]:
        """The operands by the row's flags."""
        return [word.text for word in self.options.operands]


Check = Callable[[Use], Judgement | None]
Judge = Callable[[Use], Judgement]


@dataclass(frozen=True)
class Row:
    """One way to use a program that changes nothing. `check` may object to what flags and counts cannot say.

    The flags are kept as written and read when the row is first tried: there are thousands, and a task needs few.
    """

    verbs: tuple[tuple[str, ...], ...]
    allowed: str
    operands: Operands
    check: Check | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    needs_any: bool = False

    @property
    def flags(self) -> Flags:
        return flags(self.allowed)

    @property
    def needs(self) -> tuple[str, ...]:
        """The flags of which at least one must be given."""
        return tuple({flag.name for flag in self.flags.values()}) if self.needs_any else self.needed

    def depth(self, found: Sequence[str]) -> int:
        """How many words of `found` are this row's verb; -1 if they are another one's."""
        return max((len(verb) for verb in self.verbs if _is_verb(verb, found)), default=-1)


def _is_verb(verb: Sequence[str], found: Sequence[str]) -> bool:
    return len(found) >= len(verb) and all(map(_fits, found, verb))


def _fits(word: str, wanted: str) -> bool:
    return any(fnmatchcase(word, choice) for choice in wanted.split("|"))


def _alternatives(text: str) -> tuple[tuple[str, ...], ...]:
    """`a|b c, d` means `a c`, `b c` or `d`."""
    return tuple(tuple(one.split()) for one in text.split(", "))


def row(
    verb: str,
    allowed: str = "",
    operands: Operands = NONE,
    check: Check | None = None,
    before: str = "",
    after: str = "",
    needs: str = "",
) -> Row:
    """A row for `verb`: "" is the program itself, `a|b c, d` means `a c`, `b c` or `d`, and `*` any word.

    `before` and `after` are flags put in before and after the verb of the command that runs; of the flags in `needs`
    at least one must be given.
    """
    return Row(
        _alternatives(verb), allowed, operands, check, tuple(before.split()), tuple(after.split()), tuple(needs.split())
    )


def only(allowed: str, operands: Operands = NONE, check: Check | None = None) -> Row:
    """A row for the program itself when at least one of exactly these flags is given."""
    return Row(((),), allowed, operands, check, needs_any=True)


@dataclass(frozen=True)
class Alarm:
    """A use that is worse than a plain change: words in this order, flags anywhere, written as in `row`."""

    wanted: tuple[tuple[str, ...], ...]
    reason: str
    risk: Risk = "DESTROY"
    tags: frozenset[str] = frozenset()

    def rings(self, arguments: Sequence[str]) -> bool:
        return any(_rings(wanted, arguments) for wanted in self.wanted)


def _rings(wanted: Sequence[str], arguments: Sequence[str]) -> bool:
    rest = [argument for argument in arguments if not argument.startswith("-")]
    for one in wanted:
        if one.startswith("-"):
            if not any(_has_flag(arguments, choice) for choice in one.split("|")):
                return False
            continue
        found = next((index for index, word in enumerate(rest) if _fits(word, one)), None)
        if found is None:
            return False
        rest = rest[found + 1 :]
    return True


def _has_flag(arguments: Sequence[str], wanted: str) -> bool:
    """Whether a flag is given, alone, in a cluster, shortened, or with the wanted value attached or next."""
    name, has_value, value = wanted.partition("=")
    for index, argument in enumerate(arguments):
        given, attached, given_value = argument.partition("=")
        if not _is_flag(given, name):
            continue
        if not has_value:
            return given_value not in ("false", "0") if attached else True
        following = arguments[index + 1 : index + 2]
        if fnmatchcase(given_value if attached else "".join(following), value):
            return True
    return False


def _is_flag(given: str, name: str) -> bool:
    if given == name:
        return True
    if name.startswith("--"):
        return len(given) > 4 and name.startswith(given)
    return len(name) == 2 and given[:1] == "-" and given[1:2] != "-" and name[1] in given[1:] and given[1:].isalnum()


def alarm(wanted: str, reason: str, risk: Risk = "DESTROY", *tags: str) -> Alarm:
    return Alarm(_alternatives(wanted), reason, risk, frozenset(tags))


def change_alarms(reason: str, *wanted: str, tag: str = "") -> tuple[Alarm, ...]:
    """Alarms that stay a change, but with a tag or a better reason."""
    return tuple(alarm(one, reason, "CHANGE", *([tag] if tag else [])) for one in wanted)


def destroy_alarms(pairs: Mapping[str, str]) -> tuple[Alarm, ...]:
    """Alarms for uses that are hard to undo, by what each does."""
    return tuple(alarm(wanted, reason) for wanted, reason in pairs.items())


@dataclass(frozen=True)
class Program:
    """A tool: its names, the flags that may stand before or after any verb, its rows, alarms and inner programs.

    `inner` judges what else the arguments hold (commands that it starts, code, SQL); `judge` replaces the rows.
    """

    names: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    shared: str = ""
    alarms: tuple[Alarm, ...] = ()
    programs: Mapping[str, "Program"] = field(default_factory=dict)
    inner: Check | None = None
    judge: Judge | None = None
    otherwise: str = ""
    tags: frozenset[str] = frozenset()


def program(
    names: str,
    *rows: Row,
    shared: str = "",
    alarms: Sequence[Alarm] = (),
    programs: Mapping[str, Program] | None = None,
    inner: Check | None = None,
    judge: Judge | None = None,
    otherwise: str = "",
    tags: str = "",
) -> Program:
    """A program under one or more names. `otherwise` says what a use outside the rows may do."""
    return Program(
        tuple(names.split()),
        rows,
        shared,
        tuple(alarms),
        programs or {},
        inner,
        judge,
        otherwise,
        frozenset(tags.split()),
    )


def simple(names: str, allowed: str = "", operands: Operands = NONE, check: Check | None = None) -> Program:
    """A program without verbs that only reads."""
    return program(names, row("", allowed, operands, check))
