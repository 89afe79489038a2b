"""The state of a world as plain facts, and what changed from one moment to another."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from devops_agent.evaluation.worlds.world import World

Condition = Mapping[str, str]
"""Fact -> value, such as `docker/container/web` -> its state in words."""
Changes = dict[str, str | None]
"""Fact -> its new value, None when it is gone."""
FILE = "file:"


def condition(world: World) -> dict[str, str]:
    """Everything about a world that a task could want changed or left alone."""
    found: dict[str, str] = {}
    for facts in (_docker, _cluster, _helm, _system, _git, _files):
        found.update((name, value if isinstance(value, str) else _text(value)) for name, value in facts(world))
    return found


def changes(before: Condition, after: Condition) -> Changes:
    """What is new, different or gone. The names of new pods are left to chance, so that they do not count."""
    changed: Changes = {name: after.get(name) for name in [*before, *after] if before.get(name) != after.get(name)}
    return {name: value for name, value in changed.items() if name in before or not name.startswith("cluster/pod/")}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _docker(world: World) -> Iterator[tuple[str, Any]]:
    host = world.docker
    for one in host.containers:
        about = [one.state, one.image, one.restart_policy, one.network, one.ports, len(one.logs)]
        yield f"docker/container/{one.name}", about
    yield from ((f"docker/image/{one.name}", "there") for one in host.images)
    yield from ((f"docker/volume/{one.name}", "there") for one in host.volumes)
    yield from ((f"docker/network/{one.name}", "there") for one in host.networks)


def _cluster(world: World) -> Iterator[tuple[str, Any]]:
    cluster = world.cluster
    yield "cluster/context", [cluster.context, cluster.current_namespace]
    yield from ((f"cluster/namespace/{name}", "there") for name in cluster.namespaces)
    for one in cluster.workloads:
        about = [one.replicas, one.image, one.environment, one.revision]
        yield f"cluster/{one.kind.lower()}/{one.namespace}/{one.name}", about
    yield from ((f"cluster/pod/{one.namespace}/{one.name}", one.labels) for one in cluster.pods)
    yield from ((f"cluster/node/{one.name}", one.cordoned) for one in cluster.nodes)
    for service in cluster.services:
        yield f"cluster/service/{service.namespace}/{service.name}", [service.type, service.ports, service.selector]
    for record in cluster.records:
        yield f"cluster/{record.kind}/{record.namespace}/{record.name}", record.data
    for scaler in cluster.autoscalers:
        yield f"cluster/autoscaler/{scaler.namespace}/{scaler.name}", [scaler.low, scaler.high, scaler.target]
    yield from ((f"cluster/cronjob/{one.namespace}/{one.name}", one.suspended) for one in cluster.cronjobs)
    for kind, things in (("job", cluster.jobs), ("ingress", cluster.ingresses), ("claim", cluster.claims)):
        yield from ((f"cluster/{kind}/{one.namespace}/{one.name}", "there") for one in things)


def _helm(world: World) -> Iterator[tuple[str, Any]]:
    for one in world.helm.releases:
        yield f"helm/release/{one.namespace}/{one.name}", [one.chart.rpartition("-")[0], one.revision, one.status]
    yield from ((f"helm/repository/{name}", url) for name, url in world.helm.repositories.items())


def _system(world: World) -> Iterator[tuple[str, Any]]:
    for one in world.system.units.values():
        yield f"system/unit/{one.name}", [one.state, one.enabled, len(one.journal)]
    yield from ((f"system/process/{one.pid}", one.name) for one in world.system.processes)


def _git(world: World) -> Iterator[tuple[str, Any]]:
    git = world.git
    yield "git/branch", git.branch
    yield "git/branches", git.branches
    yield "git/tags", git.tags
    yield "git/files", [sorted(git.staged), sorted(git.changed), sorted(git.untracked)]
    yield "git/remote", [git.ahead, git.behind]
    yield "git/commits", [one.subject for one in git.commits]
    yield "git/stashes", len(git.stashes)


def _files(world: World) -> Iterator[tuple[str, Any]]:
    for path, file in world.files.tree.items():
        yield f"{FILE}{path}", [file.mode, file.text]
