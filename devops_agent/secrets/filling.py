"""Secrets put back into an approved call. A command gets each value as one literal piece of text, whatever it holds."""

import re
from collections.abc import Mapping
from typing import Any

from devops_agent.errors import DevOpsAgentError
from devops_agent.events import Call
from devops_agent.secrets.redactor import Redactor
from devops_agent.text import TAG

LITERAL = re.compile(r"[\w./:@%+=,-]*", re.ASCII)
"""Characters that mean themselves in a shell, quoted or not."""

INTRICATE = re.compile(r"<<|`|\$[({']|#")
"""Where these stand, one cannot tell by counting quotes how a place in a command is read."""


def has_tag(value: Any) -> bool:
    """Whether a tag stands anywhere in an argument."""
    if isinstance(value, Mapping):
        return any(map(has_tag, value.values()))
    if isinstance(value, list):
        return any(map(has_tag, value))
    return isinstance(value, str) and bool(TAG.search(value))


def filled(call: Call, redactor: Redactor) -> Call:
    """The call with the values that its tags stand for.

    Raises DevOpsAgentError for a tag of another session, and for a value that has no safe place in the command.
    """
    if not has_tag(call.arguments):
        return call
    fill = _fill_command if call.tool == "bash" else _fill_text
    return Call(call.tool, {name: _fill(value, fill, redactor) for name, value in call.arguments.items()})


def _fill(value: Any, fill: Any, redactor: Redactor) -> Any:
    return fill(value, redactor) if isinstance(value, str) else value


def _fill_text(text: str, redactor: Redactor) -> str:
    return TAG.sub(lambda tag: _value(tag[0], redactor), text)


def _fill_command(command: str, redactor: Redactor) -> str:
    parts, end, quote = [], 0, ""
    for tag in TAG.finditer(command):
        before = command[end : tag.start()]
        quote = _quote_after(before, quote)
        parts += [before, _literal(_value(tag[0], redactor), quote, command, tag[0])]
        end = tag.end()
    return "".join([*parts, command[end:]])


def _value(tag: str, redactor: Redactor) -> str:
    value = redactor.value(tag)
    if value is None:
        raise DevOpsAgentError(f"{tag} stands for a value that is not known now; read it again where it comes from")
    return value


def _quote_after(text: str, quote: str) -> str:
    """The quote that is open after `text`, where `quote` was open before it."""
    escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
    return quote


def _literal(value: str, quote: str, command: str, tag: str) -> str:
    """The value as the shell reads it back unchanged within these quotes."""
    if LITERAL.fullmatch(value):
        return value
    if INTRICATE.search(command) or "\0" in value:
        raise DevOpsAgentError(
            f"{tag} holds characters that have no safe place in this command; use it in a simpler one"
        )
    if quote == '"':
        return re.sub(r'([\\"$`])', r"\\\1", value)
    inner = value.replace("'", "'\\''")
    return inner if quote else f"'{inner}'"
