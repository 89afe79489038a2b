"""A made-up world that holds what a namespace of a real cluster holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, cast

from devops_agent.evaluation.worlds.kubernetes.cluster import Cluster
from devops_agent.evaluation.worlds.kubernetes.objects import (
    Claim,
    CronJob,
    Event,
    Health,
    Ingress,
    Job,
    Node,
    Pod,
    Record,
    Service,
    Workload,
)
from devops_agent.evaluation.worlds.world import World
from tests.evaluation.golden_cluster import RealCluster, state_of

Facts = Mapping[str, Any]
SCALED = ("Deployment", "StatefulSet", "DaemonSet")
KINDS = (
    *("nodes", "pods", "events", "deployments", "statefulsets", "daemonsets", "replicasets", "services", "jobs"),
    *("cronjobs", "ingresses", "persistentvolumeclaims", "configmaps", "secrets"),
)
HEALTHS: dict[str, tuple[Health, str]] = {
    "Running": ("running", "Running"),
    "Unready": ("unready", "Running"),
    "CrashLoopBackOff": ("crashloop", "CrashLoopBackOff"),
    "ImagePullBackOff": ("imagepull", "ImagePullBackOff"),
    "ErrImagePull": ("imagepull", "ErrImagePull"),
    "Pending": ("pending", "Pending"),
    "CreateContainerConfigError": ("config", "CreateContainerConfigError"),
    "ContainerCreating": ("creating", "ContainerCreating"),
    "Succeeded": ("completed", "Completed"),
    "Failed": ("error", "Error"),
}


def mirrored(real: RealCluster, logs: Sequence[str] = ()) -> World:
    """What the namespace holds now, as a world; of the apps in `logs` what their pods said, too."""
    world = World("golden")
    world.now = int(datetime.now(timezone.utc).timestamp())
    found: dict[str, list[Facts]] = {}
    for one in real.items(*KINDS):
        found.setdefault(one["kind"], []).append(one)
    cluster = world.cluster
    cluster.now, cluster.metrics, cluster.namespaces = world.now, False, {real.namespace: 1}
    cluster.nodes = [_node(one, world.now) for one in found["Node"]]
    cluster.workloads = [
        _workload(one, found["ReplicaSet"], world.now) for kind in SCALED for one in found.get(kind, [])
    ]
    cluster.pods = [_pod(one, found["Event"], world.now) for one in found["Pod"]]
    for pod in cluster.pods:
        if pod.owner in logs:
            pod.logs = real.ask(f"kubectl logs {pod.name} -n {pod.namespace}")[0].splitlines()
    _add_the_rest(found, cluster)
    return world


def _age(facts: Facts, now: int) -> int:
    return seconds_between(facts["metadata"]["creationTimestamp"], now)


def seconds_between(stamp: str | None, now: int) -> int:
    """How long ago a moment was that the cluster wrote down, at least a second."""
    if not stamp:
        return 1
    return max(1, now - int(datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()))


def _node(facts: Facts, now: int) -> Node:
    status = facts["status"]
    addresses = {one["type"]: one["address"] for one in status["addresses"]}
    ready = any((one["type"], one["status"]) == ("Ready", "True") for one in status["conditions"])
    marks = [name.partition("/")[2] for name in facts["metadata"]["labels"] if name.startswith("node-role.")]
    return Node(
        facts["metadata"]["name"],
        ready,
        ",".join(sorted(marks)) or "<none>",
        _age(facts, now),
        status["nodeInfo"]["kubeletVersion"],
        addresses["InternalIP"],
        bool(facts["spec"].get("unschedulable")),
    )


def _workload(facts: Facts, sets: Sequence[Facts], now: int) -> Workload:
    kind, name, spec = facts["kind"], facts["metadata"]["name"], facts["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    replicas = spec.get("replicas", facts["status"].get("desiredNumberScheduled", 0))
    space, image = facts["metadata"]["namespace"], container["image"]
    one = Workload(cast(Any, kind), name, space, replicas, image, _age(facts, now), _port(container))
    one.paused = spec.get("paused", False)
    one.revision = int(facts["metadata"].get("annotations", {}).get("deployment.kubernetes.io/revision", 1))
    own = sorted((one for one in sets if one["metadata"]["labels"].get("app") == name), key=_revision)
    if own:
        one.template_hash = own[-1]["metadata"]["labels"]["pod-template-hash"]
        one.old_images = [each["spec"]["template"]["spec"]["containers"][0]["image"] for each in own[:-1]]
    one.environment = {each["name"]: each.get("value", "") for each in container.get("env", [])}
    return one


def _revision(facts: Facts) -> int:
    return int(facts["metadata"]["annotations"]["deployment.kubernetes.io/revision"])


def _port(container: Facts) -> int:
    return int((container.get("ports") or [{"containerPort": 0}])[0]["containerPort"])


def _pod(facts: Facts, events: Sequence[Facts], now: int) -> Pod:
    meta, status = facts["metadata"], facts["status"]
    state = state_of(facts)
    health, shown = HEALTHS.get(state, ("crashloop", state))
    (container,) = facts["spec"]["containers"]
    pod = Pod(
        meta["name"],
        meta["namespace"],
        meta["labels"].get("app") or meta["labels"].get("job-name", ""),
        container["image"],
        health,
        _age(facts, now),
        facts["spec"].get("nodeName", "<none>"),
        status.get("podIP", "<none>"),
        meta["labels"],
        container["name"],
        _port(container),
    )
    pod.status, pod.phase = shown, status["phase"]
    own = (status.get("containerStatuses") or [{}])[0]
    pod.ready, pod.restarts = own.get("ready", False), own.get("restartCount", 0)
    ended = own.get("lastState", {}).get("terminated") or own.get("state", {}).get("terminated") or {}
    pod.code, pod.restarted = ended.get("exitCode", 0), seconds_between(ended.get("finishedAt"), now)
    about = [one for one in events if one["involvedObject"].get("uid") == meta["uid"]]
    pod.events = [_event(one, now) for one in about]
    return pod


def _event(facts: Facts, now: int) -> Event:
    first, last = facts.get("firstTimestamp") or facts.get("eventTime"), facts.get("lastTimestamp")
    return Event(
        facts["type"],
        facts["reason"],
        facts["involvedObject"]["name"],
        facts["message"],
        seconds_between(last or first, now),
        facts.get("count") or 1,
        seconds_between(first, now),
        facts["source"].get("component") or facts.get("reportingComponent", ""),
    )


def _add_the_rest(found: Mapping[str, Sequence[Facts]], cluster: Cluster) -> None:
    now = cluster.now
    cluster.services = [_service(one, now) for one in found.get("Service", [])]
    cluster.jobs = [_job(one, now) for one in found.get("Job", [])]
    cluster.cronjobs = [_cronjob(one, now) for one in found.get("CronJob", [])]
    cluster.ingresses = [_ingress(one, now) for one in found.get("Ingress", [])]
    cluster.claims = [_claim(one, now) for one in found.get("PersistentVolumeClaim", [])]
    cluster.records = [_record("configmap", one, now) for one in found["ConfigMap"]]
    opaque = [one for one in found.get("Secret", []) if one["type"] == "Opaque"]
    cluster.records += [_record("secret", one, now) for one in opaque]


def _service(facts: Facts, now: int) -> Service:
    spec, meta = facts["spec"], facts["metadata"]
    ports = [(one["port"], one["targetPort"]) for one in spec["ports"]]
    one = Service(
        meta["name"], meta["namespace"], spec["type"], spec["clusterIP"], ports, spec["selector"], _age(facts, now)
    )
    one.node_port = spec["ports"][0].get("nodePort", 0)
    return one


def _job(facts: Facts, now: int) -> Job:
    status, meta = facts["status"], facts["metadata"]
    done, failed = status.get("succeeded", 0), bool(status.get("failed"))
    return Job(meta["name"], meta["namespace"], facts["spec"]["completions"], done, _age(facts, now), 1, failed)


def _cronjob(facts: Facts, now: int) -> CronJob:
    spec, meta = facts["spec"], facts["metadata"]
    return CronJob(meta["name"], meta["namespace"], spec["schedule"], spec["suspend"], 0, _age(facts, now), "")


def _ingress(facts: Facts, now: int) -> Ingress:
    rule = facts["spec"]["rules"][0]
    meta, service = facts["metadata"], rule["http"]["paths"][0]["backend"]["service"]
    return Ingress(
        meta["name"], meta["namespace"], rule["host"], service["name"], service["port"]["number"], "", _age(facts, now)
    )


def _claim(facts: Facts, now: int) -> Claim:
    spec, meta = facts["spec"], facts["metadata"]
    bound, volume = facts["status"]["phase"] == "Bound", spec.get("volumeName", "")
    size = spec["resources"]["requests"]["storage"]
    return Claim(meta["name"], meta["namespace"], bound, size, spec["storageClassName"], _age(facts, now), volume)


def _record(kind: str, facts: Facts, now: int) -> Record:
    meta = facts["metadata"]
    return Record(cast(Any, kind), meta["name"], meta["namespace"], facts.get("data", {}), _age(facts, now))
