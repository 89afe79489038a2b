"""What can go wrong whatever was asked: no daemon, no cluster, no program, a user who says no."""

import random

from devops_agent.approval import Mode
from devops_agent.evaluation.worlds.kubernetes.kubectl import FAILURES

from training.tasks.scene import Call, Intent, Oracle, Scene, Turn, error_line, failed

SHARE = 0.08
FEEDBACK = ("", "", "no", "not now", "don't do that", "leave it as it is", "wait", "stop", "i changed my mind")
BROKEN = {
    "docker": ("down", "denied", "missing"),
    "k8s": ("refused", "no-context", "missing", *FAILURES),
    "compose": ("down",),
    "helm": ("missing",),
}


def with_mishap(intent: Intent, scene: Scene, rng: random.Random) -> tuple[Oracle, Mode]:
    """The intent's oracle, at times in a world where it cannot succeed; and the mode it is played in."""
    oracle = intent.play(scene)
    kind = rng.random()
    if kind < SHARE / 2 and intent.name.partition(".")[0] in BROKEN:
        return _broken(intent.name.partition(".")[0], oracle, scene, rng), "changes"
    if kind > 1 - SHARE / 2:
        return _refused(oracle, rng), rng.choice(["changes", "changes", "read-only"])
    return oracle, "changes"


def _broken(area: str, oracle: Oracle, scene: Scene, rng: random.Random) -> Oracle:
    """The first call fails for a reason nothing can be done about."""
    first = next(oracle)
    if not isinstance(first, Call) or first.tool != "bash":
        return (yield from _resumed(oracle, first))
    how = rng.choice(BROKEN[area])
    if how == "missing":
        scene.world.missing.add(str(first.arguments["command"]).split()[0])
    elif area == "k8s":
        scene.world.cluster.problem = how  # type: ignore[assignment]
    else:
        scene.world.docker.problem = how  # type: ignore[assignment]
    told = yield first
    if not failed(told) and "[stderr]" not in told:
        return (yield from _resumed(oracle, told, sent=True))
    return _EXPLAINED.get(how, UNREACHABLE).format(
        program=str(first.arguments["command"]).split()[0], error=error_line(told)
    )


def _resumed(oracle: Oracle, step: object, *, sent: bool = False) -> Oracle:
    """Go on with an oracle that stopped at `step`, or that waits for the observation `step`."""
    try:
        current = oracle.send(str(step)) if sent else step
        while True:
            told = yield current  # type: ignore[misc]
            current = oracle.send(told)
    except StopIteration as end:
        return str(end.value)


def _refused(oracle: Oracle, rng: random.Random) -> Oracle:
    """The user says no to the first change, and that is that."""
    try:
        step: Call | Turn = next(oracle)
        while True:
            if isinstance(step, Call):
                told = yield Call(step.tool, step.arguments, rng.choice(FEEDBACK))
                if told.startswith(("User rejected", "Refused")):
                    return _declined(step, told)
            else:
                told = yield step
            step = oracle.send(told)
    except StopIteration as end:
        return str(end.value)


def _declined(step: Call, told: str) -> str:
    what = f"`{step.arguments['command']}`" if step.tool == "bash" else str(step.arguments.get("path", step.tool))
    if told.startswith("User rejected"):
        return f"Not done: you rejected {what}, so nothing was changed."
    return f"Not done: this session is read-only, so {what} was not run."


UNREACHABLE = "The cluster cannot be reached: {error}"
_EXPLAINED = {
    "down": "Docker cannot be reached: {error}",
    "denied": "I have no permission to use Docker: permission denied on /var/run/docker.sock.",
    "missing": "{program} is not installed here: command not found.",
    "no-context": "kubectl is not connected to a cluster: {error}",
}
