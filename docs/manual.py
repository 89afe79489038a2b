"""The manual page, made from the parser, in the macros of man(7)."""

from argparse import SUPPRESS, Action
from collections.abc import Iterable, Iterator

from devops_agent.command_line import FLAGS, PROGRAM, build_parser, command_parser
from devops_agent.commands import COMMANDS
from devops_agent.errors import EXIT_CODE_MEANINGS
from devops_agent.settings import SETTING_FIELDS, environment_variables

FILES = {
    "~/.config/devops-agent/config.toml": "settings; flags and the environment win over it",
    "~/.config/devops-agent/policy.toml": "rules of your own, and calls that are no longer asked about",
    "~/.local/state/devops-agent": "sessions, the audit trail and copies for undo",
    "~/.cache/devops-agent": "downloads, and what makes the next start faster",
    "~/.devops_agent_history": "the history of the prompt",
}
EXAMPLES = (
    'devops-agent "why is web restarting?"',
    'kubectl logs web | devops-agent "what went wrong?"',
    "devops-agent --read-only --output jsonl is nginx up",
)
COMMON = {name for names, _ in FLAGS for name in names} | {"-h", "--help"}


def manual() -> str:
    """The page as one text."""
    lines = [
        '.\\" Generated from the code by `make docs`; do not edit.',
        ".TH DEVOPS\\-AGENT 1",
        *_section("NAME", [f"{_escaped(PROGRAM)} \\- a local DevOps agent for the terminal"]),
        *_section("SYNOPSIS", _synopsis()),
        *_section("DESCRIPTION", [_escaped(" ".join((build_parser().description or "").split()))]),
        *_section("OPTIONS", _options(build_parser()._actions)),
        *_section("WORDS", _words()),
        *_section("ENVIRONMENT", _environment()),
        *_section("FILES", _tagged(FILES.items())),
        *_section("EXIT STATUS", _tagged((str(int(code)), meaning) for code, meaning in EXIT_CODE_MEANINGS.items())),
        *_section("EXAMPLES", [line for text in EXAMPLES for line in (".PP", f".B {_quoted(text)}")][1:]),
    ]
    return "\n".join(lines) + "\n"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return [f".SH {title}", *lines]


def _synopsis() -> Iterator[str]:
    forms = ("[OPTIONS] [--] TASK...", "[OPTIONS] [-i TASK...]", "WORD ...")
    for number, form in enumerate(forms):
        if number:
            yield ".br"
        yield f".B {_escaped(PROGRAM)}"
        yield _escaped(form)


def _options(actions: Iterable[Action]) -> Iterator[str]:
    for action in actions:
        if action.help == SUPPRESS:
            continue
        names = ", ".join(f"\\fB{_escaped(name)}\\fR" for name in action.option_strings)
        value = "" if action.nargs == 0 else _value(action)
        yield from (".TP", f"{names} {value}".strip(), _escaped(action.help or ""))


def _value(action: Action) -> str:
    choices = "|".join(map(str, action.choices)) if action.choices else ""
    return f"\\fI{_escaped(str(action.metavar or choices or action.dest.upper()))}\\fR"


def _words() -> Iterator[str]:
    for word, summary in COMMANDS.items():
        yield f".SS {_escaped(word)}"
        yield _escaped(f"{summary[0].upper()}{summary[1:]}.")
        yield from _options(a for a in command_parser(word)._actions if not COMMON & set(a.option_strings))


def _environment() -> Iterator[str]:
    yield "Every setting has a variable; it wins over the file, and a flag wins over it."
    for name, item in SETTING_FIELDS.items():
        yield from (".TP", f".B {_escaped(', '.join(environment_variables(name)))}", _escaped(item.metadata["help"]))


def _tagged(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for tag, text in rows:
        yield from (".TP", f".B {_escaped(tag)}", _escaped(text))


def _quoted(text: str) -> str:
    return f'"{_escaped(text).replace(chr(34), chr(34) * 2)}"'


def _escaped(text: str) -> str:
    """Text as it is, in roff: no escapes, no controls at the start of a line, hyphens that can be searched for."""
    plain = text.replace("%%", "%").replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("→", "\\(->")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain
