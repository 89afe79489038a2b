"""Every command that the policy would run unasked: from all lists, and from what the tools say of themselves."""

import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from devops_agent.policy import Place, classify_command, explain_command
from safety.known import lines
from safety.unseen import LISTS

NEVER_ENDS = re.compile(
    r"\b(?:logs?|tail|journalctl|dmesg|events|get)\b.* (?:-[a-z]*[fFw]|--follow|--watch|--watch-only)(?:[\s=]|$)"
)
SUBCOMMANDS = re.compile(r"^ {2,4}([a-z][a-z0-9-]+)\*?(?: {2,}|, |$)", re.MULTILINE)
FLAGS = re.compile(r"^ {2,8}(?:(-[A-Za-z0-9]), )?(--[a-z][a-z0-9-]*)(?:[= ]\S+)?", re.MULTILINE)
GROUPS = {
    "docker": "builder buildx checkpoint compose config container context image manifest network node plugin secret "
    "service stack swarm system trust volume",
    "kubectl": "apply auth certificate cluster-info config create plugin rollout set top",
    "helm": "dependency get plugin registry repo search show",
}
"""Words that are followed by one more."""
OPERANDS = {
    "kubectl": ("", "pods", "pod/web", "web", "pods web"),
    "docker": ("", "web", "web 80"),
    "helm": ("", "web", "web ./chart"),
    "git": ("", "HEAD", "main", "README.md"),
    "systemctl": ("", "web.service"),
}
SERVED = frozenset({"kubectl", "docker", "docker-compose", "helm", "podman", "ctr", "crictl", "nerdctl"})
"""Clients whose deeds happen in a server."""
VALUES = ("", "=x", "=1", "=true", "=client", "=json", " x")


@dataclass(frozen=True)
class Readable:
    """A command line, the text that would run, and the programs in it."""

    command: str
    canonical: str
    programs: frozenset[str]


def from_lists(place: Place) -> Iterator[Readable]:
    """The commands of every list in the repository that would run unasked at `place` and come to an end, shuffled."""
    names = ("benign.txt", "reads.txt", *(f"{name}/read.txt" for name in LISTS))
    commands = [command for name in names for command in lines(name)]
    random.Random(1).shuffle(commands)
    return (one for command in commands if (one := readable(command, place)))


def from_help(tool: str, place: Place) -> tuple[int, list[Readable]]:
    """How many commands the help of a tool gives, every subcommand with every flag; and those that run unasked."""
    commands = list(dict.fromkeys(documented(tool)))
    return len(commands), [one for command in commands if (one := readable(command, place))]


def readable(command: str, place: Place) -> Readable | None:
    """What would run unasked, unless it never ends."""
    verdict = classify_command(command, place)
    if verdict.risk != "READ" or NEVER_ENDS.search(command):
        return None
    parts = explain_command(command, place).parts
    programs = frozenset(name for part, _ in parts for name in _programs(part.split()))
    return Readable(command, verdict.canonical, programs)


def _programs(words: list[str]) -> Iterator[str]:
    """The first word that is no assignment, and any later one that is a client which another program may run."""
    names = [word.rsplit("/", 1)[-1] for word in words if "=" not in word]
    yield from names[:1]
    yield from SERVED & set(names[1:])


def documented(tool: str) -> Iterator[str]:
    """Every subcommand of an installed tool, alone and with each flag that its help names."""
    if shutil.which(tool) is None:
        return
    for verb in _verbs(tool):
        flags = sorted({flag for pair in FLAGS.findall(_help(tool, verb)) for flag in pair if flag})
        for operands in OPERANDS[tool]:
            plain = " ".join([tool, *verb, operands]).strip()
            yield plain
            yield from (f"{plain} {flag}{value}" for flag in flags for value in VALUES)


def _verbs(tool: str) -> Iterator[tuple[str, ...]]:
    text = _output([tool, "help", "-a"] if tool == "git" else [tool, "--help"])
    for name in dict.fromkeys(SUBCOMMANDS.findall(text)):
        yield (name,)
        if name in GROUPS.get(tool, "").split():
            yield from ((name, inner) for inner in dict.fromkeys(SUBCOMMANDS.findall(_help(tool, (name,)))))


def _help(tool: str, verb: tuple[str, ...]) -> str:
    if tool == "systemctl":
        return _output([tool, "--help"])
    return _output([tool, *verb, "-h" if tool == "git" else "--help"])


def _output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20, check=False)
    return done.stdout + done.stderr
