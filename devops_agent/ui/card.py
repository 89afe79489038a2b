"""What a human reads before saying yes: exactly what would run, where, and why it is asked."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from devops_agent.approval import Request
from devops_agent.text import visible
from devops_agent.ui import theme
from devops_agent.ui.calls import value_text
from devops_agent.ui.lookalikes import warnings
from devops_agent.ui.reasons import strongest

LABEL_WIDTH = 9
LEAST_ROOM = 10
MOST_SAID = 6
"""Lines of the model's own words; they decide nothing."""


@dataclass(frozen=True)
class Row:
    """One printed line."""

    text: str
    style: str = ""


def card(request: Request, width: int, stream: TextIO) -> Iterator[Row]:
    """The lines to print on `stream`, a terminal of `width` cells; nothing of the call is left out."""
    yield _title(request)
    for label, text in _blocks(request):
        if label:
            yield Row(label)
        yield from framed(text, width, stream)
    for label, text, style in _facts(request):
        yield from _labelled(label, theme.encodable(visible(text), stream), width, style)
    yield from _said(theme.encodable(visible(request.said), stream), width)


def framed(text: str, width: int, stream: TextIO) -> Iterator[Row]:
    """Every character of `text`, each line behind a bar, and numbered when there are several."""
    bar = theme.glyphs_for(stream).bar
    lines = theme.exactly(visible(text), stream).split("\n")
    digits = len(str(len(lines)))
    for number, line in enumerate(lines, start=1):
        label = f"{number:>{digits}} " if len(lines) > 1 else ""
        for chunk in theme.folded(line, max(width - len(label) - 4, LEAST_ROOM)):
            yield Row(f" {label}{bar} {chunk}", theme.STRONG)
            label = " " * len(label)


def _title(request: Request) -> Row:
    verdict = request.verdict
    tags = "".join(f" {tag}" for tag in sorted(verdict.tags))
    return Row(f" {verdict.risk} {visible(request.call.tool)}{tags} ", theme.RISKS[verdict.risk])


def _blocks(request: Request) -> Iterator[tuple[str, str]]:
    """(label, text) of each argument; a file's content gives way to the change it makes."""
    call = request.call
    for name, value in call.arguments.items():
        if name == "content" and request.preview:
            continue
        label = "" if len(call.arguments) == 1 else value_text(name)
        yield label, value if isinstance(value, str) else value_text(value)
    if request.preview:
        yield "change", request.preview.removesuffix("\n")


def _facts(request: Request) -> Iterator[tuple[str, str, str]]:
    for number, (risk, text) in enumerate(request.parts, start=1):
        yield f"{number} of {len(request.parts)}", f"{risk:<7}  {text}", ""
    yield "folder", str(request.folder), ""
    for label, text in request.facts:
        yield label, text, ""
    for reason in strongest(request.verdict.reasons):
        yield "why", reason, ""
    for note in (*request.notes, *_lookalikes(request)):
        yield "note", note, theme.WARNING


def _lookalikes(request: Request) -> Iterator[str]:
    """What the eye cannot tell about the arguments; a file's content is too often in another language."""
    arguments = request.call.arguments.items()
    yield from warnings("\n".join(str(value) for name, value in arguments if name != "content"))


def _said(text: str, width: int) -> Iterator[Row]:
    """The model's own words, dimmed and never taken for ours."""
    rows = list(_labelled("model", text, width, theme.QUIET))
    yield from rows[:MOST_SAID]
    if len(rows) > MOST_SAID:
        yield from _labelled("", f"({len(rows) - MOST_SAID} more lines)", width, theme.QUIET)


def _labelled(label: str, text: str, width: int, style: str = "") -> Iterator[Row]:
    room = max(width - LABEL_WIDTH - 2, LEAST_ROOM)
    parts = textwrap.wrap(text.replace("\n", " "), room, break_on_hyphens=False)
    for chunk in [chunk for part in parts for chunk in theme.folded(part, room)]:
        yield Row(f" {label:<{LABEL_WIDTH}}{chunk}", style)
        label = ""
