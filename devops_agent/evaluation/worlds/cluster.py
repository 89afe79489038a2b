"""A Kubernetes cluster: nodes, namespaces and what lives in them, in every ordinary state of health."""

from dataclasses import dataclass, field
from typing import Literal

from devops_agent.evaluation.worlds.logs import fatal, log_lines
from devops_agent.evaluation.worlds.values import SAFE_ALPHABET, Values

Health = Literal[
    "running",
    "restarted",
    "crashloop",
    "error",
    "oom",
    "imagepull",
    "pending",
    "unready",
    "liveness",
    "config",
    "completed",
    "creating",
    "terminating",
]
SICK: tuple[Health, ...] = ("crashloop", "oom", "imagepull", "pending", "unready", "liveness", "config", "creating")
USUAL: tuple[Health, ...] = ("running",) * 8 + ("restarted",) * 2 + SICK
HOUR, DAY = 3600, 86400


@dataclass
class Event:
    """Something the cluster reports. `age` and `first` are seconds ago; `source` is a component."""

    kind: Literal["Normal", "Warning"]
    reason: str
    about: str
    message: str
    age: int
    count: int = 1
    first: int = 0
    source: str = "kubelet"


@dataclass
class Pod:
    """One pod with one container. `age` and `restarted` are seconds ago."""

    name: str
    namespace: str
    owner: str
    image: str
    health: Health
    age: int
    node: str
    address: str
    labels: dict[str, str]
    container: str
    port: int = 0
    ready: bool = True
    status: str = "Running"
    phase: str = "Running"
    restarts: int = 0
    restarted: int = 0
    code: int = 0
    cause: str = ""
    memory_limit: str = ""
    logs: list[str] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    cpu: int = 1
    memory: int = 10


@dataclass
class Workload:
    """A Deployment, StatefulSet or DaemonSet."""

    kind: Literal["Deployment", "StatefulSet", "DaemonSet"]
    name: str
    namespace: str
    replicas: int
    image: str
    age: int
    port: int
    health: Health = "running"
    paused: bool = False
    revision: int = 1
    template_hash: str = ""
    old_images: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Service:
    name: str
    namespace: str
    type: str
    address: str
    ports: list[tuple[int, int]]
    selector: dict[str, str]
    age: int
    external: str = "<none>"
    node_port: int = 0


@dataclass
class Node:
    name: str
    ready: bool
    roles: str
    age: int
    version: str
    address: str
    cordoned: bool = False
    cpu: int = 4
    memory_gib: int = 8
    cpu_used: int = 10
    memory_used: int = 40


@dataclass
class Job:
    name: str
    namespace: str
    completions: int
    succeeded: int
    age: int
    duration: int
    failed: bool = False


@dataclass
class CronJob:
    name: str
    namespace: str
    schedule: str
    suspended: bool
    last: int
    age: int
    image: str


@dataclass
class Ingress:
    name: str
    namespace: str
    host: str
    service: str
    port: int
    address: str
    age: int


@dataclass
class Claim:
    """A PersistentVolumeClaim."""

    name: str
    namespace: str
    bound: bool
    size: str
    storage_class: str
    age: int
    volume: str


@dataclass
class Record:
    """A ConfigMap or a Secret: names and values."""

    kind: Literal["configmap", "secret"]
    name: str
    namespace: str
    data: dict[str, str]
    age: int


@dataclass
class Autoscaler:
    name: str
    namespace: str
    low: int
    high: int
    current: int
    usage: int
    target: int
    age: int


class Cluster:
    """The state of a cluster. `problem` says why it cannot be reached."""

    def __init__(self, values: Values, now: int) -> None:
        self.values = values
        self.now = now
        self.problem: Literal["", "refused", "forbidden", "no-context"] = ""
        self.context = values.pick(
            [values.name(), "minikube", "docker-desktop", f"kind-{values.name()}", "production", "staging"]
        )
        self.contexts = sorted({self.context, *values.different(values.between(0, 2))})
        self.current_namespace = "default"
        self.version = f"v1.{values.between(24, 34)}.{values.between(0, 14)}"
        self.namespaces: dict[str, int] = {}
        self.workloads: list[Workload] = []
        self.pods: list[Pod] = []
        self.services: list[Service] = []
        self.jobs: list[Job] = []
        self.cronjobs: list[CronJob] = []
        self.ingresses: list[Ingress] = []
        self.claims: list[Claim] = []
        self.records: list[Record] = []
        self.autoscalers: list[Autoscaler] = []
        self.metrics = values.chance(0.85)
        self.nodes = self._nodes(values.pick([1, 1, 2, 2, 3, 4]))
        for name in ("default", "kube-node-lease", "kube-public", "kube-system"):
            self._new_namespace(name, self.nodes[0].age)

    def _nodes(self, count: int) -> list[Node]:
        values = self.values
        style = values.pick(["ip", "name", "pool"])
        names = {
            "ip": lambda i: (
                f"ip-10-{values.between(0, 200)}-{values.between(1, 200)}-{values.between(1, 250)}.ec2.internal"
            ),
            "name": lambda i: values.name(),
            "pool": lambda i: f"{values.name()}-{i + 1}",
        }
        age = values.between(2 * DAY, 400 * DAY)
        roles = ["control-plane" if style != "ip" else "<none>", *["<none>"] * (count - 1)]
        return [
            Node(
                names[style](i),
                True,
                roles[i],
                age - i * 60,
                self.version,
                values.address(10),
                cpu=values.pick([2, 4, 8, 16]),
                memory_gib=values.pick([4, 8, 16, 32]),
                cpu_used=values.between(2, 95),
                memory_used=values.between(10, 95),
            )
            for i in range(count)
        ]

    def namespace(self, name: str = "") -> str:
        """Make sure there is such a namespace."""
        name = name or self.values.namespace()
        if name not in self.namespaces:
            self._new_namespace(name, self.values.between(HOUR, 300 * DAY))
        return name

    def _new_namespace(self, name: str, age: int) -> None:
        """Every namespace is born with the certificate of the cluster."""
        self.namespaces[name] = age
        self.records.append(Record("configmap", "kube-root-ca.crt", name, {"ca.crt": "…"}, age))

    def deploy(
        self,
        namespace: str = "",
        health: Health = "running",
        name: str = "",
        replicas: int = 0,
        kind: Literal["Deployment", "StatefulSet", "DaemonSet"] = "Deployment",
    ) -> Workload:
        """A new workload whose pods are in this state of health, at least the first of them."""
        values, namespace = self.values, self.namespace(namespace or "default")
        taken = {one.name for one in self.workloads if one.namespace == namespace}
        name = name or next(new for new in iter(values.service, None) if new not in taken)
        workload = Workload(
            kind,
            name,
            namespace,
            replicas or values.pick([1, 1, 1, 2, 2, 3]),
            values.image(),
            values.between(120, 200 * DAY),
            values.port(),
            health,
        )
        workload.template_hash = values.letters(values.pick([8, 9, 9, 10]), SAFE_ALPHABET)
        workload.revision = values.between(1, 9)
        workload.old_images = [
            f"{workload.image.rsplit(':', 1)[0]}:{values.tag()}" for _ in range(workload.revision - 1)
        ]
        workload.environment = {values.variable(): values.setting() for _ in range(values.between(0, 2))}
        self.workloads.append(workload)
        for index in range(workload.replicas):
            self.add_pod(workload, health if index == 0 or values.chance(0.6) else "running", index)
        return workload

    def add_pod(self, workload: Workload, health: Health, index: int = 0, age: int = 0) -> Pod:
        values = self.values
        suffix = str(index) if workload.kind == "StatefulSet" else values.letters(5, SAFE_ALPHABET)
        middle = f"-{workload.template_hash}" if workload.kind == "Deployment" else ""
        node = values.pick([one for one in self.nodes if not one.cordoned] or self.nodes)
        pod = Pod(
            f"{workload.name}{middle}-{suffix}",
            workload.namespace,
            workload.name,
            workload.image,
            health,
            age or values.between(60, workload.age),
            node.name,
            values.address(10, 244),
            {"app": workload.name},
            workload.name,
            workload.port,
        )
        pod.cpu, pod.memory = values.between(1, 900), values.between(5, 1900)
        if workload.kind == "Deployment":
            pod.labels["pod-template-hash"] = workload.template_hash
        fall_ill(pod, self)
        self.pods.append(pod)
        return pod

    def populate(self, namespace: str, workloads: int) -> None:
        """Fill a namespace with so many workloads, mostly well."""
        for _ in range(workloads):
            self.deploy(namespace, self.values.pick(USUAL))

    def expose(self, workload: Workload, name: str = "", selects: str = "") -> Service:
        """A service for a workload; `selects` another app than its own to break it."""
        values = self.values
        kind = values.pick(["ClusterIP"] * 4 + ["NodePort", "LoadBalancer"])
        external = {
            "ClusterIP": "<none>",
            "NodePort": "<none>",
            "LoadBalancer": values.pick(["<pending>", values.address()]),
        }[kind]
        port = values.pick([80, workload.port])
        service = Service(
            name or workload.name,
            workload.namespace,
            kind,
            values.address(10, 96),
            [(port, workload.port)],
            {"app": selects or workload.name},
            values.between(60, workload.age),
            external,
        )
        service.node_port = values.between(30000, 32767) if kind != "ClusterIP" else 0
        self.services.append(service)
        return service

    def endpoints(self, service: Service) -> list[str]:
        target = service.ports[0][1]
        return [
            f"{pod.address}:{target}"
            for pod in self.pods
            if pod.namespace == service.namespace and pod.ready and service.selector.items() <= pod.labels.items()
        ]

    def pods_of(self, workload: Workload) -> list[Pod]:
        return [pod for pod in self.pods if pod.owner == workload.name and pod.namespace == workload.namespace]

    def scale(self, workload: Workload, replicas: int) -> None:
        pods = self.pods_of(workload)
        for pod in pods[replicas:]:
            self.pods.remove(pod)
        workload.replicas = replicas
        for index in range(len(pods), replicas):
            self.add_pod(workload, "running", index, age=3)

    def roll(self, workload: Workload, health: Health = "running") -> None:
        """Replace the pods of a workload by new ones."""
        for pod in self.pods_of(workload):
            self.pods.remove(pod)
        workload.template_hash = self.values.letters(9, SAFE_ALPHABET)
        workload.revision += 1
        workload.health = health
        for index in range(workload.replicas):
            self.add_pod(workload, health, index, age=8)

    def find(self, kind: str, name: str, namespace: str) -> Workload | None:
        return next(
            (one for one in self.workloads if (one.kind, one.name, one.namespace) == (kind, name, namespace)), None
        )

    def pod(self, name: str, namespace: str) -> Pod | None:
        return next((one for one in self.pods if one.name == name and one.namespace == namespace), None)

    def add_job(self, namespace: str, failed: bool = False) -> Job:
        values = self.values
        name = values.name()
        job = Job(
            name,
            self.namespace(namespace),
            1,
            0 if failed else 1,
            values.between(300, 90 * DAY),
            values.between(3, 290),
            failed,
        )
        self.jobs.append(job)
        workload = Workload("Deployment", name, namespace, 1, values.image(), job.age, 0)
        pod = self.add_pod(workload, "error" if failed else "completed", age=job.age)
        pod.name, pod.labels = f"{name}-{values.letters(5, SAFE_ALPHABET)}", {"job-name": name}
        return job

    def add_cronjob(self, namespace: str) -> CronJob:
        values = self.values
        schedule = values.pick(["*/5 * * * *", "0 * * * *", "0 2 * * *", "30 3 * * 0", "@daily", "15 */6 * * *"])
        one = CronJob(
            values.name(),
            self.namespace(namespace),
            schedule,
            values.chance(0.2),
            values.between(60, DAY),
            values.between(DAY, 200 * DAY),
            values.image(),
        )
        self.cronjobs.append(one)
        return one

    def add_ingress(self, namespace: str, service: str = "") -> Ingress:
        values = self.values
        host = f"{values.name()}.{values.pick(['example.com', 'internal', 'local', values.name() + '.io'])}"
        one = Ingress(
            values.name(),
            self.namespace(namespace),
            host,
            service or values.service(),
            values.pick([80, values.port()]),
            values.pick(["", values.address(10)]),
            values.between(60, 200 * DAY),
        )
        self.ingresses.append(one)
        return one

    def add_claim(self, namespace: str, bound: bool = True) -> Claim:
        values = self.values
        identity = "-".join(values.hexadecimal(n) for n in (8, 4, 4, 4, 12))
        storage = values.pick(["standard", "gp2", "gp3", "local-path", values.name()])
        one = Claim(
            values.pick([f"data-{values.name()}-0", values.name()]),
            self.namespace(namespace),
            bound,
            f"{values.pick([1, 2, 5, 10, 20, 50, 100])}Gi",
            storage,
            values.between(60, 200 * DAY),
            f"pvc-{identity}" if bound else "",
        )
        self.claims.append(one)
        return one

    def add_record(self, namespace: str, kind: Literal["configmap", "secret"] = "configmap") -> Record:
        values = self.values
        data = {values.variable(): values.setting() for _ in range(values.between(1, 4))}
        one = Record(kind, values.name(), self.namespace(namespace), data, values.between(60, 200 * DAY))
        self.records.append(one)
        return one

    def add_autoscaler(self, workload: Workload) -> Autoscaler:
        values = self.values
        low = values.between(1, 3)
        one = Autoscaler(
            workload.name,
            workload.namespace,
            low,
            low + values.between(1, 9),
            workload.replicas,
            values.between(3, 180),
            values.pick([50, 60, 70, 80]),
            values.between(60, workload.age),
        )
        self.autoscalers.append(one)
        return one


def fall_ill(pod: Pod, cluster: Cluster) -> None:
    """Put a pod into the state its health says, with the logs and events that go with it."""
    values = cluster.values
    _ILLNESSES[pod.health](pod, values)
    if pod.phase == "Running" and not pod.logs:
        pod.logs = log_lines(values, values.between(2, 6), cluster.now, "" if pod.ready else pod.cause)
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
    text = f'Failed to pull image "{pod.image}": failed to pull and unpack image "{pod.image}": failed to resolve reference "{pod.image}": {pod.image}: {reason}'
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
            f"0/{nodes} nodes are available: {nodes} node(s) had untolerated taint {{{values.name()}: {values.name()}}}.",
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
            f'{probe} probe failed: Get "{where}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
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
