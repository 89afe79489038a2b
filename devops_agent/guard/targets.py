"""What a shell command would act on: the cluster of each kubectl or helm in it, and the engine of each docker."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
TALKERS = frozenset(
    {
        "echo", "printf", "cat", "grep", "head", "tail", "ls", "which", "whereis", "type", "man", "stat", "wc", "du",
        "systemctl", "journalctl", "service", "pip", "pip3", "apt", "apt-get", "apt-cache", "dnf", "yum", "brew",
        "snap", "dpkg", "rpm", "ps", "pgrep", "pkill", "killall", "id", "groups", "usermod", "gpasswd", "rm", "cp",
        "mv", "mkdir", "touch", "chmod", "chown", "ln", "git", "curl", "wget",
    }
)  # fmt: skip
"""Programs for which the name of another is a word like any other: they do not start it."""


@dataclass(frozen=True)
class Target:
    """Where one program goes: a cluster, or for docker an engine's address; neither when that cannot be told."""

    program: str
    context: KubernetesContext | None = None
    endpoint: str = ""

    @property
    def text(self) -> str:
        """The destination in one line."""
        return describe(self.context) if self.context else self.endpoint or UNKNOWN

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that a human may have named after what runs there."""
        if self.context is None:
            return (self.endpoint or UNKNOWN,)
        return (self.context.name, self.context.cluster, self.context.server, self.context.namespace)


def targets(command: str, environment: Mapping[str, str], folder: Path) -> list[Target]:
    """The target of each program in `command` that reaches a cluster or an engine, each once.

    A program that is mentioned but cannot be read as a plain command goes to UNKNOWN.
    """
    mentioned = Counter(match[1] for match in MENTION.finditer(command))
    if not mentioned:
        return []
    readable = len(command) <= LIMIT and not SWITCHES.search(command)
    found: list[Target] = []
    for words in simple_commands(command) if readable else []:
        words = list(dropwhile(RESERVED.__contains__, words))
        target = _target(words, environment, folder)
        found += [target] if target else []
        mentioned -= Counter([target.program] if target else _merely_said(words))
    unread = [Target(program) for program in sorted(mentioned)]
    return list(dict.fromkeys([*found, *unread]))


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


def _target(words: Sequence[str], environment: Mapping[str, str], folder: Path) -> Target | None:
    assigned = dict(_assignments(words))
    words = list(dropwhile(ASSIGNMENT.fullmatch, words))
    program = Path(words[0]).name if words else ""
    if program not in PROGRAMS:
        return None
    merged = {**environment, **assigned}
    if program == "docker":
        return Target(program, endpoint=read_endpoint(merged, words))
    return Target(program, read_context(merged, words, folder))


def _assignments(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for word in takewhile(ASSIGNMENT.fullmatch, words):
        name, _, value = word.partition("=")
        yield name, value


def _merely_said(words: Sequence[str]) -> list[str]:
    """The programs that a command only mentions; none when it computes its words."""
    if words[:1] and words[0] in TALKERS and not any("$" in word or "`" in word for word in words):
        return [match[1] for word in words for match in MENTION.finditer(word)]
    return []


def describe(context: KubernetesContext) -> str:
    """A context in one line: its name, the cluster's address and the namespace."""
    line = f"context {context.name}, {context.server}, namespace {context.namespace}"
    return f"{line} ({context.reason})" if context.reason else line
