"""What is wrong with a pod: its state, its logs and its events, by the name of its health."""

from devops_agent.evaluation.worlds.kubernetes.objects import Event, Pod
from devops_agent.evaluation.worlds.logs import fatal, log_lines
from devops_agent.evaluation.worlds.values import Values

HOUR = 3600


def fall_ill(pod: Pod, values: Values, now: int) -> None:
    """Put a pod into the state its health says, with the logs and events that go with it."""
    _ILLNESSES[pod.health](pod, values)
    if pod.phase == "Running" and not pod.logs:
        pod.logs = log_lines(values, values.between(2, 6), now, "" if pod.ready else pod.cause)
    if pod.health not in ("pending",):
        started = Event(
            "Normal",
            "Scheduled",
            pod.name,
            f"Successfully assigned {pod.namespace}/{pod.name} to {pod.node}",
            pod.age,
            source="default-scheduler",
        )
        pod.events = [started, *_starting_events(pod, values), *pod.events]
    pod.events = [event for event in pod.events if event.age < HOUR]


def _starting_events(pod: Pod, values: Values) -> list[Event]:
    if pod.health in ("imagepull", "creating", "config"):
        return []
    count = pod.restarts + 1
    latest = pod.restarted or pod.age
    pulled = f'Container image "{pod.image}" already present on machine'
    texts = (
        ("Pulled", pulled),
        ("Created", f"Created container: {pod.container}"),
        ("Started", f"Started container {pod.container}"),
    )
    return [Event("Normal", reason, pod.name, text, latest, count, pod.age) for reason, text in texts]


def _running(pod: Pod, values: Values) -> None:
    pass


def _restarted(pod: Pod, values: Values) -> None:
    pod.restarts, pod.restarted = values.between(1, 12), values.between(60, max(61, pod.age))
    pod.code = values.pick([0, 1, 137, 255])


def _loop(pod: Pod, values: Values) -> None:
    pod.ready, pod.restarts, pod.restarted = False, values.between(2, 60), values.between(20, 300)
    pod.age = max(pod.age, pod.restarts * 60)
    backoff = f"Back-off restarting failed container {pod.container} in pod {pod.name}"
    pod.events = [Event("Warning", "BackOff", pod.name, backoff, values.between(2, 90), pod.restarts * 3, pod.age - 20)]


def _crashloop(pod: Pod, values: Values) -> None:
    _loop(pod, values)
    pod.status, pod.code, pod.cause = "CrashLoopBackOff", values.pick([1, 1, 1, 2, 127]), fatal(values)
    pod.logs = pod.previous = log_lines(values, values.between(1, 5), 1_760_000_000, pod.cause)


def _error(pod: Pod, values: Values) -> None:
    pod.ready, pod.status, pod.phase, pod.code, pod.cause = False, "Error", "Failed", 1, fatal(values)
    pod.logs = log_lines(values, values.between(1, 4), 1_760_000_000, pod.cause)


def _oom(pod: Pod, values: Values) -> None:
    _loop(pod, values)
    pod.status, pod.code = values.pick(["OOMKilled", "CrashLoopBackOff"]), 137
    pod.memory_limit, pod.cause = values.pick(["64Mi", "128Mi", "256Mi", "512Mi", "1Gi"]), "OOMKilled"
    pod.logs = pod.previous = log_lines(values, values.between(1, 4), 1_760_000_000)


def _imagepull(pod: Pod, values: Values) -> None:
    pod.ready, pod.phase, pod.status, pod.address = (
        False,
        "Pending",
        values.pick(["ImagePullBackOff", "ImagePullBackOff", "ErrImagePull"]),
        "<none>",
    )
    reason = values.pick(
        [
            "not found",
            "pull access denied, repository does not exist or may require authorization",
            "unauthorized: authentication required",
        ]
    )
    text = (
        f'Failed to pull image "{pod.image}": failed to pull and unpack image "{pod.image}": failed to resolve '
        f'reference "{pod.image}": {pod.image}: {reason}'
    )
    pod.cause = reason
    age, count = values.between(5, 60), values.between(2, 6)
    pod.age = max(pod.age, 200)
    rows = (
        ("Normal", "Pulling", f'Pulling image "{pod.image}"'),
        ("Warning", "Failed", text),
        ("Warning", "Failed", "Error: ErrImagePull"),
        ("Normal", "BackOff", f'Back-off pulling image "{pod.image}"'),
        ("Warning", "Failed", "Error: ImagePullBackOff"),
    )
    pod.events = [Event(kind, reason, pod.name, message, age, count, pod.age) for kind, reason, message in rows]  # type: ignore[arg-type]


def _pending(pod: Pod, values: Values) -> None:
    pod.ready, pod.phase, pod.status, pod.address, pod.node = False, "Pending", "Pending", "<none>", "<none>"
    nodes = values.between(1, 5)
    claim = values.name()
    pod.cause = values.pick(
        [
            f"0/{nodes} nodes are available: {nodes} Insufficient cpu.",
            f"0/{nodes} nodes are available: {nodes} Insufficient memory.",
            f"0/{nodes} nodes are available: {nodes} node(s) didn't match Pod's node affinity/selector.",
            f"0/{nodes} nodes are available: {nodes} node(s) had untolerated taint {{{values.name()}: "
            f"{values.name()}}}.",
            f'0/{nodes} nodes are available: persistentvolumeclaim "{claim}" not found.',
            f"0/{nodes} nodes are available: pod has unbound immediate PersistentVolumeClaims.",
        ]
    )
    helps = (
        f" preemption: 0/{nodes} nodes are available: {nodes} Preemption is not helpful for scheduling."
        if values.chance(0.5)
        else ""
    )
    pod.events = [
        Event(
            "Warning",
            "FailedScheduling",
            pod.name,
            pod.cause + helps,
            min(pod.age, values.between(5, 200)),
            source="default-scheduler",
        )
    ]


def _probe(pod: Pod, values: Values, probe: str) -> None:
    where = f"http://{pod.address}:{pod.port}/{values.pick(['health', 'healthz', 'ready', 'live', values.name()])}"
    pod.cause = values.pick(
        [
            f"{probe} probe failed: HTTP probe failed with statuscode: {values.pick([404, 500, 502, 503])}",
            f'{probe} probe failed: Get "{where}": dial tcp {pod.address}:{pod.port}: connect: connection refused',
            f'{probe} probe failed: Get "{where}": context deadline exceeded (Client.Timeout exceeded while '
            "awaiting headers)",
        ]
    )
    pod.events = [
        Event("Warning", "Unhealthy", pod.name, pod.cause, values.between(2, 20), values.between(3, 400), pod.age - 10)
    ]


def _unready(pod: Pod, values: Values) -> None:
    pod.ready, pod.age = False, max(pod.age, 60)
    _probe(pod, values, "Readiness")


def _liveness(pod: Pod, values: Values) -> None:
    pod.restarts, pod.restarted, pod.code, pod.age = (
        values.between(2, 30),
        values.between(10, 200),
        137,
        max(pod.age, 900),
    )
    _probe(pod, values, "Liveness")
    pod.events.append(
        Event(
            "Normal",
            "Killing",
            pod.name,
            f"Container {pod.container} failed liveness probe, will be restarted",
            pod.restarted,
            pod.restarts,
            pod.age - 60,
        )
    )


def _config(pod: Pod, values: Values) -> None:
    pod.ready, pod.phase, pod.status = False, "Pending", "CreateContainerConfigError"
    pod.cause = f'{values.pick(["secret", "configmap"])} "{values.name()}" not found'
    pod.events = [
        Event(
            "Warning",
            "Failed",
            pod.name,
            f"Error: {pod.cause}",
            values.between(2, 60),
            values.between(3, 60),
            pod.age - 5,
        )
    ]


def _completed(pod: Pod, values: Values) -> None:
    pod.ready, pod.phase, pod.status = False, "Succeeded", "Completed"
    pod.logs = log_lines(
        values, values.between(1, 4), 1_760_000_000, values.pick(["done", "all migrations applied", "backup written"])
    )


def _creating(pod: Pod, values: Values) -> None:
    pod.ready, pod.phase, pod.status, pod.address = False, "Pending", "ContainerCreating", "<none>"
    volume, missing = values.name(), values.name()
    kind = values.pick(["secret", "configmap"])
    pod.cause = f'MountVolume.SetUp failed for volume "{volume}" : {kind} "{missing}" not found'
    pod.events = [
        Event("Warning", "FailedMount", pod.name, pod.cause, values.between(2, 90), values.between(3, 40), pod.age - 2)
    ]


def _terminating(pod: Pod, values: Values) -> None:
    pod.status = "Terminating"
    pod.events = [Event("Normal", "Killing", pod.name, f"Stopping container {pod.container}", values.between(30, 300))]


_ILLNESSES = {
    "running": _running,
    "restarted": _restarted,
    "crashloop": _crashloop,
    "error": _error,
    "oom": _oom,
    "imagepull": _imagepull,
    "pending": _pending,
    "unready": _unready,
    "liveness": _liveness,
    "config": _config,
    "completed": _completed,
    "creating": _creating,
    "terminating": _terminating,
}
