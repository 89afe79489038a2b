"""Looking at the other kinds of things in a cluster."""

from collections.abc import Callable

from devops_agent.evaluation.worlds.kubernetes.cluster import Cluster

from training.tasks.kubernetes_look import a_namespace
from training.tasks.scene import Oracle, Scene, bash, body, counted, failed, intent, listed

LISTED = """
    (list|show) [me] [all] [the] {kind} in [the] [namespace] {{ns}} [namespace]
    {kind} in {{ns}}
    kubectl get {word} -n {{ns}}
    (which|what) {kind} (are|exist) in [namespace] {{ns}}
    get [all] [the] {kind} of [namespace] {{ns}}
    {kind} of namespace {{ns}}
    display [the] {kind} in ns {{ns}}
    does {{ns}} have [any] {kind}
    are there [any] {kind} in {{ns}}
    show {word} -n {{ns}}
"""


def _a_kind(
    name: str,
    words: str,
    word: str,
    fill: Callable[[Cluster, str], object],
    row: Callable[[list[str]], str],
    weight: float = 1.0,
) -> None:
    """An intent that lists one kind in a namespace; `row` says one row in words."""
    kind = f"({words})" if "|" in words else words
    noun = words.split("|")[0]

    @intent(f"k8s.{name}", LISTED.format(kind=kind, word=word), weight)
    def look(s: Scene) -> Oracle:
        namespace = a_namespace(s, (0, 0))
        for _ in range(s.v.between(0, 3)):
            fill(s.world.cluster, namespace)
        s.ask(ns=namespace)
        told = yield bash(f"kubectl get {word} -n {namespace}")
        lines = body(told).splitlines()[1:] if "No resources" not in told else []
        if not lines:
            return f"There are no {noun} in namespace {namespace}."
        rows = [row(line.split()) for line in lines]
        return f"{len(rows)} {noun if len(rows) > 1 else _singular(noun)} in namespace {namespace}: {listed(rows)}."


def _singular(noun: str) -> str:
    return noun[:-2] if noun.endswith("sses") else noun[:-1]


def _first(cells: list[str]) -> str:
    return cells[0]


_a_kind("ingresses", "ingresses|ingress", "ingress", lambda c, ns: c.add_ingress(ns), lambda r: f"{r[0]} ({r[2]})")
_a_kind("jobs", "jobs", "jobs", lambda c, ns: c.add_job(ns, c.values.chance(0.3)), lambda r: f"{r[0]} ({r[1]}, {r[2]})")
_a_kind("cronjobs", "cronjobs|cron jobs", "cronjobs", lambda c, ns: c.add_cronjob(ns), _first)
_a_kind(
    "claims",
    "persistent volume claims|pvcs|volume claims",
    "pvc",
    lambda c, ns: c.add_claim(ns, c.values.chance(0.75)),
    lambda r: f"{r[0]} ({r[1]})",
    1.2,
)
_a_kind("configmaps", "configmaps|config maps", "configmaps", lambda c, ns: c.add_record(ns), _first)
_a_kind("secrets", "secrets", "secrets", lambda c, ns: c.add_record(ns, "secret"), _first)
_a_kind(
    "statefulsets",
    "statefulsets|stateful sets",
    "statefulsets",
    lambda c, ns: c.deploy(ns, "running", kind="StatefulSet"),
    lambda r: f"{r[0]} ({r[1]} ready)",
)
_a_kind(
    "daemonsets",
    "daemonsets|daemon sets",
    "daemonsets",
    lambda c, ns: c.deploy(ns, "running", kind="DaemonSet"),
    _first,
)
_a_kind(
    "autoscalers",
    "autoscalers|hpas|horizontal pod autoscalers",
    "hpa",
    lambda c, ns: c.add_autoscaler(c.deploy(ns, "running")),
    _first,
)
_a_kind(
    "replicasets",
    "replicasets|replica sets",
    "replicasets",
    lambda c, ns: c.deploy(ns, "running"),
    lambda r: f"{r[0]} ({r[3]}/{r[1]} ready)",
)


@intent(
    "k8s.context",
    """
    (what|which) is the current [kubectl|kubernetes] context
    current [kubectl] context
    which [kubernetes] cluster am i (on|connected to|using)
    kubectl config current-context
    which context is kubectl using
    what cluster does kubectl talk to
    show [me] the current context
    am i on the right cluster, which one is it
    which k8s context is active
    """,
    weight=1.2,
)
def context(s: Scene) -> Oracle:
    yield bash("kubectl config current-context")
    return f"The current context is {s.world.cluster.context}."


@intent(
    "k8s.contexts",
    """
    (list|show) [me] [all] [the] [kubectl|kubernetes] contexts
    kubectl config get-contexts
    which contexts (do i have|exist|are there)
    what clusters can i reach [with kubectl]
    available kubernetes contexts
    contexts in my kubeconfig
    which clusters are configured
    show all clusters in my kubeconfig
    """,
)
def contexts(s: Scene) -> Oracle:
    yield bash("kubectl config get-contexts")
    cluster = s.world.cluster
    return f"{counted(len(cluster.contexts), 'context')}: {listed(cluster.contexts)}. Current: {cluster.context}."


@intent(
    "k8s.version",
    """
    (what|which) [kubernetes|k8s] version (is|does) the cluster [run|on]
    kubectl version
    version of the [kubernetes] cluster
    which version of kubernetes do we run
    kubernetes version
    what version is the api server
    show the k8s server version
    cluster version
    """,
)
def version(s: Scene) -> Oracle:
    yield bash("kubectl version")
    return f"The cluster runs Kubernetes {s.world.cluster.version}."


@intent(
    "k8s.endpoints",
    """
    [show|list|get] [the] endpoints of [service] {name} in [namespace] {ns}
    does service {name} in {ns} have endpoints
    which pods are behind [the] service {name} in {ns}
    endpoints of service {name} in {ns}
    kubectl get endpoints {name} -n {ns}
    where does service {name} in {ns} send its traffic
    backends of [the] service {name} in {ns}
    to which addresses does the service {name} in {ns} point
    """,
)
def endpoints(s: Scene) -> Oracle:
    workload = s.world.cluster.deploy(a_namespace(s, (0, 0)), s.v.pick(["running", "running", "unready"]))
    service = s.world.cluster.expose(workload)
    s.ask(name=service.name, ns=service.namespace)
    yield bash(f"kubectl get endpoints {service.name} -n {service.namespace}")
    found = s.world.cluster.endpoints(service)
    return (
        f"The endpoints of {service.name} are {listed(found)}."
        if found
        else f"Service {service.name} has no endpoints."
    )


@intent(
    "k8s.configmap_content",
    """
    (show|print) [me] [the] [content of] [the] configmap {name} in {ns}
    what is in [the] configmap {name} in [namespace] {ns}
    content of configmap {name} in {ns}
    kubectl get configmap {name} -n {ns} -o yaml
    read the config map {name} of namespace {ns}
    which values does configmap {name} in {ns} hold
    data of the configmap {name} in {ns}
    let me see configmap {name} in namespace {ns}
    """,
)
def configmap_content(s: Scene) -> Oracle:
    record = s.world.cluster.add_record(a_namespace(s, (0, 0)))
    s.ask(name=record.name, ns=record.namespace)
    yield bash(f"kubectl get configmap {record.name} -n {record.namespace} -o yaml")
    return f"Configmap {record.name} holds {listed([f'{key}={value}' for key, value in sorted(record.data.items())])}."


@intent(
    "k8s.everything",
    """
    (show|list) [me] everything in [namespace] {ns}
    kubectl get all -n {ns}
    what is in [the] namespace {ns}
    all resources in {ns}
    list all [kubernetes] (objects|resources) of namespace {ns}
    give me an overview of [namespace] {ns}
    overview of the {ns} namespace
    get all -n {ns}
    """,
)
def everything(s: Scene) -> Oracle:
    namespace = a_namespace(s, (0, 2))
    found = [one for one in s.world.cluster.workloads if one.namespace == namespace]
    for one in found:
        if s.v.chance(0.6):
            s.world.cluster.expose(one)
    s.ask(ns=namespace)
    yield bash(f"kubectl get all -n {namespace}")
    if not found:
        return f"There is nothing in namespace {namespace}."
    pods = sum(pod.namespace == namespace for pod in s.world.cluster.pods)
    services = sum(one.namespace == namespace for one in s.world.cluster.services)
    return f"Namespace {namespace} has {counted(pods, 'pod')}, {counted(services, 'service')} and {counted(len(found), 'deployment')}: {listed([one.name for one in sorted(found, key=lambda one: one.name)])}."


@intent(
    "k8s.exec_env",
    """
    (show|list) the environment [variables] of [pod] {pod} in {ns}
    which environment variables does pod {pod} in {ns} have
    env of pod {pod} in [namespace] {ns}
    kubectl exec {pod} -n {ns} -- env
    run env in pod {pod} of {ns}
    print the env inside [pod] {pod} in namespace {ns}
    what env vars are set in pod {pod} in {ns}
    environment inside {pod} ({ns})
    """,
)
def exec_env(s: Scene) -> Oracle:
    workload = s.world.cluster.deploy(a_namespace(s, (0, 0)), "running")
    pod = s.world.cluster.pods_of(workload)[0]
    s.ask(pod=pod.name, ns=pod.namespace)
    told = yield bash(f"kubectl exec {pod.name} -n {pod.namespace} -- env")
    if failed(told):
        return "The command failed in the pod."
    own = [f"{key}={value}" for key, value in workload.environment.items()]
    return f"Besides PATH, HOSTNAME and HOME, {pod.name} has {listed(own, 'no variables')}."


ADDED_KINDS = (
    "certificates",
    "issuers",
    "virtual services",
    "destination rules",
    "gateways",
    "ingress routes",
    "http routes",
    "applications",
    "kustomizations",
    "helm releases",
    "service monitors",
    "prometheus rules",
    "sealed secrets",
    "external secrets",
    "scaled objects",
    "rollouts",
    "workflows",
    "cron workflows",
    "kafka topics",
    "postgres clusters",
    "volume snapshots",
    "backups",
    "node pools",
    "machine sets",
    "machine deployments",
    "task runs",
)
"""Kinds that a cluster knows only when something adds them, as people say them."""


@intent(
    "k8s.unknown_kind",
    """
    list [all] [the] {kind} in {ns}
    show me the {kind} in namespace {ns}
    kubectl get {kind} -n {ns}
    get {kind} of {ns}
    which {kind} are in namespace {ns}
    display {kind} in {ns}
    are there any {kind} in {ns}
    {kind} in {ns}
    """,
    weight=0.5,
)
def unknown_kind(s: Scene) -> Oracle:
    namespace, said = s.v.namespace(), s.v.pick(ADDED_KINDS) if s.v.chance(0.6) else f"{s.v.name().replace('-', '')}s"
    kind = said.replace(" ", "")
    s.ask(ns=namespace, kind=s.v.pick([said, kind]))
    yield bash(f"kubectl get {kind} -n {namespace}")
    return f"The cluster does not know the resource type {kind}, so there is nothing to list."


@intent(
    "k8s.by_label",
    """
    (show|list) [the] pods with [the] label {key}={value} in {ns}
    pods labelled {key}={value} in [namespace] {ns}
    kubectl get pods -l {key}={value} -n {ns}
    which pods in {ns} have the label {key}={value}
    find pods in {ns} by label {key}={value}
    get pods in {ns} where {key} is {value}
    pods matching {key}={value} in namespace {ns}
    select pods with {key}={value} from {ns}
    """,
)
def by_label(s: Scene) -> Oracle:
    one = s.world.cluster.deploy(a_namespace(s, (0, 1)), "running")
    value = one.name if s.v.chance(0.8) else s.v.name()
    s.ask(key="app", value=value, ns=one.namespace)
    yield bash(f"kubectl get pods -l app={value} -n {one.namespace}")
    if value != one.name:
        return f"No pod in namespace {one.namespace} has the label app={value}."
    names = sorted(pod.name for pod in s.world.cluster.pods_of(one))
    return f"{counted(len(names), 'pod')} with the label app={value}: {listed(names)}."
