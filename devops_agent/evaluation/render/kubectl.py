"""The tables of `kubectl get`, one function a kind: the heading and a row for each object, without the namespace."""

from devops_agent.evaluation.render.durations import kubectl_age
from devops_agent.evaluation.worlds.kubernetes.cluster import Cluster
from devops_agent.evaluation.worlds.kubernetes.objects import (
    Autoscaler,
    Claim,
    CronJob,
    Event,
    Ingress,
    Job,
    Node,
    Pod,
    Record,
    Service,
    Workload,
)

Cells = tuple[object, ...]


def restarts(pod: Pod) -> str:
    return f"{pod.restarts} ({kubectl_age(pod.restarted)} ago)" if pod.restarts else "0"


def pod_cells(pod: Pod, cluster: Cluster) -> Cells:
    return (pod.name, f"{int(pod.ready)}/1", pod.status, restarts(pod), kubectl_age(pod.age))


def pod_wide(pod: Pod, cluster: Cluster) -> Cells:
    return (pod.address, pod.node, "<none>", "<none>")


def ready_pods(workload: Workload, cluster: Cluster) -> int:
    return sum(pod.ready for pod in cluster.pods_of(workload))


def deployment_cells(one: Workload, cluster: Cluster) -> Cells:
    ready = ready_pods(one, cluster)
    return (one.name, f"{ready}/{one.replicas}", one.replicas, ready, kubectl_age(one.age))


def deployment_wide(one: Workload, cluster: Cluster) -> Cells:
    return (one.name, one.image, f"app={one.name}")


def statefulset_cells(one: Workload, cluster: Cluster) -> Cells:
    return (one.name, f"{ready_pods(one, cluster)}/{one.replicas}", kubectl_age(one.age))


def statefulset_wide(one: Workload, cluster: Cluster) -> Cells:
    return (one.name, one.image)


def daemonset_cells(one: Workload, cluster: Cluster) -> Cells:
    count, ready = len(cluster.nodes), min(ready_pods(one, cluster), len(cluster.nodes))
    return (one.name, count, count, ready, count, ready, "<none>", kubectl_age(one.age))


def replicaset_cells(one: Workload, cluster: Cluster) -> Cells:
    ready = ready_pods(one, cluster)
    return (f"{one.name}-{one.template_hash}", one.replicas, one.replicas, ready, kubectl_age(one.age))


def replicaset_wide(one: Workload, cluster: Cluster) -> Cells:
    return (one.name, one.image, f"app={one.name},pod-template-hash={one.template_hash}")


def service_ports(one: Service) -> str:
    node_port = f":{one.node_port}" if one.node_port else ""
    return ",".join(f"{port}{node_port}/TCP" for port, _ in one.ports)


def service_cells(one: Service, cluster: Cluster) -> Cells:
    return (one.name, one.type, one.address, one.external, service_ports(one), kubectl_age(one.age))


def service_wide(one: Service, cluster: Cluster) -> Cells:
    return (",".join(f"{key}={value}" for key, value in one.selector.items()),)


def endpoints_cells(one: Service, cluster: Cluster) -> Cells:
    found = cluster.endpoints(one)
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return (one.name, (",".join(found[:3]) or "<none>") + more, kubectl_age(one.age))


def node_status(one: Node) -> str:
    return ("Ready" if one.ready else "NotReady") + (",SchedulingDisabled" if one.cordoned else "")


def node_cells(one: Node, cluster: Cluster) -> Cells:
    return (one.name, node_status(one), one.roles, kubectl_age(one.age), one.version)


def node_wide(one: Node, cluster: Cluster) -> Cells:
    return (one.address, "<none>", "Ubuntu 22.04.4 LTS", "5.15.0-105-generic", "containerd://1.7.12")


def job_cells(one: Job, cluster: Cluster) -> Cells:
    state = "Failed" if one.failed else "Complete" if one.succeeded >= one.completions else "Running"
    duration = kubectl_age(one.age if one.failed else one.duration)
    return (one.name, state, f"{one.succeeded}/{one.completions}", duration, kubectl_age(one.age))


def cronjob_cells(one: CronJob, cluster: Cluster) -> Cells:
    last = kubectl_age(one.last) if one.last else "<none>"
    return (one.name, one.schedule, "<none>", str(one.suspended), 0, last, kubectl_age(one.age))


def ingress_cells(one: Ingress, cluster: Cluster) -> Cells:
    return (one.name, "nginx", one.host, one.address, "80", kubectl_age(one.age))


def claim_cells(one: Claim, cluster: Cluster) -> Cells:
    bound = (one.size, "RWO") if one.bound else ("", "")
    return (
        one.name,
        "Bound" if one.bound else "Pending",
        one.volume,
        *bound,
        one.storage_class,
        "<unset>",
        kubectl_age(one.age),
    )


def claim_wide(one: Claim, cluster: Cluster) -> Cells:
    return ("Filesystem",)


def configmap_cells(one: Record, cluster: Cluster) -> Cells:
    return (one.name, len(one.data), kubectl_age(one.age))


def secret_cells(one: Record, cluster: Cluster) -> Cells:
    return (one.name, "Opaque", len(one.data), kubectl_age(one.age))


def autoscaler_cells(one: Autoscaler, cluster: Cluster) -> Cells:
    targets = f"cpu: {one.usage}%/{one.target}%"
    return (one.name, f"Deployment/{one.name}", targets, one.low, one.high, one.current, kubectl_age(one.age))


def event_age(event: Event) -> str:
    """LAST SEEN in `kubectl get events`."""
    if event.count > 1 and event.first > event.age:
        return f"{kubectl_age(event.age)} (x{event.count} over {kubectl_age(event.first)})"
    return kubectl_age(event.age)


def event_cells(event: Event, cluster: Cluster) -> Cells:
    return (kubectl_age(event.age), event.kind, event.reason, f"pod/{event.about}", event.message)
