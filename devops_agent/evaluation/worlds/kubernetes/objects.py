"""What a cluster holds: workloads and their pods, services, nodes and the rest."""

from dataclasses import dataclass, field
from typing import Literal

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
    renumbered: set[int] = field(default_factory=set)
    """Revisions that an undo made the newest again."""
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
