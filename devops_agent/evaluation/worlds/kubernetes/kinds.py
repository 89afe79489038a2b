"""The kinds of things in a cluster: their names, their tables, and where they are kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from devops_agent.evaluation.render import kubectl as render
from devops_agent.evaluation.render.durations import kubectl_age
from devops_agent.evaluation.worlds.kubernetes.cluster import Cluster

Cells = Callable[[Any, Cluster], tuple[object, ...]]


@dataclass(frozen=True)
class Space:
    """A namespace, as an object with a name."""

    name: str
    age: int


@dataclass(frozen=True)
class Kind:
    """One kind. `qualified` is the plural with its group, as errors name it."""

    singular: str
    plural: str
    short: tuple[str, ...]
    group: str
    heading: str
    cells: Cells
    pool: Callable[[Cluster], Any]
    namespaced: bool = True
    wide_heading: str = ""
    wide: Cells | None = None

    @property
    def qualified(self) -> str:
        return f"{self.plural}.{self.group}" if self.group else self.plural


def _of_kind(name: str) -> Callable[[Cluster], Any]:
    return lambda cluster: _Filtered(cluster, name)


class _Filtered(list[Any]):
    """The workloads of one kind; removing takes from the cluster."""

    def __init__(self, cluster: Cluster, kind: str) -> None:
        super().__init__(one for one in cluster.workloads if one.kind == kind)
        self._all = cluster.workloads

    def remove(self, one: Any) -> None:
        self._all.remove(one)


def _records(kind: str) -> Callable[[Cluster], Any]:
    return lambda cluster: [one for one in cluster.records if one.kind == kind]


def _spaces(cluster: Cluster) -> list[Space]:
    return [Space(name, age) for name, age in sorted(cluster.namespaces.items())]


KINDS = (
    Kind(
        "pod",
        "pods",
        ("po",),
        "",
        "NAME READY STATUS RESTARTS AGE",
        render.pod_cells,
        lambda c: c.pods,
        True,
        "IP NODE NOMINATED_NODE READINESS_GATES",
        render.pod_wide,
    ),
    Kind(
        "deployment",
        "deployments",
        ("deploy",),
        "apps",
        "NAME READY UP-TO-DATE AVAILABLE AGE",
        render.deployment_cells,
        _of_kind("Deployment"),
        True,
        "CONTAINERS IMAGES SELECTOR",
        render.deployment_wide,
    ),
    Kind(
        "statefulset",
        "statefulsets",
        ("sts",),
        "apps",
        "NAME READY AGE",
        render.statefulset_cells,
        _of_kind("StatefulSet"),
        True,
        "CONTAINERS IMAGES",
        render.statefulset_wide,
    ),
    Kind(
        "daemonset",
        "daemonsets",
        ("ds",),
        "apps",
        "NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE_SELECTOR AGE",
        render.daemonset_cells,
        _of_kind("DaemonSet"),
        True,
        "CONTAINERS IMAGES SELECTOR",
        render.deployment_wide,
    ),
    Kind(
        "replicaset",
        "replicasets",
        ("rs",),
        "apps",
        "NAME DESIRED CURRENT READY AGE",
        render.replicaset_cells,
        _of_kind("Deployment"),
        True,
        "CONTAINERS IMAGES SELECTOR",
        render.replicaset_wide,
    ),
    Kind(
        "service",
        "services",
        ("svc",),
        "",
        "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE",
        render.service_cells,
        lambda c: c.services,
        True,
        "SELECTOR",
        render.service_wide,
    ),
    Kind("endpoints", "endpoints", ("ep",), "", "NAME ENDPOINTS AGE", render.endpoints_cells, lambda c: c.services),
    Kind(
        "node",
        "nodes",
        ("no",),
        "",
        "NAME STATUS ROLES AGE VERSION",
        render.node_cells,
        lambda c: c.nodes,
        False,
        "INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME",
        render.node_wide,
    ),
    Kind(
        "namespace",
        "namespaces",
        ("ns",),
        "",
        "NAME STATUS AGE",
        lambda one, c: (one.name, "Active", kubectl_age(one.age)),
        _spaces,
        False,
    ),
    Kind("configmap", "configmaps", ("cm",), "", "NAME DATA AGE", render.configmap_cells, _records("configmap")),
    Kind("secret", "secrets", (), "", "NAME TYPE DATA AGE", render.secret_cells, _records("secret")),
    Kind(
        "ingress",
        "ingresses",
        ("ing",),
        "networking.k8s.io",
        "NAME CLASS HOSTS ADDRESS PORTS AGE",
        render.ingress_cells,
        lambda c: c.ingresses,
    ),
    Kind("job", "jobs", (), "batch", "NAME STATUS COMPLETIONS DURATION AGE", render.job_cells, lambda c: c.jobs),
    Kind(
        "cronjob",
        "cronjobs",
        ("cj",),
        "batch",
        "NAME SCHEDULE TIMEZONE SUSPEND ACTIVE LAST_SCHEDULE AGE",
        render.cronjob_cells,
        lambda c: c.cronjobs,
    ),
    Kind(
        "persistentvolumeclaim",
        "persistentvolumeclaims",
        ("pvc",),
        "",
        "NAME STATUS VOLUME CAPACITY ACCESS_MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE",
        render.claim_cells,
        lambda c: c.claims,
        True,
        "VOLUMEMODE",
        render.claim_wide,
    ),
    Kind(
        "horizontalpodautoscaler",
        "horizontalpodautoscalers",
        ("hpa",),
        "autoscaling",
        "NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE",
        render.autoscaler_cells,
        lambda c: c.autoscalers,
    ),
    Kind("event", "events", ("ev",), "", "LAST_SEEN TYPE REASON OBJECT MESSAGE", render.event_cells, lambda c: []),
)
BY_NAME = {name: kind for kind in KINDS for name in (kind.singular, kind.plural, *kind.short, kind.qualified)}


def kind_named(word: str) -> Kind | None:
    return BY_NAME.get(word)


def objects(cluster: Cluster, kind: Kind, namespace: str) -> Sequence[Any]:
    """The objects of a kind in a namespace ("" for all), as kubectl orders them."""
    found = [one for one in kind.pool(cluster) if not namespace or one.namespace == namespace]
    return sorted(found, key=lambda one: (getattr(one, "namespace", ""), one.name))
