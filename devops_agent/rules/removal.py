"""Takes rules out of the text of a file and leaves everything else, comments too, as it stands. Pure."""

import re
from collections.abc import Collection, Iterator

from devops_agent.errors import DevOpsAgentError
from devops_agent.rules.files import parse_rules

HEADER = re.compile(r"[ \t]*\[\[[ \t]*rule[ \t]*\]\][ \t]*(?:#.*)?")
ASIDE = re.compile(r"[ \t]*(?:#.*)?")


def without_rules(text: str, numbers: Collection[int], source: str) -> str:
    """The text of a file without its rules of these numbers, counted from 1.

    Raises ConfigurationError for a file that is wrong, and DevOpsAgentError for a number that it does not have and for
    a text in which the rules cannot be told apart.
    """
    rules = parse_rules(text, source)
    missing = sorted(set(numbers) - set(range(1, len(rules) + 1)))
    if missing:
        raise DevOpsAgentError(f"{source} has no rule {missing[0]}", hint="devops-agent policy rules list")
    left = "".join(line for number, line in _numbered(text.splitlines(keepends=True)) if number not in numbers)
    kept = [rule.text for number, rule in enumerate(rules, 1) if number not in numbers]
    if [rule.text for rule in parse_rules(left, source)] != kept:
        raise DevOpsAgentError(f"cannot tell the rules in {source} apart", hint="edit the file")
    return left


def _numbered(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Each line with the number of the rule it belongs to; comments and blank lines before a rule belong to none."""
    number, aside = 0, []
    for line in lines:
        if ASIDE.fullmatch(line.rstrip("\r\n")):
            aside.append(line)
            continue
        is_header = bool(HEADER.fullmatch(line.rstrip("\r\n")))
        yield from ((0 if is_header else number, one) for one in aside)
        aside.clear()
        number += is_header
        yield number, line
    yield from ((0, one) for one in aside)
