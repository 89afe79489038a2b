"""What can have become of a container, by the name of its fate."""

from typing import Literal

from devops_agent.evaluation.worlds.docker.objects import GIB, Container
from devops_agent.evaluation.worlds.logs import fatal
from devops_agent.evaluation.worlds.values import Values

Fate = Literal[
    "healthy",
    "starting",
    "unhealthy",
    "plain",
    "crashed",
    "oom",
    "stopped",
    "killed",
    "done",
    "paused",
    "restarting",
    "created",
    "dead",
]
RUNNING_FATES: tuple[Fate, ...] = (
    "plain",
    "plain",
    "plain",
    "healthy",
    "healthy",
    "unhealthy",
    "starting",
    "paused",
    "restarting",
)
STOPPED_FATES: tuple[Fate, ...] = ("crashed", "crashed", "oom", "stopped", "killed", "done", "created")


def befall(container: Container, fate: Fate, values: Values) -> str:
    """Put a container into the state of its fate, and return its last words."""
    return _FATES[fate](container, values)


def _plain(container: Container, values: Values) -> str:
    return ""


def _healthy(container: Container, values: Values) -> str:
    container.health = "healthy"
    return ""


def _starting(container: Container, values: Values) -> str:
    container.health, container.since = "starting", values.between(1, 30)
    return ""


def _unhealthy(container: Container, values: Values) -> str:
    container.health = "unhealthy"
    return (
        values.pick(["health check failed: ", "probe error: "])
        + f"dial tcp 127.0.0.1:{values.port()}: connect: connection refused"
    )


def _crashed(container: Container, values: Values) -> str:
    container.state, container.code = "exited", values.pick([1, 1, 1, 2, 127, 139])
    return fatal(values)


def _oom(container: Container, values: Values) -> str:
    container.state, container.code, container.oom = "exited", 137, True
    container.limit = container.limit or GIB // 4
    return values.pick(
        ["", "java.lang.OutOfMemoryError: Java heap space", "fatal error: runtime: out of memory", "Killed"]
    )


def _stopped(container: Container, values: Values) -> str:
    container.state, container.code = "exited", values.pick([0, 143])
    return values.pick(
        ["received SIGTERM, shutting down", "signal 15 (SIGTERM) received, exiting", "Shutting down gracefully"]
    )


def _killed(container: Container, values: Values) -> str:
    container.state, container.code = "exited", 137
    return ""


def _done(container: Container, values: Values) -> str:
    container.state, container.code = "exited", 0
    return values.pick(["all done", "migration finished", "backup complete", "finished without errors"])


def _paused(container: Container, values: Values) -> str:
    container.state = "paused"
    return ""


def _restarting(container: Container, values: Values) -> str:
    container.state, container.code, container.restart_policy = "restarting", values.pick([1, 1, 2, 127]), "always"
    container.since, container.restarts = values.between(1, 50), values.between(3, 90)
    return fatal(values)


def _created(container: Container, values: Values) -> str:
    container.state = "created"
    return ""


def _dead(container: Container, values: Values) -> str:
    container.state, container.code = "dead", 137
    return fatal(values)


_FATES = {
    "plain": _plain,
    "healthy": _healthy,
    "starting": _starting,
    "unhealthy": _unhealthy,
    "crashed": _crashed,
    "oom": _oom,
    "stopped": _stopped,
    "killed": _killed,
    "done": _done,
    "paused": _paused,
    "restarting": _restarting,
    "created": _created,
    "dead": _dead,
}
