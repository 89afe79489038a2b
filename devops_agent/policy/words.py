"""Words of a command: what the program receives, and the shell text that makes exactly that."""

import shlex
from dataclasses import dataclass

GLOB_CHARACTERS = "*?["


@dataclass(frozen=True)
class Word:
    """`text` is the argument after quote removal, `source` shell text for it; `glob`: the shell expands it."""

    text: str
    source: str
    glob: bool = False

    @property
    def starts_open(self) -> bool:
        """Whether the expansion may begin with a dash and so be taken for a flag."""
        return self.glob and self.text[:1] in GLOB_CHARACTERS

    @property
    def literal_start(self) -> str:
        """The text before the first character that the shell may expand."""
        if not self.glob:
            return self.text
        return self.text[: min(self.text.find(c) for c in GLOB_CHARACTERS if c in self.text)]

    def in_this_folder(self) -> "Word":
        """The same pattern with `./` before it, so that no file name can be taken for a flag."""
        return Word("./" + self.text, "./" + self.source, self.glob) if self.starts_open else self


def plain(text: str) -> Word:
    """The word that gives the program exactly `text`."""
    return Word(text, shlex.quote(text))


def plain_words(*texts: str) -> tuple[Word, ...]:
    return tuple(map(plain, texts))


def texts(words: tuple[Word, ...]) -> list[str]:
    """The arguments as the program receives them, patterns unexpanded."""
    return [word.text for word in words]
