"""A strict recogniser of plain bash: what it accepts it understands completely, everything else is `NotPlain`.

Plain are words (quoted or not, with known variables and patterns), `|`, `|&`, `||`, `&&`, `;`, newlines, comments,
redirections to /dev/null or between stdout and stderr, `< file`, and a few harmless assignments before a command.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace

from devops_agent.policy.quoting import NotPlain, read_word
from devops_agent.policy.words import Word

MOST_COMMANDS = 20
MOST_WORDS = 500
BLANKS = " \t"
RESERVED = {
    "!",
    "[[",
    "]]",
    "{",
    "}",
    "case",
    "coproc",
    "do",
    "done",
    "elif",
    "else",
    "esac",
    "fi",
    "for",
    "function",
    "if",
    "in",
    "select",
    "then",
    "time",
    "until",
    "while",
}
COMMAND_NAME = re.compile(r"[A-Za-z0-9_./+:-]+|\[")
ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\[[^]]*\])?\+?=")
HARMLESS_VARIABLES = frozenset({"LC_ALL", "LANG", "TZ", "NO_COLOR", "COLUMNS", "LINES"})
REDIRECT = re.compile(r"(?:2>&1|1?>&2|(?:[12]|&)?>>?[ \t]*/dev/null)(?=[ \t\n;|&]|$)")
INPUT = re.compile(r"<[ \t]*(?=[^ \t\n;|&()<>])")


@dataclass(frozen=True)
class Command:
    """One command: its words, the assignments before it, its redirections as shell text, the files it reads from."""

    words: tuple[Word, ...] = ()
    assignments: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    inputs: tuple[Word, ...] = ()

    def source(self) -> str:
        """Shell text of this command, every word quoted."""
        inputs = [f"<{word.source}" for word in self.inputs]
        return " ".join([*self.assignments, *(word.source for word in self.words), *inputs, *self.redirects])


@dataclass(frozen=True)
class Script:
    """Commands, and between each two of them the operator that joins them."""

    commands: tuple[Command, ...]
    operators: tuple[str, ...]

    def source(self) -> str:
        """Shell text that does exactly what was understood."""
        parts = [self.commands[0].source()]
        for operator, command in zip(self.operators, self.commands[1:], strict=True):
            parts += [operator, command.source()]
        return " ".join(parts)


def parse(text: str, variables: Mapping[str, str]) -> Script:
    """Understand `text`, or raise NotPlain. `variables` are the names whose value is known."""
    script = _Reader(text, variables).script()
    moves = any(command.words[0].text in ("cd", "pushd", "popd") for command in script.commands)
    if moves and re.search(r"\$\{?PWD", text):
        raise NotPlain("uses $PWD after changing the folder")
    return script


class _Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str, variables: Mapping[str, str]) -> None:
        self.text = text
        self.variables = variables
        self.position = 0
        self.commands: list[Command] = []
        self.operators: list[str] = []
        self.current = Command()

    def script(self) -> Script:
        while self._skip_blanks():
            if not (self._redirect() or self._operator()):
                self._word()
        if self.current != Command():
            self._end_command("")
        while self.operators and len(self.operators) >= len(self.commands) and self.operators[-1] in ("", ";"):
            self.operators.pop()
        if not self.commands or len(self.operators) != len(self.commands) - 1:
            raise NotPlain("ends with an operator, or is empty")
        if len(self.commands) > MOST_COMMANDS:
            raise NotPlain(f"holds more than {MOST_COMMANDS} commands")
        return Script(tuple(self.commands), tuple(self.operators))

    def _skip_blanks(self) -> bool:
        """Move to the next token; False at the end."""
        while not self._at_end():
            if self.text[self.position] in BLANKS:
                self.position += 1
            elif self.text.startswith("\\\n", self.position):
                self.position += 2
            elif self.text[self.position] == "#":
                end = self.text.find("\n", self.position)
                self.position = end if end >= 0 else len(self.text)
            else:
                return True
        return False

    def _at_end(self) -> bool:
        return self.position >= len(self.text)

    def _redirect(self) -> bool:
        if self.text.startswith("&", self.position) and self.text[self.position - 1 : self.position] == ";":
            raise NotPlain("uses ;&")
        if found := REDIRECT.match(self.text, self.position):
            text = re.sub(r"[ \t]", "", found[0])
            text = "1>&2" if text == ">&2" else text
            self.current = replace(self.current, redirects=(*self.current.redirects, text))
        elif found := INPUT.match(self.text, self.position):
            self.position = found.end()
            self.current = replace(self.current, inputs=(*self.current.inputs, self._input()))
            return True
        else:
            return False
        self.position = found.end()
        return True

    def _input(self) -> Word:
        if self.current.inputs or self.current.redirects:
            raise NotPlain("redirects its input twice or after its output")
        word, _, self.position = read_word(self.text, self.position, self.variables)
        if word.glob:
            raise NotPlain("reads from a pattern")
        return word

    def _operator(self) -> bool:
        character = self.text[self.position]
        pair = self.text[self.position : self.position + 2]
        if pair in ("&&", "||"):
            self._end_command(pair)
        elif pair == "|&":
            self.current = replace(self.current, redirects=(*self.current.redirects, "2>&1"))
            self._end_command("|")
        elif character == "|":
            self._end_command("|")
        elif character == ";" and pair != ";;":
            self._end_command(";")
        elif character == "\n":
            self._newline()
        elif character in ";&()<>`":
            raise NotPlain(f"uses {pair.strip() if character in '<>;' else character}")
        else:
            return False
        self.position += 2 if pair in ("&&", "||", "|&") else 1
        return True

    def _newline(self) -> None:
        if self.current != Command():
            self._end_command(";")

    def _end_command(self, operator: str) -> None:
        if not self.current.words:
            raise NotPlain("has an operator or redirection without a command")
        self.commands.append(self.current)
        self.operators.append(operator)
        self.current = Command()

    def _word(self) -> None:
        start = self.position
        word, skeleton, self.position = read_word(self.text, self.position, self.variables)
        if len(self.current.words) >= MOST_WORDS:
            raise NotPlain(f"holds a command of more than {MOST_WORDS} words")
        if self.current.words:
            self.current = replace(self.current, words=(*self.current.words, word))
            return
        assignment = ASSIGNMENT.match(self.text, start)
        if assignment and assignment.end() <= self.position:
            self._assign(assignment, word, skeleton)
            return
        if skeleton in RESERVED:
            raise NotPlain(f"uses the shell word {skeleton}")
        if skeleton != word.text or not COMMAND_NAME.fullmatch(skeleton):
            raise NotPlain("has an unusual command name")
        self.current = replace(self.current, words=(word,))

    def _assign(self, assignment: re.Match[str], word: Word, skeleton: str) -> None:
        name = assignment[1]
        if name not in HARMLESS_VARIABLES or assignment[0] != f"{name}=" or word.glob or "$" in skeleton:
            raise NotPlain(f"sets the variable {name}")
        value = shlex.quote(word.text[len(name) + 1 :])
        self.current = replace(self.current, assignments=(*self.current.assignments, f"{name}={value}"))
