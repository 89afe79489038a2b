"""Where a command goes, as it is written down: where the run is pinned to, or what the command itself names. Pure.

Programs beside kubectl, helm and docker that go where those go by default are recorded as going there.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from devops_agent.guard.pin import Destination
from devops_agent.guard.targets import Target, simple_commands
from devops_agent.kubernetes_context import KubernetesContext

CLUSTER_FOLLOWERS = frozenset({"k9s", "argocd", "flux", "stern", "istioctl", "skaffold"})
ENGINE_FOLLOWERS = frozenset({"docker-compose"})


def recorded(command: str, aims: Iterable[Target], now: Destination, pinned: Destination) -> str:
    """One clause for each program that reaches a cluster or an engine; "" for none.

    `aims` are the command's targets; one that is where a command without words of its own goes `now` goes to the
    `pinned` destination.
    """
    clauses = [_clause(aim, now, pinned) for aim in aims]
    return "; ".join(dict.fromkeys([*clauses, *_followers(command, pinned)]))


def starts_docker(command: str, aims: Iterable[Target]) -> bool:
    """Whether a command speaks to a container engine, or mentions docker where that cannot be told."""
    programs = (Path(words[0]).name for words in simple_commands(command))
    return any(aim.program == "docker" for aim in aims) or not ENGINE_FOLLOWERS.isdisjoint(programs)


def _clause(aim: Target, now: Destination, pinned: Destination) -> str:
    if aim.context is None:
        return f"{aim.program}: {pinned.endpoint if aim.endpoint == now.endpoint else aim.text}"
    return f"{aim.program}: {_whole(pinned.context if aim.context == now.context else aim.context)}"


def _followers(command: str, pinned: Destination) -> Iterator[str]:
    for words in simple_commands(command):
        program = Path(words[0]).name
        if program in CLUSTER_FOLLOWERS:
            yield f"{program}: {_whole(pinned.context)}"
        elif program in ENGINE_FOLLOWERS:
            yield f"{program}: {pinned.endpoint}"


def _whole(context: KubernetesContext) -> str:
    line = f"context {context.name}, cluster {context.cluster} at {context.server}, namespace {context.namespace}"
    return f"{line} ({context.reason})" if context.reason else line
