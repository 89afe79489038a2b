"""One word of plain bash: quotes, escapes, known variables and patterns."""

import re
import shlex
from collections.abc import Mapping

from devops_agent.policy.words import GLOB_CHARACTERS, Word, plain

WORD_ENDS = " \t\n;|&()<>"
UNQUOTED = re.compile(r"[A-Za-z0-9_@%+=:,./^-]+")
VARIABLE = re.compile(r"\$(\{)?([A-Za-z_][A-Za-z0-9_]*)(?(1)\})")
LITERAL_DOLLAR = re.compile(r"\$(?=[ \"/|).,:;%^\]])")


class NotPlain(Exception):
    """The text may be fine bash, but it is not plain; the message says what was met."""


def read_word(text: str, position: int, variables: Mapping[str, str]) -> tuple[Word, str, int]:
    """The word at `position`, its skeleton, and where it ends.

    The skeleton is the unquoted text, with `x` for each quoted character and `$` for a variable.
    """
    reader = _WordReader(text, position, variables)
    reader.read()
    return reader.pieces.word(), reader.pieces.skeleton, reader.position


def _expands_braces(skeleton: str) -> bool:
    inside = skeleton.partition("{")[2]
    return "," in inside or ".." in inside


class _WordReader:
    """Reads one word from left to right."""

    def __init__(self, text: str, position: int, variables: Mapping[str, str]) -> None:
        self.text = text
        self.start = position
        self.position = position
        self.variables = variables
        self.pieces = _Pieces()

    def read(self) -> None:
        """Collect the pieces of the word that begins here."""
        while not self._at_end() and self.text[self.position] not in WORD_ENDS:
            self._piece()
        if not self._at_end() and self.text[self.position] in "<>(":
            raise NotPlain("glues an operator to a word")
        if _expands_braces(self.pieces.skeleton):
            raise NotPlain("uses brace expansion")

    def _at_end(self) -> bool:
        return self.position >= len(self.text)

    def _piece(self) -> None:
        character = self.text[self.position]
        if character == "'":
            end = self._find("'", self.position + 1)
            self.pieces.quoted(self.text[self.position + 1 : end])
            self.position = end + 1
        elif character == '"':
            self.position += 1
            self.pieces.quoted(self._double_quoted())
        elif character == "\\":
            if self.text[self.position + 1 : self.position + 2] in ("", "\n"):
                raise NotPlain("continues a word on the next line")
            self.pieces.quoted(self.text[self.position + 1])
            self.position += 2
        elif character == "$":
            self.pieces.variable(self._variable(unquoted=True))
        elif character == "~":
            self._tilde()
        else:
            self._bare(character)

    def _bare(self, character: str) -> None:
        run = UNQUOTED.match(self.text, self.position)
        if run:
            self.pieces.bare(run[0])
            self.position = run.end()
            return
        if character in GLOB_CHARACTERS:
            self.pieces.pattern(character)
        elif character in "]!":
            self.pieces.bare(character)
        elif character in "{}":
            self.pieces.bare(character, shlex.quote(character))
        elif character == "#" and self.position > self.start:
            self.pieces.bare(character, "'#'")
        elif ord(character) > 127 and character.isprintable() and not character.isspace():
            self.pieces.bare(character, shlex.quote(character))
        else:
            raise NotPlain("uses a character that is not on the plain list")
        self.position += 1

    def _tilde(self) -> None:
        following = self.text[self.position + 1 : self.position + 2]
        home = self.variables.get("HOME", "")
        if self.position == self.start and home and (not following or following in "/ \t\n;|&"):
            self.pieces.variable(home)
        elif self.position > self.start and self.text[self.position - 1] not in ":=":
            self.pieces.bare("~", "'~'")
        else:
            raise NotPlain("uses ~ in a way whose value is not known")
        self.position += 1

    def _find(self, character: str, start: int) -> int:
        end = self.text.find(character, start)
        if end < 0:
            raise NotPlain("has a quote that does not end")
        return end

    def _variable(self, *, unquoted: bool) -> str:
        """The value of the variable here; a dollar sign that begins no variable stands for itself."""
        found = VARIABLE.match(self.text, self.position)
        if found and found[2] in self.variables:
            value = self.variables[found[2]]
            if not unquoted or UNQUOTED.fullmatch(value):
                self.position = found.end()
                return value
        following = self.text[self.position + 1 : self.position + 2]
        if unquoted and (not following or following in " \t\n;"):
            self.position += 1
            return "$"
        raise NotPlain("uses an expansion whose value is not known")

    def _double_quoted(self) -> str:
        """The text up to the closing quote, which is consumed."""
        pieces: list[str] = []
        while not self._at_end():
            character = self.text[self.position]
            if character == '"':
                self.position += 1
                return "".join(pieces)
            if character == "`":
                raise NotPlain("uses a command substitution")
            if character == "$" and not LITERAL_DOLLAR.match(self.text, self.position):
                pieces.append(self._variable(unquoted=False))
                continue
            if character == "\\":
                pieces.append(self._escaped())
                continue
            pieces.append(character)
            self.position += 1
        raise NotPlain("has a quote that does not end")

    def _escaped(self) -> str:
        pair = self.text[self.position : self.position + 2]
        if len(pair) < 2 or pair[1] == "\n":
            raise NotPlain("continues a word on the next line")
        self.position += 2
        return pair[1] if pair[1] in '$`"\\' else pair


class _Pieces:
    """A word while it is being put together."""

    def __init__(self) -> None:
        self.text = ""
        self.source = ""
        self.skeleton = ""
        self.glob = False
        self.has_quotes = False

    def bare(self, text: str, source: str = "") -> None:
        self._add(text, source or text, text)

    def quoted(self, text: str) -> None:
        self.has_quotes = True
        self._add(text, shlex.quote(text), "x" * max(1, len(text)))

    def variable(self, value: str) -> None:
        self._add(value, shlex.quote(value), "$")

    def pattern(self, character: str) -> None:
        self.glob = True
        self._add(character, character, character)

    def _add(self, text: str, source: str, skeleton: str) -> None:
        self.text += text
        self.source += source
        self.skeleton += skeleton

    def word(self) -> Word:
        """A path expression such as `{.items[*].name}` is a pattern to bash that matches nothing: quoted whole."""
        if not self.glob or "{" in self.skeleton and "[" in self.skeleton:
            return plain(self.text)
        if "[" in self.skeleton and self.has_quotes:
            raise NotPlain("quotes a part of a pattern")
        return Word(self.text, self.source, glob=True)
