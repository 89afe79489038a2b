"""How containers come to their end, and what is said of it."""

from devops_agent.evaluation.worlds.docker.objects import Container

from training.phrasing import expand, fill, templates
from training.tasks.scene import Scene

LAST_WORDS = templates(
    """
    lost the connection to {name}
    cannot (reach|find|open|read|resolve) {name}
    cannot parse {path}: line {number}
    {name} (refused|rejected) the (handshake|request|token)
    missing setting {key}
    schema version {number} expected
    the licence of {name} has expired
    too many open files
    assertion failed in {name}
    unexpected end of {path}
    no (leader|quorum|route) for {name}
    {name}: unknown option
    """
)
LEVELS = ("", "fatal: ", "error: ", "ERROR ", "FATAL ", "panic: ", "[error] ", "Error: ", "critical: ", "E ")


def end_otherwise(one: Container, s: Scene) -> None:
    """In training a crash has, at times, an exit code and last words of any kind."""
    if not s.to_learn or one.code in (0, 137, 143) or not one.cause or not s.v.chance(0.7):
        return
    one.code = s.v.pick([1, 1, 2, 3, 3, 4, 5, 64, 78, 126, 134, 139, s.v.between(1, 136)])
    slots = {"name": s.v.name(), "path": f"/etc/{s.v.name()}.conf", "number": s.v.between(1, 99), "key": s.v.variable()}
    one.cause = s.v.pick(LEVELS) + fill(expand(s.v.pick(LAST_WORDS), s.v.rng), slots)
    one.logs[:] = [*([] if s.v.chance(0.5) else one.logs[:-1]), one.cause]


def explained(one: Container) -> str:
    """Why a container is not running, from its state and its logs."""
    verb = "is restarting again and again" if one.state == "restarting" else "stopped"
    if one.oom:
        return f"{one.name} {verb} because it ran out of memory: exit code 137, OOM killed."
    if one.code not in (0, 137, 143) and one.cause:
        return f"{one.name} {verb} with exit code {one.code}. Its last log line is: {one.logs[-1]}"
    if one.code == 137:
        return f"{one.name} {verb} because it was killed: exit code 137, not for lack of memory."
    if one.code == 143 or "SIGTERM" in one.cause or "Shutting" in one.cause:
        return f"{one.name} was stopped from outside: exit code {one.code}. Its last log line is: {one.logs[-1]}"
    return f"{one.name} ended by itself with exit code {one.code}, no error. Its last log line is: {one.logs[-1]}"
