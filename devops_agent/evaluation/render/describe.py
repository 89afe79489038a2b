"""`kubectl describe`."""

from datetime import datetime, timezone

from devops_agent.evaluation.render.durations import kubectl_age
from devops_agent.evaluation.render.kubectl import event_age
from devops_agent.evaluation.render.tables import kubectl_table
from devops_agent.evaluation.worlds.kubernetes.cluster import Cluster
from devops_agent.evaluation.worlds.kubernetes.objects import Node, Pod, Service, Workload


def describe_pod(pod: Pod, cluster: Cluster) -> str:
    """`kubectl describe pod`."""
    node = next((one for one in cluster.nodes if one.name == pod.node), None)
    where = f"{pod.node}/{node.address}" if node else "<none>"
    lines = [
        ("Name", pod.name),
        ("Namespace", pod.namespace),
        ("Priority", "0"),
        ("Service Account", "default"),
        ("Node", where),
    ]
    lines += [("Start Time", _date(cluster.now - pod.age))] if node else []
    lines += [
        ("Labels", _pairs(pod.labels)),
        ("Annotations", "<none>"),
        ("Status", pod.phase),
        ("IP", pod.address.replace("<none>", "")),
    ]
    head = "".join(f"{name + ':':<18}{value}\n" for name, value in lines)
    addressed = pod.address != "<none>"
    ips = f"IPs:\n  IP:           {pod.address}\n" if addressed else "IPs:              <none>\n"
    owner = f"{'Controlled By:':<{16 if addressed else 18}}{_owner(pod, cluster)}\n"
    return head + ips + owner + _container(pod, cluster) + _conditions(pod) + _tail(pod) + _events(pod)


def _owner(pod: Pod, cluster: Cluster) -> str:
    if "job-name" in pod.labels:
        return f"Job/{pod.labels['job-name']}"
    kinds = {one.kind for one in cluster.workloads if (one.name, one.namespace) == (pod.owner, pod.namespace)}
    whole = kinds & {"StatefulSet", "DaemonSet"}
    return f"{whole.pop()}/{pod.owner}" if whole else f"ReplicaSet/{pod.name.rpartition('-')[0]}"


def _pairs(labels: dict[str, str]) -> str:
    return f"\n{'':18}".join(f"{key}={value}" for key, value in sorted(labels.items()))


def _date(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%a, %d %b %Y %H:%M:%S +0000}"


def _container(pod: Pod, cluster: Cluster) -> str:
    lines = ["Containers:", f"  {pod.container}:"]
    if pod.health == "pending":
        return "\n".join([*lines, *_unscheduled(pod)]) + "\n"
    pulled = pod.health not in ("imagepull", "pending", "creating", "config")
    identity = f"containerd://{pod.labels.get('pod-template-hash', '0' * 9) * 8}"[:77] if pulled else ""
    rows = [
        ("Container ID", identity),
        ("Image", pod.image),
        ("Image ID", f"{pod.image}@sha256:{identity[13:45] * 2}" if pulled else ""),
    ]
    rows += [("Port", f"{pod.port}/TCP" if pod.port else "<none>"), ("Host Port", "0/TCP" if pod.port else "<none>")]
    lines += [f"    {name + ':':<16}{value}" for name, value in rows]
    lines += _state(pod, cluster)
    lines += [f"    {'Ready:':<16}{pod.ready}", f"    {'Restart Count:':<16}{pod.restarts}"]
    if pod.memory_limit:
        lines += [
            "    Limits:",
            f"      memory:  {pod.memory_limit}",
            "    Requests:",
            f"      memory:     {pod.memory_limit}",
        ]
    lines += [
        f"    {'Environment:':<16}<none>",
        "    Mounts:",
        "      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access (ro)",
    ]
    return "\n".join(lines) + "\n"


def _unscheduled(pod: Pod) -> list[str]:
    """A container nobody has tried to start."""
    port = f"{pod.port}/TCP" if pod.port else "<none>"
    rows = [
        ("Image", pod.image),
        ("Port", port),
        ("Host Port", "0/TCP" if pod.port else "<none>"),
        ("Environment", "<none>"),
    ]
    shown = [f"    {name + ':':<14}{value}" for name, value in rows]
    return [*shown, "    Mounts:", "      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access (ro)"]


def _state(pod: Pod, cluster: Cluster) -> list[str]:
    if pod.phase == "Pending":
        reason = pod.status if pod.status != "Pending" else "Pending"
        return [f"    {'State:':<16}Waiting", f"      {'Reason:':<14}{reason}"] if reason != "Pending" else []
    finished = _date(cluster.now - max(1, pod.restarted or pod.age // 2))
    gone = "OOMKilled" if pod.health == "oom" else "Completed" if not pod.code else "Error"
    ended = [
        f"      {'Reason:':<14}{gone}",
        f"      {'Exit Code:':<14}{pod.code}",
        f"      {'Started:':<14}{_date(cluster.now - pod.age)}",
        f"      {'Finished:':<14}{finished}",
    ]
    if pod.phase in ("Succeeded", "Failed"):
        return [f"    {'State:':<16}Terminated", *ended]
    last = [f"    {'Last State:':<16}Terminated", *ended] if pod.restarts else []
    if pod.status in ("CrashLoopBackOff",):
        return [f"    {'State:':<16}Waiting", f"      {'Reason:':<14}{pod.status}", *last]
    if pod.status == "OOMKilled":
        return [f"    {'State:':<16}Terminated", *ended, *last]
    return [
        f"    {'State:':<16}Running",
        f"      {'Started:':<14}{_date(cluster.now - (pod.restarted or pod.age))}",
        *last,
    ]


def _conditions(pod: Pod) -> str:
    scheduled = pod.node != "<none>"
    rows: list[tuple[str, object]] = []
    if scheduled:
        rows += [
            ("PodReadyToStartContainers", pod.address != "<none>"),
            ("Initialized", True),
            ("Ready", pod.ready),
            ("ContainersReady", pod.ready),
        ]
    rows.append(("PodScheduled", scheduled))
    width = max(len(name) for name, _ in rows) + 3
    table = "".join(f"  {name:<{width}}{value} \n" for name, value in rows)
    return f"Conditions:\n  {'Type':<{width}}Status\n{table}"


def _tail(pod: Pod) -> str:
    return (
        "Volumes:\n  kube-api-access:\n    Type:                    Projected (a volume that contains "
        "injected data from multiple sources)\n"
        f"QoS Class:                   {'Burstable' if pod.memory_limit else 'BestEffort'}\n"
        "Node-Selectors:              <none>\n"
        "Tolerations:                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s\n"
        "                             node.kubernetes.io/unreachable:NoExecute op=Exists for 300s\n"
    )


def _events(pod: Pod) -> str:
    if not pod.events:
        return "Events:                      <none>\n"
    rows = [("Type", "Reason", "Age", "From", "Message"), ("----", "------", "----", "----", "-------")]
    latest_last = sorted(pod.events, key=lambda event: -event.age)
    rows += [(one.kind, one.reason, event_age(one), one.source, one.message) for one in latest_last]
    widths = [max(len(row[i]) for row in rows) + 2 for i in range(4)]
    return "Events:\n" + "".join(
        "  " + "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) + row[4] + "\n"
        for row in rows
    )


def describe_service(one: Service, cluster: Cluster) -> str:
    """`kubectl describe service`."""
    endpoints = ",".join(cluster.endpoints(one)) or "<none>"
    lines = [
        ("Name", one.name),
        ("Namespace", one.namespace),
        ("Labels", "<none>"),
        ("Annotations", "<none>"),
        ("Selector", ",".join(f"{key}={value}" for key, value in one.selector.items())),
        ("Type", one.type),
        ("IP Family Policy", "SingleStack"),
        ("IP Families", "IPv4"),
        ("IP", one.address),
        ("IPs", one.address),
        ("Port", f"<unset>  {one.ports[0][0]}/TCP"),
        ("TargetPort", f"{one.ports[0][1]}/TCP"),
        *([("NodePort", f"<unset>  {one.node_port}/TCP")] if one.node_port else []),
        ("Endpoints", endpoints),
        ("Session Affinity", "None"),
        *([("External Traffic Policy", "Cluster")] if one.node_port else []),
        ("Internal Traffic Policy", "Cluster"),
    ]
    return "".join(f"{name + ':':<26}{value}".rstrip() + "\n" for name, value in lines) + f"{'Events:':<26}<none>\n"


def describe_deployment(one: Workload, cluster: Cluster) -> str:
    """`kubectl describe deployment`."""
    ready = sum(pod.ready for pod in cluster.pods_of(one))
    counts = (
        f"{one.replicas} desired | {one.replicas} updated | {one.replicas} total | {ready} available | "
        f"{one.replicas - ready} unavailable"
    )
    lines = [
        ("Name", one.name),
        ("Namespace", one.namespace),
        ("CreationTimestamp", _date(cluster.now - one.age)),
        ("Labels", f"app={one.name}"),
        ("Annotations", f"deployment.kubernetes.io/revision: {one.revision}"),
        ("Selector", f"app={one.name}"),
        ("Replicas", counts),
        ("StrategyType", "RollingUpdate"),
        ("MinReadySeconds", "0"),
        ("RollingUpdateStrategy", "25% max unavailable, 25% max surge"),
    ]
    head = "".join(f"{name + ':':<24}{value}\n" for name, value in lines)
    return (
        f"{head}Pod Template:\n  Labels:  app={one.name}\n  Containers:\n   {one.name}:\n"
        f"    Image:         {one.image}\n"
        f"    Port:          {one.port}/TCP\n    Host Port:     0/TCP\n"
        "    Environment:   <none>\n    Mounts:        <none>\n"
        "  Volumes:         <none>\n  Node-Selectors:  <none>\n  Tolerations:     <none>\n"
        "Conditions:\n  Type           Status  Reason\n  ----           ------  ------\n"
        "  Available      "
        f"{'True    MinimumReplicasAvailable' if ready else 'False   MinimumReplicasUnavailable'}\n"
        "  Progressing    True    NewReplicaSetAvailable\nOldReplicaSets:  <none>\n"
        f"NewReplicaSet:   {one.name}-{one.template_hash} ({one.replicas}/{one.replicas} replicas created)\n"
        "Events:          <none>\n"
    )


def describe_node(one: Node, cluster: Cluster) -> str:
    """`kubectl describe node`, its main parts."""
    here = [pod for pod in cluster.pods if pod.node == one.name]
    ready = (
        "True    KubeletReady       kubelet is posting ready status"
        if one.ready
        else "Unknown NodeStatusUnknown  Kubelet stopped posting node status."
    )
    rows = [
        ("Namespace", "Name", "CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age"),
        ("---------", "----", "------------", "----------", "---------------", "-------------", "---"),
    ]
    rows += [
        (pod.namespace, pod.name, "0 (0%)", "0 (0%)", "0 (0%)", "0 (0%)", kubectl_age(pod.age)) for pod in here[:4]
    ]
    table = "".join(f"  {line}\n" for line in kubectl_table(rows).splitlines())
    return (
        f"Name:               {one.name}\nRoles:              {one.roles}\n"
        "Taints:             "
        f"{'node.kubernetes.io/unschedulable:NoSchedule' if one.cordoned else '<none>'}\n"
        f"Unschedulable:      {str(one.cordoned).lower()}\nConditions:\n"
        "  Type             Status  Reason             Message\n"
        "  ----             ------  ------             -------\n"
        "  MemoryPressure   False   KubeletHasSufficientMemory   kubelet has sufficient memory available\n"
        f"  Ready            {ready}\n"
        f"Addresses:\n  InternalIP:  {one.address}\n  Hostname:    {one.name}\nCapacity:\n"
        f"  cpu:                {one.cpu}\n  memory:             {one.memory_gib * 1048576}Ki\n"
        "  pods:               110\n"
        f"System Info:\n  Kubelet Version:            {one.version}\n"
        f"Non-terminated Pods:          ({len(here)} in total)\n{table}Events:              <none>\n"
    )
