"""`devops-agent completion bash|zsh|fish`: completion scripts made from the parser itself."""

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Iterable, Iterator

from devops_agent.command_line import FLAGS, PROGRAM, build_parser, command_parser
from devops_agent.commands import COMMANDS
from devops_agent.settings import Settings

VALUES = {
    "--baseline": ("oracle", "null"),
    "--backend": ("auto", "ollama", "embedded", "openai", "scripted"),
    "--output": ("text", "json", "jsonl"),
}
COMMON = {name for names, _ in FLAGS for name in names} | {"-h", "--help"}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=["bash", "zsh", "fish"], help="the shell to complete in")


def run(arguments: Namespace, settings: Settings) -> int:
    print({"bash": _bash, "zsh": _zsh, "fish": _fish}[arguments.shell](), end="")
    return 0


def _words() -> dict[str, tuple[str, ...]]:
    """What may follow each known word: what it is to do, and the options that only it has."""
    following = {word: tuple(_own(command_parser(word)._actions)) for word in COMMANDS}
    return {word: values for word, values in following.items() if values}


def _own(actions: Iterable[Action]) -> Iterator[str]:
    for action in actions:
        names = action.option_strings or map(str, action.choices or ())
        yield from (name for name in names if name not in COMMON)


def _options() -> list[Action]:
    return [action for action in build_parser()._actions if action.option_strings]


def _flags() -> str:
    return " ".join(name for action in _options() for name in action.option_strings)


def _cases(pattern: str, table: dict[str, tuple[str, ...]]) -> str:
    return "".join(pattern.format(key, " ".join(values)) for key, values in table.items())


def _bash() -> str:
    case = '        {}) COMPREPLY=($(compgen -W "{}" -- "$current")); return ;;\n'
    return (
        "_devops_agent() {\n"
        '    local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"\n'
        '    case "$before" in\n'
        f"{_cases(case, VALUES)}{_cases(case, _words())}"
        '        --config) COMPREPLY=($(compgen -f -- "$current")); return ;;\n'
        "    esac\n"
        f'    COMPREPLY=($(compgen -W "{_flags()} {" ".join(COMMANDS)}" -- "$current"))\n'
        "}\n"
        f"complete -o default -F _devops_agent {PROGRAM}\n"
    )


def _zsh() -> str:
    case = "        {}) compadd -- {}; return ;;\n"
    return (
        f"#compdef {PROGRAM}\n"
        "_devops_agent() {\n"
        '    case "${words[CURRENT-1]}" in\n'
        f"{_cases(case, VALUES)}{_cases(case, _words())}"
        "        --config) _files; return ;;\n"
        "    esac\n"
        f"    compadd -- {_flags()} {' '.join(COMMANDS)}\n"
        "}\n"
        # As a file on fpath it is the body of a function of that name, called at the first Tab.
        f'if [[ "${{funcstack[1]}}" == _{PROGRAM} ]]; then _devops_agent; else compdef _devops_agent {PROGRAM}; fi\n'
    )


def _fish() -> str:
    lines = [f"complete -c {PROGRAM} -f"]
    for action in _options():
        names = " ".join(_fish_name(name) for name in action.option_strings)
        values = next((VALUES[name] for name in action.option_strings if name in VALUES), ())
        wanted = f" -x -a '{' '.join(values)}'" if values else "" if action.nargs == 0 else " -r"
        lines.append(f"complete -c {PROGRAM} {names}{wanted} -d '{(action.help or '').replace(chr(39), '')}'")
    following = _words()
    for word, summary in COMMANDS.items():
        lines.append(f"complete -c {PROGRAM} -n __fish_use_subcommand -a {word} -d '{summary}'")
        for value in following.get(word, ()):
            given = _fish_name(value) if value.startswith("-") else f"-a {value}"
            lines.append(f"complete -c {PROGRAM} -n '__fish_seen_subcommand_from {word}' {given}")
    return "\n".join(lines) + "\n"


def _fish_name(name: str) -> str:
    if name.startswith("--"):
        return f"-l {name[2:]}"
    return f"-s {name[1:]}" if len(name) == 2 else f"-o {name[1:]}"
