"""What must be typed before a call that is hard to undo."""

import re

from devops_agent.events import Call
from devops_agent.guard.targets import simple_commands
from devops_agent.kubernetes_context import OPTIONS

SHORT_WORD = "destroy"
TAKES_VALUE = frozenset({*OPTIONS, "-n", "-c", "-l", "-o", "-s", "--timeout", "--grace-period", "--selector"})
TYPABLE = re.compile(r"[\w./:@-]{3,60}", re.ASCII)


def word_to_type(call: Call) -> str:
    """The name of what is lost: the last operand of a single plain command, or a file's name; else a short word."""
    if call.tool == "bash":
        commands = simple_commands(str(call.arguments.get("command", "")))
        word = _last_operand(commands[0]) if len(commands) == 1 else ""
    else:
        word = str(call.arguments.get("path", "")).rpartition("/")[2]
    return word if TYPABLE.fullmatch(word) else SHORT_WORD


def _last_operand(words: list[str]) -> str:
    """The last word that is neither an option nor, for the options of `TAKES_VALUE`, an option's value."""
    after = ["", *words]
    operands = [
        word
        for before, word in zip(after, words, strict=False)
        if before not in TAKES_VALUE and not word.startswith("-")
    ]
    return operands[-1].rstrip("/") if len(operands) > 1 else ""
