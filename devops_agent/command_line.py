"""What can be typed after `devops-agent`: options, then a known word or the task. Pure."""

import argparse
import os
import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple, NoReturn

from devops_agent import __version__
from devops_agent.commands import COMMANDS
from devops_agent.errors import EXIT_CODE_MEANINGS, ConfigurationError
from devops_agent.text import without_raw_bytes

PROGRAM = "devops-agent"
EXAMPLE = f'say what you need: {PROGRAM} "list the running containers"'
WIDTH_WITHOUT_TERMINAL = 100
LONGEST_EXAMPLE = 60
UNKNOWN = "unrecognized arguments: "
"""How argparse begins what it says of an option it does not know."""
USAGE = f"""{PROGRAM} [OPTIONS] [--] TASK…   run one task
       {PROGRAM} [OPTIONS] [-i TASK…]   talk, at a prompt with history
       … | {PROGRAM} [OPTIONS] TASK…    run a task about what is piped in
       {PROGRAM} WORD …                 one of the words below"""


class CommandLine(NamedTuple):
    """A parsed command line: the settings named by flags, the known word ("" for a task) and its own arguments."""

    flags: dict[str, Any]
    task: str = ""
    interactive: bool = False
    continues: bool = False
    word: str = ""
    arguments: argparse.Namespace = argparse.Namespace()


class Parser(ArgumentParser):
    """An argument parser that raises ConfigurationError where argparse would print and exit."""

    def error(self, message: str) -> NoReturn:
        where = f"see `{self.prog} --help`; a task that starts with - goes after --"
        raise ConfigurationError(message, hint=f"{self._meant(message)}{where}")

    def _meant(self, message: str) -> str:
        """The option that a misspelt one looks like."""
        from difflib import get_close_matches

        words = message.removeprefix(UNKNOWN).split() if message.startswith(UNKNOWN) else []
        nearest = get_close_matches(words[0].partition("=")[0], self._option_string_actions, n=1) if words else []
        return f"did you mean {nearest[0]}? If not, " if nearest else ""

    def print_help(self, file: Any = None) -> None:
        """Print the help. Raises OSError, which argparse would swallow, where nothing can be written."""
        print(self.format_help(), end="", file=file)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End the program once everything is out. Raises OSError where nothing can be written."""
        sys.stdout.flush()
        super().exit(status, message)


def parse(argv: Sequence[str]) -> CommandLine:
    """Read a command line. Everything from the first word on is the task, whatever it looks like.

    Raises ConfigurationError for what it cannot be, and SystemExit(0) after printing help.
    """
    parser = build_parser()
    options, rest = _split(argv, parser)
    values = vars(parser.parse_args(options))
    interactive, continues = values.pop("interactive", False), values.pop("continue", False)
    literal = rest[:1] == ["--"]
    words = rest[1:] if literal else rest
    converses = interactive or continues
    if words and words[0] in COMMANDS and not literal and not converses:
        return _parse_command(words[0], words[1:], values)
    task = without_raw_bytes(" ".join(words))
    if words and not literal:
        _refuse_late_options(words, parser)
    if words and not literal and not converses:
        _refuse_misspelt(words)
    if words and not task.strip():
        raise ConfigurationError("the task is empty", hint=EXAMPLE)
    return CommandLine(values, task, interactive, continues)


def _split(argv: Sequence[str], parser: Parser) -> tuple[list[str], list[str]]:
    """The leading options with their values, and the rest."""
    position = 0
    while position < len(argv):
        word = argv[position]
        if word == "--" or word == "-" or not word.startswith("-"):
            break
        position += 2 if _takes_value(parser, word) else 1
    return list(argv[:position]), list(argv[position:])


def _takes_value(parser: Parser, option: str) -> bool:
    action = parser._option_string_actions.get(option)
    return action is not None and action.nargs != 0


def _parse_command(word: str, words: Sequence[str], values: dict[str, Any]) -> CommandLine:
    try:
        arguments = command_parser(word).parse_args(list(words))
    except ConfigurationError as error:
        hint = f"see `{PROGRAM} {word} --help`; if it is a task: {PROGRAM} -- {_shortened([word, *words])}"
        raise ConfigurationError(str(error), hint) from None
    own = {name: value for name, value in vars(arguments).items() if name in SETTING_FLAGS}
    return CommandLine({**values, **own}, word=word, arguments=arguments)


def _refuse_misspelt(words: Sequence[str]) -> None:
    """Raises ConfigurationError for a word that looks like a known one and stands alone, or before what goes with that.

    Neither `docter` nor `session list` is likely to be a task.
    """
    from difflib import get_close_matches

    word, *rest = words
    near = get_close_matches(word, COMMANDS, n=1, cutoff=0.75)
    if near and (not rest or rest[0] in _following(near[0])):
        meant, task = _shortened([near[0], *rest]), _shortened(words)
        hint = f"did you mean `{PROGRAM} {meant}`? If it is a task: {PROGRAM} -- {task}"
        raise ConfigurationError(f"there is no word {word!r}", hint)


def _following(word: str) -> set[str]:
    """What may stand right behind a known word: its own words and its long options."""
    actions = command_parser(word)._actions
    names = {str(choice) for action in actions if not action.option_strings for choice in action.choices or ()}
    return names | {name for action in actions for name in action.option_strings if name.startswith("--")}


def _refuse_late_options(words: Sequence[str], parser: Parser) -> None:
    """Raises ConfigurationError for one of our options after the task, where it would be a word of it and do nothing.

    After a quoted task any of them is refused, after bare words a long one at the end: `why does ls -a fail` is a task.
    """
    known = parser._option_string_actions
    names = [word.partition("=")[0] for word in words]
    if any(map(str.isspace, words[0])):
        late = [name for name in names[1:] if name in known]
    else:
        values = names[-2:-1] if len(names) > 1 and _takes_value(parser, names[-2]) else names[-1:]
        late = [name for name in values if name in known and name.startswith("--")]
    if late:
        hint = f"options go before the task: {PROGRAM} {late[0]} …; quote it with the task if it is a part of that"
        raise ConfigurationError(f"{late[0]} comes after the task, where it would do nothing", hint)


def _shortened(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]}..."


def command_parser(word: str) -> Parser:
    """The parser of one known word, with the common options."""
    description = COMMANDS[word].capitalize() + "."
    parser = Parser(prog=f"{PROGRAM} {word}", description=description, formatter_class=_formatter, allow_abbrev=False)
    import_module(f"devops_agent.commands.{word}").add_arguments(parser)
    _add_settings(parser.add_argument_group("common options"))
    return parser


def build_parser() -> Parser:
    """The parser of the options that may stand before the task."""
    parser = Parser(
        prog=PROGRAM,
        usage=USAGE,
        description="Say what you need; a small model on your own machine does it,\none checked call at a time.",
        epilog=_epilog(),
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "-i", "--interactive", action="store_true", default=SUPPRESS, help="run the task, then stay at the prompt"
    )
    parser.add_argument(
        "-c",
        "--continue",
        action="store_true",
        default=SUPPRESS,
        help="go on with the last conversation of this folder",
    )
    _add_settings(parser)
    parser.add_argument("-V", "--version", action="version", version=f"{PROGRAM} {__version__}")
    return parser


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Help as wide as the terminal. Told the width, argparse need not load half of the file utilities to find it."""
    return argparse.RawDescriptionHelpFormatter(prog, width=_columns() - 2)


def _columns() -> int:
    """The width of the terminal, also where the output goes into a pager."""
    for stream in (1, 2, 0):
        try:
            return os.get_terminal_size(stream).columns
        except OSError:
            continue
    return WIDTH_WITHOUT_TERMINAL


def _add_settings(parser: Any) -> None:
    taken = set(parser._option_string_actions)
    for names, options in FLAGS:
        if not taken & set(names):
            parser.add_argument(*names, default=SUPPRESS, **options)


def _epilog() -> str:
    words = "\n".join(f"  {word:<12}{summary}" for word, summary in COMMANDS.items())
    codes = "\n".join(f"  {int(code):<5}{meaning}" for code, meaning in EXIT_CODE_MEANINGS.items())
    return f"words:\n{words}\n\nexit codes:\n{codes}\n\nEvery setting: {PROGRAM} config show"


FLAGS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("-v", "--verbose"), {"action": "store_true", "help": "show thinking, raw calls, timings and tokens"}),
    (("-q", "--quiet"), {"action": "store_true", "help": "print the answer and nothing else"}),
    (
        ("-a", "--require-approval"),
        {"action": "store_const", "const": "always", "dest": "approval", "help": "ask before every call"},
    ),
    (
        ("-na", "--no-approval"),
        {
            "action": "store_const",
            "const": "never",
            "dest": "approval",
            "help": "ask only before destruction",
        },
    ),
    (("--read-only",), {"action": "store_true", "help": "refuse every call that is not plainly a read"}),
    (("--model",), {"metavar": "NAME", "help": "the model to ask (qwen3-devops)"}),
    (("--backend",), {"metavar": "NAME", "help": "where it runs: auto, ollama, embedded, openai or scripted"}),
    (("--host",), {"metavar": "ADDRESS", "help": "the model server, as in OLLAMA_HOST"}),
    (("--max-steps",), {"metavar": "N", "help": "model turns one task may take (15)"}),
    (("--num-ctx",), {"metavar": "N", "help": "context window in tokens (8192)"}),
    (("--timeout",), {"metavar": "SECONDS", "help": "time limit of one command (120)"}),
    (("--output",), {"metavar": "FORM", "help": "what stdout carries: text, json or jsonl"}),
    (("--config",), {"metavar": "FILE", "help": "configuration file (~/.config/devops-agent/config.toml)"}),
    (("--debug",), {"action": "store_true", "help": "write the traceback of an unexpected error to a file"}),
]
SETTING_FLAGS = frozenset(
    options.get("dest") or names[-1].removeprefix("--").replace("-", "_") for names, options in FLAGS
)
