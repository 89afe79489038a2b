"""Access tokens, known by their public formats: the table is `tokens.txt`. Pure."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from devops_agent.secrets.found import Found


class TokenFormat(NamedTuple):
    """A token starts with exactly `start`; `rest` is a pattern for what follows."""

    kind: str
    start: str
    rest: str


@cache
def token_formats() -> tuple[TokenFormat, ...]:
    """Every row of the table."""
    lines = Path(__file__).with_name("tokens.txt").read_text(encoding="utf-8").splitlines()
    return tuple(TokenFormat(*line.split(None, 2)) for line in lines if line and not line.startswith("#"))


@cache
def _compiled(rest: str) -> re.Pattern[str]:
    return re.compile(rest)


def find_tokens(text: str) -> Iterator[Found]:
    """Where tokens stand. Only the formats whose start occurs are looked at further."""
    for kind, start, rest in token_formats():
        position = text.find(start)
        while position >= 0:
            end = position + len(start)
            match = None if position and text[position - 1].isalnum() else _compiled(rest).match(text, end)
            if match:
                end = match.end()
                yield Found(position, end, kind)
            position = text.find(start, end)
