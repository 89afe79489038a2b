"""What `docker inspect` knows of a container."""

from typing import Any

from devops_agent.evaluation.worlds.docker.objects import Container
from devops_agent.evaluation.worlds.logs import moment


def inspected(container: Container, now: int) -> dict[str, Any]:
    """The description, as short as the fields people ask for."""
    started = now - (container.since if container.up else min(container.age, container.since + 60))
    finished = "0001-01-01T00:00:00Z" if container.up else _time(now - container.since)
    state: dict[str, Any] = {
        "Status": container.state,
        "Running": container.state in ("running", "paused", "restarting"),
        "Paused": container.state == "paused",
        "Restarting": container.state == "restarting",
        "OOMKilled": container.oom,
        "Dead": container.state == "dead",
        "Pid": 0 if not container.up else 1000 + int(container.id[:4], 16),
        "ExitCode": 0 if container.state in ("running", "paused") else container.code,
        "Error": container.error,
        "StartedAt": _time(started) if container.state != "created" else "0001-01-01T00:00:00Z",
        "FinishedAt": finished if container.state != "created" else "0001-01-01T00:00:00Z",
    }
    if container.health:
        streak = 3 if container.health == "unhealthy" else 0
        output = container.cause if container.health == "unhealthy" else ""
        state["Health"] = {
            "Status": container.health,
            "FailingStreak": streak,
            "Log": [{"ExitCode": int(bool(streak)), "Output": output}],
        }
    mounts = [{"Type": "volume", "Name": name, "Destination": path} for name, path in container.volumes]
    return {
        "Id": container.id,
        "Created": _time(now - container.age),
        "State": state,
        "Name": f"/{container.name}",
        "RestartCount": container.restarts,
        "HostConfig": {"RestartPolicy": {"Name": container.restart_policy}, "Memory": container.limit},
        "Config": {"Image": container.image, "Env": [f"{key}={value}" for key, value in container.env.items()]},
        "Mounts": mounts,
        "NetworkSettings": {"Networks": {container.network: {"IPAddress": container.address if container.up else ""}}},
    }


def _time(seconds: int) -> str:
    return f"{moment(seconds):%Y-%m-%dT%H:%M:%S}.{seconds % 1000:03d}{seconds % 997:03d}{seconds % 991:03d}Z"
