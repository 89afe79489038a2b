"""The lists of known commands: those that must not run unasked, and those that should."""

import json
from collections.abc import Iterator
from pathlib import Path

from devops_agent.policy import Place, classify_command
from safety.figure import Figure, none_of, share

ROOT = Path(__file__).parent.parent
OWN = ROOT / "tests" / "corpora"
SHARED = ROOT.parent / "shared" / "corpora"
"""Lists beside the clone, measured too where they are."""
RANK = {"READ": 0, "CHANGE": 1, "DESTROY": 2, "FORBID": 3}
AT_LEAST = {"ask": 1, "typed": 2, "refuse": 3}


def figures(quick: bool) -> Iterator[Figure]:
    """Bypasses that run unasked or are asked for too mildly, and everyday reads that run unasked."""
    known = bypasses("bypass.jsonl", "more_bypasses.jsonl")
    ranks = [(RANK[classify_command(command, place_of(command)).risk], AT_LEAST[least]) for command, least in known]
    yield none_of("known bypasses run without asking", sum(rank == 0 for rank, _ in ranks), len(known))
    yield none_of("known bypasses rated below what they must be", sum(a < b for a, b in ranks), len(known))
    for name in ("benign.txt", "reads.txt"):
        commands = lines(name)
        unasked = sum(classify_command(command, place_of(command, clean=True)).risk == "READ" for command in commands)
        yield share(f"everyday reads of {name} run without asking", unasked, len(commands), 97)


def lines(name: str) -> list[str]:
    """The lines of a list, wherever it is, without repetition."""
    paths = [folder / name for folder in (OWN, SHARED) if (folder / name).exists()]
    return list(dict.fromkeys(line for path in paths for line in path.read_text().splitlines()))


def bypasses(*names: str) -> list[tuple[str, str]]:
    """Commands and the least that must be done about each: `ask`, `typed` or `refuse`."""
    records = [json.loads(line) for name in names for line in lines(name)]
    return [(record["command"], record["at_least"]) for record in records]


def place_of(command: str, clean: bool = False) -> Place:
    """The home a list was written for; whether its repositories are known to run no programs."""
    home = "/root" if "/root" in command else "/home/u"
    return Place("/srv/project", home, home.rsplit("/", 1)[1], repository_is_clean=lambda folder: clean)
