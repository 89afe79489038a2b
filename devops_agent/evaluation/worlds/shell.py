"""As much of bash as the tasks use: pipes, lists, redirections, variables and `cd`."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from devops_agent.evaluation.worlds.files.tree import Files
from devops_agent.evaluation.worlds.result import Result, fails

Program = Callable[[list[str], str], Result]
"""Takes the words after its name and its standard input."""

OPERATORS = {"|", "&&", "||", ";"}
VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*|\?)\}?")


class Machine(Protocol):
    """What a shell needs of a world."""

    files: Files
    cwd: str
    environment: dict[str, str]

    def program(self, name: str) -> Program | None:
        """The program of this name, or None when it is not installed."""


@dataclass
class _Command:
    words: list[str] = field(default_factory=list)
    out_to: str = ""
    appends: bool = False
    drops_errors: bool = False
    joins_errors: bool = False
    reads: str = ""


@dataclass(frozen=True)
class Ran:
    """What came of a whole line; `pipeline` holds the exit codes of its last pipe."""

    out: str
    err: str
    code: int
    pipeline: tuple[int, ...]


def run_line(machine: Machine, line: str) -> Ran:
    """Run a command line."""
    out, err, code = "", "", 0
    pipeline: tuple[int, ...] = (0,)
    operator = ";"
    try:
        pipelines = _pipelines(_tokens(line))
    except ValueError:
        return Ran("", "bash: -c: line 1: syntax error\n", 2, (2,))
    for operator_before, commands in pipelines:
        operator = operator_before
        if (operator == "&&" and code) or (operator == "||" and not code):
            continue
        result, pipeline = _run_pipe(machine, commands, code)
        out, err, code = out + result.out, err + result.err, result.code
    return Ran(out, err, code, pipeline)


def _tokens(line: str) -> list[str]:
    """The words and operators of a line; each word keeps its quotes."""
    lexer = shlex.shlex(line, posix=False, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    return _joined(line, list(lexer))


def _joined(line: str, tokens: list[str]) -> list[str]:
    """Non-POSIX lexing parts `a='b'` in two; join what stands together in the line."""
    joined: list[str] = []
    end = -1
    at = 0
    for token in tokens:
        at = line.index(token, at)
        punctuation = token[0] in "|&;<>"
        if at == end and joined and not punctuation and joined[-1][0] not in "|&;<>":
            joined[-1] += token
        else:
            joined.append(token)
        at = end = at + len(token)
    return joined


def _pipelines(tokens: list[str]) -> list[tuple[str, list[_Command]]]:
    """(operator before it, its commands) of each pipe."""
    found: list[tuple[str, list[_Command]]] = [(";", [_Command()])]
    waiting = iter(tokens)
    for token in waiting:
        command = found[-1][1][-1]
        if token == "|":
            found[-1][1].append(_Command())
        elif token in OPERATORS:
            found.append((token, [_Command()]))
        elif token[0] in "<>":
            _redirect(command, token, next(waiting, ""))
        else:
            command.words.append(token)
    return [(operator, commands) for operator, commands in found if commands[0].words]


def _redirect(command: _Command, operator: str, target: str) -> None:
    from_errors = bool(command.words) and command.words[-1] == "2"
    if from_errors:
        command.words.pop()
        command.joins_errors = operator == ">&"
        command.drops_errors = not command.joins_errors
    elif operator == "<":
        command.reads = target
    else:
        command.out_to, command.appends = target, operator == ">>"


def _run_pipe(machine: Machine, commands: list[_Command], last_code: int) -> tuple[Result, tuple[int, ...]]:
    stdin, errors, codes = "", "", []
    for command in commands:
        result = _run_command(machine, command, stdin, last_code)
        stdin, errors = result.out, errors + result.err
        codes.append(result.code)
    return Result(stdin, errors, codes[-1]), tuple(codes)


def _run_command(machine: Machine, command: _Command, stdin: str, last_code: int) -> Result:
    words = [_expanded(word, machine.environment, last_code) for word in command.words]
    if command.reads:
        stdin = machine.files.text(machine.files.absolute(machine.cwd, command.reads)) or ""
    result = _call(machine, words, stdin)
    if command.joins_errors:
        result = Result(result.out + result.err, "", result.code)
    if command.drops_errors:
        result = Result(result.out, "", result.code)
    return _written(machine, command, result) if command.out_to else result


def _call(machine: Machine, words: list[str], stdin: str) -> Result:
    name = words[0]
    if name == "cd":
        return _change_folder(machine, words)
    return answer(machine, name, words[1:], stdin)


def answer(machine: Machine, name: str, words: list[str], stdin: str) -> Result:
    """What a program of the machine answers; one that cannot make anything of its words says so."""
    program = machine.program(name)
    if program is None:
        return fails(f"bash: line 1: {name}: command not found", 127)
    try:
        return program(words, stdin)
    except (ValueError, LookupError, TypeError, AttributeError, re.error):
        return fails(f"{name}: invalid arguments: {' '.join(words)}\nTry '{name} --help' for more information.", 2)


def _change_folder(machine: Machine, words: list[str]) -> Result:
    target = words[1] if len(words) > 1 else machine.environment["HOME"]
    path = machine.files.absolute(machine.cwd, target)
    if not machine.files.exists(path):
        return fails(f"bash: line 1: cd: {target}: No such file or directory")
    if not machine.files.is_folder(path):
        return fails(f"bash: line 1: cd: {target}: Not a directory")
    machine.cwd = machine.environment["PWD"] = path
    return Result()


def _written(machine: Machine, command: _Command, result: Result) -> Result:
    target = _expanded(command.out_to, machine.environment, 0)
    if target == "/dev/null":
        return Result("", result.err, result.code)
    path = machine.files.absolute(machine.cwd, target)
    before = machine.files.text(path) or "" if command.appends else ""
    if not machine.files.is_folder(path.rpartition("/")[0] or "/"):
        return fails(f"bash: line 1: {target}: No such file or directory")
    machine.files.write(path, before + result.out)
    return Result("", result.err, result.code)


def _expanded(word: str, environment: Mapping[str, str], last_code: int) -> str:
    """A word without its quotes, its variables and `~` replaced."""
    home = environment.get("HOME", "")
    if word == "~" or word.startswith("~/"):
        word = home + word[1:]
    pieces = re.findall(r"'[^']*'|\"[^\"]*\"|[^'\"]+", word)
    return "".join(_piece(piece, environment, last_code) for piece in pieces)


def _piece(piece: str, environment: Mapping[str, str], last_code: int) -> str:
    if piece.startswith("'"):
        return piece[1:-1]
    text = piece[1:-1] if piece.startswith('"') else piece.replace("\\", "")
    return VARIABLE.sub(lambda name: str(last_code) if name[1] == "?" else environment.get(name[1], ""), text)
