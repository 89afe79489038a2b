"""Words of a command line, sorted into options and operands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass
class Options:
    """The operands in their order, and each option with its values ("" for a flag)."""

    operands: list[str] = field(default_factory=list)
    given: dict[str, list[str]] = field(default_factory=dict)

    def has(self, *names: str) -> bool:
        return any(name in self.given for name in names)

    def get(self, *names: str, default: str = "") -> str:
        """The last value given under any of the names."""
        return next((self.given[name][-1] for name in names if name in self.given), default)

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self.given.get(name, [])]

    def operand(self, index: int, default: str = "") -> str:
        return self.operands[index] if index < len(self.operands) else default


def read_options(words: Sequence[str], valued: str = "") -> Options:
    """Sort words. `valued` names the options that take a value; flags of one letter may be written together."""
    takes_value = set(valued.split())
    options = Options()
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            options.operands += waiting
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            _add(options, name, value if equals else next(waiting, "") if name in takes_value else "")
        elif word.startswith("-") and len(word) > 1:
            _add_short(options, word, takes_value, waiting)
        else:
            options.operands.append(word)
    return options


def _add(options: Options, name: str, value: str) -> None:
    options.given.setdefault(name, []).append(value)


def _add_short(options: Options, word: str, takes_value: set[str], waiting: Iterable[str]) -> None:
    letters = word[1:]
    while letters:
        name, letters = f"-{letters[0]}", letters[1:]
        if name in takes_value:
            _add(options, name, letters.removeprefix("=") or next(iter(waiting), ""))
            return
        _add(options, name, "")
