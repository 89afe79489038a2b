"""What a shell command would act on: the cluster of each kubectl or helm in it, and the engine of each docker."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import dropwhile, takewhile
from pathlib import Path

from devops_agent.docker_endpoint import read_endpoint
from devops_agent.kubernetes_context import UNKNOWN, KubernetesContext, read_context

PROGRAMS = frozenset({"kubectl", "helm", "docker"})
MENTION = re.compile(r"(?<![\w.-])(kubectl|helm|docker)(?![\w.-])")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
SWITCHES = re.compile(r"use-context|set-context|docker\s+context\s+use|\b(?:export|source|eval|unset|alias)\b")
"""Words after which the files no longer tell where the later commands of a script go."""
RESERVED = frozenset({"if", "then", "elif", "else", "while", "until", "do", "!", "{", "time"})
OPERATORS = frozenset("();<>|&\n")
LIMIT = 8_192


def targets(command: str, environment: Mapping[str, str], folder: Path) -> list[tuple[str, str]]:
    """(program, destination) for each program in `command` that reaches a cluster or an engine, each once.

    A program that is mentioned but cannot be read as a plain command goes to UNKNOWN.
    """
    mentioned = Counter(match[1] for match in MENTION.finditer(command))
    if not mentioned:
        return []
    readable = len(command) <= LIMIT and not SWITCHES.search(command)
    found = [_target(words, environment, folder) for words in simple_commands(command)] if readable else []
    plain = [item for item in found if item]
    unread = mentioned - Counter(program for program, _ in plain)
    return list(dict.fromkeys([*plain, *((program, UNKNOWN) for program in sorted(unread))]))


def simple_commands(command: str) -> list[list[str]]:
    """The words of each simple command of a script, split at operators; [] when the quoting does not close."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="();<>|&\n")
    lexer.whitespace = " \t\r"
    lexer.commenters = ""
    lexer.whitespace_split = True
    commands: list[list[str]] = [[]]
    try:
        for word in lexer:
            if word and OPERATORS.issuperset(word):
                commands.append([])
            else:
                commands[-1].append(word)
    except ValueError:
        return []
    return [words for words in commands if words]


def _target(words: Sequence[str], environment: Mapping[str, str], folder: Path) -> tuple[str, str] | None:
    words = list(dropwhile(RESERVED.__contains__, words))
    assigned = dict(_assignments(words))
    words = list(dropwhile(ASSIGNMENT.fullmatch, words))
    program = Path(words[0]).name if words else ""
    if program not in PROGRAMS:
        return None
    merged = {**environment, **assigned}
    if program == "docker":
        return program, read_endpoint(merged, words)
    return program, describe(read_context(merged, words, folder))


def _assignments(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word in takewhile(ASSIGNMENT.fullmatch, words):
        name, _, value = word.partition("=")
        yield name, value


def describe(context: KubernetesContext) -> str:
    """A context in one line: its name, the cluster's address and the namespace."""
    line = f"context {context.name}, {context.server}, namespace {context.namespace}"
    return f"{line} ({context.reason})" if context.reason else line
