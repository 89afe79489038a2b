"""What a kubectl command would do, asked of the server without doing it. Pure."""

import shlex

from devops_agent.policy import lexer
from devops_agent.policy.quoting import NotPlain

DRY_RUN = "--dry-run=server"
DRY = frozenset(
    {"annotate", "apply", "autoscale", "create", "delete", "expose", "label", "patch", "replace", "run", "scale", "set"}
)
"""Verbs that take the flag."""


def dry_run(command: str) -> str:
    """The same single kubectl command as a server dry-run; "" where there is none."""
    words = _kubectl_words(command)
    return shlex.join([*words, DRY_RUN]) if words and words[1] in DRY else ""


def diff(command: str) -> str:
    """`kubectl diff` for a single `kubectl apply`; "" for anything else."""
    words = _kubectl_words(command)
    return shlex.join(["kubectl", "diff", *words[2:]]) if words and words[1] == "apply" else ""


def _kubectl_words(command: str) -> list[str]:
    """The words of a plain command that is kubectl, a verb and what the server can judge; [] for any other."""
    try:
        script = lexer.parse(command, {})
    except NotPlain:
        return []
    words = [word.text for word in script.commands[0].words]
    alone = len(script.commands) == 1 and not script.commands[0].inputs
    special = any(word == "--" or word == "-" or word.startswith("--dry-run") for word in words)
    is_expanded = any(word.glob for word in script.commands[0].words)
    return words if alone and len(words) > 2 and words[0] == "kubectl" and not special and not is_expanded else []
