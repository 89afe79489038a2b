"""The lists of commands that must run unasked, and of those that must not."""

import json
from pathlib import Path

import pytest

from devops_agent.policy import Place, classify_command

CORPORA = Path(__file__).parent.parent / "corpora"
RANK = {"READ": 0, "CHANGE": 1, "DESTROY": 2, "FORBID": 3}
AT_LEAST = {"ask": 1, "typed": 2, "refuse": 3}
PLACE = Place("/srv/project", "/home/u", "u")
CLEAN = Place("/srv/project", "/home/u", "u", repository_is_clean=lambda folder: True)


def lines(name: str) -> list[str]:
    return (CORPORA / name).read_text().splitlines()


def bypasses() -> list[tuple[str, str]]:
    records = [json.loads(line) for name in ("bypass.jsonl", "more_bypasses.jsonl") for line in lines(name)]
    return [(record["command"], record["at_least"]) for record in records]


def test_no_known_bypass_is_rated_below_what_it_must_be():
    under_rated = [
        (command, least, verdict.risk)
        for command, least in bypasses()
        if RANK[(verdict := classify_command(command, place_of(command))).risk] < AT_LEAST[least]
    ]
    assert under_rated == []
    assert len(bypasses()) >= 1100


def place_of(command: str) -> Place:
    """The first list was written for another home."""
    return PLACE if "/root" not in command else Place("/srv/project", "/root", "root")


def test_nothing_that_asks_carries_a_text_that_may_run():
    assert [command for command, _ in bypasses() if classify_command(command, PLACE).canonical] == []


@pytest.mark.parametrize(("name", "place"), [("benign.txt", PLACE), ("reads.txt", CLEAN)])
def test_everyday_reads_run_unasked(name, place):
    asked = [command for command in lines(name) if classify_command(command, place).risk != "READ"]
    assert asked == []


def test_what_runs_unasked_is_judged_the_same_once_it_is_rewritten():
    for command in [*lines("benign.txt"), *lines("reads.txt")]:
        canonical = classify_command(command, CLEAN).canonical
        if "git -" not in canonical.replace("git --version", ""):
            again = classify_command(canonical, CLEAN)
            assert (again.risk, again.canonical) == ("READ", canonical), command


def test_every_verdict_but_a_read_says_why():
    for command, _ in bypasses():
        reasons = classify_command(command, PLACE).reasons
        assert reasons and all(reason.strip() for reason in reasons), command
