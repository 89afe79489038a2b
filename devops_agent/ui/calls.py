"""How a call is written for a human: every character shown, nothing cut."""

import json
from typing import Any

from devops_agent.events import Call, Refused
from devops_agent.text import visible


def call_text(call: Call) -> str:
    """The call in braces after its tool; a text of several lines stands on lines of its own."""
    if call.tool == "write_file" and isinstance(call.arguments.get("content"), str):
        return f"write_file {{{value_text(call.arguments.get('path', ''))}}} {_size(call.arguments['content'])}"
    inside = arguments_text(call)
    if "\n" not in inside:
        return f"{visible(call.tool)} {{{inside}}}"
    lines = "\n".join(f"  {line}" for line in inside.split("\n"))
    return f"{visible(call.tool)} {{\n{lines}\n}}"


def summary(call: Call) -> str:
    """The call in one line, for a list: a bash command stands for itself, what follows its first line is counted."""
    text = call_text(call)
    if call.tool == "bash":
        text = arguments_text(call)
    first, *rest = text.strip().split("\n")
    return f"{first} (+{len(rest)} lines)" if rest else first


def arguments_text(call: Call) -> str:
    """The only argument as it is, or every argument with its name."""
    if len(call.arguments) == 1:
        return value_text(*call.arguments.values())
    return ", ".join(f"{visible(name)}={value_text(value)}" for name, value in call.arguments.items())


def value_text(value: Any) -> str:
    """Text as it is, anything else as JSON."""
    return visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def refusal(event: Refused) -> str:
    """Why a call did not run, in the words for the user."""
    if event.by == "user":
        return "not run, as you said"
    return visible(" ".join((event.said or f"refused by {event.by}").split()))


def _size(content: str) -> str:
    lines = content.count("\n") + (not content.endswith("\n") and content != "")
    size = len(content.encode("utf-8", "surrogatepass"))
    return f"{lines} {'line' if lines == 1 else 'lines'}, {size} bytes"
