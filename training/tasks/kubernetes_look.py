"""Looking at a cluster."""

from devops_agent.evaluation.render.kubectl import node_status, ready_pods, service_ports
from devops_agent.evaluation.worlds.kubernetes.objects import Pod

from training.tasks.scene import Oracle, Scene, bash, body, counted, error_line, failed, intent, lengthen, listed

POD_STATES = "(running|there|up|deployed)"


def a_namespace(s: Scene, workloads: tuple[int, int] = (0, 3)) -> str:
    namespace = s.world.cluster.namespace()
    s.world.cluster.populate(namespace, s.v.between(*workloads))
    return namespace


def pod_words(pod: Pod) -> str:
    again = f", {counted(pod.restarts, 'restart')}" if pod.restarts else ""
    return f"{pod.name} ({pod.status}, {int(pod.ready)}/1{again})"


def sorted_pods(s: Scene, namespace: str) -> list[Pod]:
    return sorted((pod for pod in s.world.cluster.pods if pod.namespace == namespace), key=lambda pod: pod.name)


@intent(
    "k8s.pods",
    """
    (list|show) [me] [all] [the] pods in [the] [namespace] {ns} [namespace]
    (get|list) pods -n {ns}
    pods in {ns}
    which pods are (running|there|up) in [namespace] {ns}
    what pods are running in [the] {ns} [namespace]
    show me [all] [the] pods of [namespace] {ns}
    kubectl get pods -n {ns}
    list pods [in] ns {ns}
    display [the] pods of namespace {ns}
    can you list every pod in {ns}
    what is running in [the] namespace {ns}
    {ns} pods
    get all pods from the {ns} namespace
    pods of namespace {ns}
    show the state of [the] pods in {ns}
    what's running in {ns} on kubernetes
    give me the pods (from|inside) {ns}
    how are the pods in {ns} doing
    """,
    weight=4,
)
def pods(s: Scene) -> Oracle:
    namespace = a_namespace(s) if s.v.chance(0.95) else s.v.namespace()
    s.ask(ns=namespace)
    yield bash(f"kubectl get pods -n {namespace}")
    found = sorted_pods(s, namespace)
    if not found:
        return f"There are no pods in namespace {namespace}."
    return f"{counted(len(found), 'pod')} in namespace {namespace}: {listed([pod_words(pod) for pod in found])}."


@intent(
    "k8s.pods_default",
    """
    (list|show) [me] [all] [the] pods
    kubectl get pods
    get pods
    (what|which) pods are running
    show me the pods
    what pods do (i|we) have
    list k8s pods
    list kubernetes pods
    pods
    show running pods
    which pods are up [right now]
    my pods
    """,
    weight=1.5,
)
def pods_default(s: Scene) -> Oracle:
    s.world.cluster.populate("default", s.v.between(0, 3))
    yield bash("kubectl get pods")
    found = sorted_pods(s, "default")
    if not found:
        return "There are no pods in namespace default."
    return f"{counted(len(found), 'pod')} in namespace default: {listed([pod_words(pod) for pod in found])}."


@intent(
    "k8s.pods_everywhere",
    """
    (list|show) [me] [all] [the] pods in all namespaces
    kubectl get pods -A
    (get|show|list) every pod in the [whole] cluster
    pods across all namespaces
    what pods are running in the [whole|entire] cluster
    show pods in every namespace
    all pods everywhere
    list pods cluster[-]wide
    show all pods of the cluster
    what is running on the cluster
    give me all pods in any namespace
    """,
)
def pods_everywhere(s: Scene) -> Oracle:
    for _ in range(s.v.between(1, 2)):
        a_namespace(s, (0, 2))
    yield bash("kubectl get pods -A")
    found = sorted(s.world.cluster.pods, key=lambda pod: (pod.namespace, pod.name))
    if not found:
        return "There are no pods in the cluster."
    return f"{counted(len(found), 'pod')}: {listed([f'{pod.namespace}/{pod_words(pod)}' for pod in found], most=8)}."


@intent(
    "k8s.failing_pods",
    """
    which pods are (failing|broken|crashing|unhealthy|not ready|not running) in [namespace] {ns}
    (show|list|find) [me] [the] (failing|broken|crashing|unhealthy) pods in [namespace] {ns}
    any (failing|broken|crashing|unhealthy) pods in {ns}
    is (anything|something) (broken|wrong|failing|down) in [namespace] {ns}
    are all pods (ok|healthy|running|up|fine) in {ns}
    what is (wrong|broken|failing) in namespace {ns}
    is [everything in] [the] namespace {ns} (ok|healthy|fine)
    problems in namespace {ns}
    are there pods with (problems|errors) in {ns}
    check the health of [the] pods in {ns}
    which {ns} pods have trouble
    are the {ns} pods healthy
    something is wrong in {ns}, which pods
    """,
    weight=2.5,
)
def failing_pods(s: Scene) -> Oracle:
    namespace = a_namespace(s, (1, 4))
    s.ask(ns=namespace)
    yield bash(f"kubectl get pods -n {namespace}")
    found = sorted_pods(s, namespace)
    sick = [pod for pod in found if not pod.ready and pod.status != "Completed"]
    if not sick:
        return f"No pod is failing in namespace {namespace}: all {len(found)} are well."
    return f"{len(sick)} of {counted(len(found), 'pod')} in {namespace} {'has' if len(sick) == 1 else 'have'} problems: {listed([pod_words(pod) for pod in sick])}."


@intent(
    "k8s.failing_everywhere",
    """
    which pods are (failing|broken|crashing|not running|unhealthy)
    (show|list|find) [me] [all] [the] (failing|broken|crashing|unhealthy) pods [in the cluster]
    any (failing|broken|crashing) pods [in the cluster]
    are all pods (ok|healthy|running|up|fine)
    is (anything|something) (broken|failing|wrong) in the cluster
    what is (broken|failing) in [the cluster|kubernetes]
    is the cluster (healthy|ok)
    pods with problems in any namespace
    show pods that are not running
    check the [health of the] cluster
    what's wrong with my cluster
    """,
    weight=1.5,
)
def failing_everywhere(s: Scene) -> Oracle:
    for _ in range(s.v.between(1, 3)):
        a_namespace(s, (0, 2))
    yield bash("kubectl get pods -A")
    found = sorted(s.world.cluster.pods, key=lambda pod: (pod.namespace, pod.name))
    if not found:
        return "There are no pods in the cluster."
    sick = [pod for pod in found if not pod.ready and pod.status != "Completed"]
    if not sick:
        return f"No pod is failing: all {len(found)} are well."
    return f"{len(sick)} of {counted(len(found), 'pod')} {'has' if len(sick) == 1 else 'have'} problems: {listed([f'{pod.namespace}/{pod_words(pod)}' for pod in sick], most=8)}."


@intent(
    "k8s.pod_status",
    """
    is [the] pod {pod} [in {ns}] running in {ns}
    what is the (status|state) of pod {pod} in [namespace] {ns}
    status of [pod] {pod} in [ns] {ns}
    is {pod} in {ns} (ok|up|ready|healthy|running)
    check pod {pod} in namespace {ns}
    get pod {pod} -n {ns}
    how is pod {pod} doing in {ns}
    how often did pod {pod} in {ns} restart
    show pod {pod} of namespace {ns}
    """,
    weight=1.5,
)
def pod_status(s: Scene) -> Oracle:
    namespace = a_namespace(s, (1, 3))
    pod = s.v.pick(sorted_pods(s, namespace))
    s.ask(ns=namespace, pod=pod.name)
    yield bash(f"kubectl get pod {pod.name} -n {namespace}")
    return f"Pod {pod.name} is {pod.status}, {int(pod.ready)}/1 ready, with {counted(pod.restarts, 'restart')}."


@intent(
    "k8s.logs",
    """
    (show|get|print) [me] [the] logs of [pod] {pod} in [namespace] {ns}
    logs of [pod] {pod} in {ns}
    kubectl logs {pod} -n {ns}
    what do the logs of [pod] {pod} in {ns} say
    [fetch|show] pod logs for {pod} in namespace {ns}
    in {ns}, show the logs of pod {pod}
    read [me] the logs of {pod} (namespace|in|ns) {ns}
    what is [pod] {pod} in {ns} logging
    see logs from {pod} -n {ns}
    display the log output of pod {pod} in {ns}
    i want to see what pod {pod} in {ns} writes
    """,
    weight=2.5,
)
def logs(s: Scene) -> Oracle:
    namespace = a_namespace(s, (1, 2))
    pod = s.v.pick(sorted_pods(s, namespace))
    name = pod.name if s.v.chance(0.9) else s.v.name()
    s.ask(ns=namespace, pod=name)
    if pod.logs:
        lengthen(s, pod.logs)
    told = yield bash(f"kubectl logs {name} -n {namespace} --tail=50")
    if failed(told):
        return f"The logs cannot be read: {error_line(told)}"
    return f"The last log line of {name} is: {pod.logs[-1]}" if pod.logs else f"{name} has logged nothing yet."


@intent(
    "k8s.logs_default",
    """
    (show|get) [me] [the] logs of pod {pod}
    kubectl logs {pod}
    logs of pod {pod}
    what does pod {pod} log
    pod logs {pod}
    print [the] logs (of|from) pod {pod}
    read the logs of the pod {pod}
    see the pod logs of {pod}
    """,
    weight=1.5,
)
def logs_default(s: Scene) -> Oracle:
    """A pod may live in another namespace than the current one: then it is looked for."""
    elsewhere = s.v.chance(0.4)
    namespace = a_namespace(s, (1, 2)) if elsewhere else "default"
    if not elsewhere:
        s.world.cluster.populate("default", s.v.between(1, 2))
    pod = s.v.pick(sorted_pods(s, namespace))
    s.ask(pod=pod.name)
    told = yield bash(f"kubectl logs {pod.name} --tail=50")
    if "NotFound" in told:
        yield bash(f"kubectl get pods -A | grep {pod.name}")
        told = yield bash(f"kubectl logs {pod.name} -n {namespace} --tail=50")
    if failed(told):
        return f"The logs cannot be read: {error_line(told)}"
    where = f" (namespace {namespace})" if elsewhere else ""
    return (
        f"The last log line of {pod.name}{where} is: {pod.logs[-1]}"
        if pod.logs
        else f"{pod.name}{where} has logged nothing yet."
    )


@intent(
    "k8s.logs_of_deployment",
    """
    (show|get) [me] [the] logs of [the] deployment {name} in [namespace] {ns}
    logs of deployment {name} in {ns}
    what does the {name} deployment in {ns} log
    kubectl logs deployment/{name} -n {ns}
    deployment logs for {name} in namespace {ns}
    what do the logs of deployment {name} in {ns} say
    show log output of the {name} deployment, namespace {ns}
    read the deployment logs of {name} in {ns}
    """,
)
def logs_of_deployment(s: Scene) -> Oracle:
    workload = s.world.cluster.deploy(a_namespace(s, (0, 1)), s.v.pick(["running", "running", "crashloop", "unready"]))
    s.ask(ns=workload.namespace, name=workload.name)
    yield bash(f"kubectl logs deployment/{workload.name} -n {workload.namespace} --tail=50")
    return f"The last log line of {workload.name} is: {s.world.cluster.pods_of(workload)[0].logs[-1]}"


@intent(
    "k8s.logs_tail",
    """
    (show|get) [me] the last {n} [log] lines of pod {pod} in {ns}
    last {n} lines of the logs of {pod} in [namespace] {ns}
    tail {n} lines of [the] logs of [pod] {pod} in {ns}
    kubectl logs {pod} -n {ns} --tail={n}
    the latest {n} log lines of pod {pod} in namespace {ns}
    logs of {pod} in {ns}, last {n} lines
    only {n} lines of the log of pod {pod} in {ns}
    what were the last {n} lines pod {pod} in {ns} logged
    """,
)
def logs_tail(s: Scene) -> Oracle:
    workload = s.world.cluster.deploy(a_namespace(s, (0, 1)), "running")
    pod = s.world.cluster.pods_of(workload)[0]
    n = s.v.pick([1, 2, 3, 5, 10, 20, 50, 100, s.v.between(1, 500)])
    s.ask(ns=pod.namespace, pod=pod.name, n=n)
    yield bash(f"kubectl logs {pod.name} -n {pod.namespace} --tail={n}")
    return f"The last log line of {pod.name} is: {pod.logs[-1]}"


@intent(
    "k8s.deployments",
    """
    (list|show) [me] [all] [the] deployments in [the] [namespace] {ns} [namespace]
    (get|list) deployments -n {ns}
    deployments in {ns}
    (what|which) deployments are (there|running) in [namespace] {ns}
    kubectl get deployments -n {ns}
    what is deployed in [namespace] {ns}
    which deployments does {ns} have
    show deploy -n {ns}
    display the deployments of {ns}
    give me the deployments (from|in|inside) the {ns} namespace
    are all deployments in {ns} ready
    """,
    weight=2,
)
def deployments(s: Scene) -> Oracle:
    namespace = a_namespace(s, (0, 4))
    s.ask(ns=namespace)
    yield bash(f"kubectl get deployments -n {namespace}")
    found = sorted((one for one in s.world.cluster.workloads if one.namespace == namespace), key=lambda one: one.name)
    if not found:
        return f"There are no deployments in namespace {namespace}."
    rows = [f"{one.name} ({ready_pods(one, s.world.cluster)}/{one.replicas} ready)" for one in found]
    return f"{counted(len(found), 'deployment')} in namespace {namespace}: {listed(rows)}."


@intent(
    "k8s.replicas",
    """
    how many replicas does [deployment] {name} [in {ns}] have in {ns}
    replicas of [deployment] {name} in {ns}
    how many pods of {name} are ready in {ns}
    is [the] deployment {name} in {ns} (ready|ok|up|available|healthy)
    status of [the] deployment {name} in [namespace] {ns}
    check [the] deployment {name} in namespace {ns}
    get deployment {name} -n {ns}
    how is the deployment {name} doing in {ns}
    how many instances of {name} run in namespace {ns}
    """,
    weight=1.3,
)
def replicas(s: Scene) -> Oracle:
    workload = s.world.cluster.deploy(
        s.world.cluster.namespace(), s.v.pick(["running", "running", "crashloop", "imagepull", "pending"])
    )
    name = workload.name if s.v.chance(0.9) else s.v.name()
    s.ask(ns=workload.namespace, name=name)
    told = yield bash(f"kubectl get deployment {name} -n {workload.namespace}")
    if failed(told):
        return f"There is no deployment {name} in namespace {workload.namespace}: {error_line(told)}"
    return f"Deployment {name} in namespace {workload.namespace} has {ready_pods(workload, s.world.cluster)}/{workload.replicas} replicas ready."


@intent(
    "k8s.services",
    """
    (list|show) [me] [all] [the] services in [the] [namespace] {ns} [namespace]
    (get|list) (svc|services) -n {ns}
    services in {ns}
    (what|which) services are [there] in [namespace] {ns}
    kubectl get svc -n {ns}
    which services does {ns} have
    display the services of namespace {ns}
    show svc in {ns}
    give me the kubernetes services (of|in) {ns}
    what is exposed in namespace {ns}
    """,
    weight=1.5,
)
def services(s: Scene) -> Oracle:
    namespace = a_namespace(s, (0, 3))
    for workload in [one for one in s.world.cluster.workloads if one.namespace == namespace]:
        s.world.cluster.expose(workload)
    s.ask(ns=namespace)
    yield bash(f"kubectl get services -n {namespace}")
    found = sorted((one for one in s.world.cluster.services if one.namespace == namespace), key=lambda one: one.name)
    if not found:
        return f"There are no services in namespace {namespace}."
    rows = [f"{one.name} ({one.type}, {one.address}, {service_ports(one)})" for one in found]
    return f"{counted(len(found), 'service')} in namespace {namespace}: {listed(rows)}."


@intent(
    "k8s.nodes",
    """
    (list|show) [me] [all] [the] [cluster|kubernetes] nodes
    kubectl get nodes
    get nodes
    (what|which) nodes are in the cluster
    are all nodes (ready|ok|healthy|up)
    node status
    how many nodes does the cluster have
    show the status of the nodes
    is a node (down|not ready)
    which nodes are (ready|not ready|down)
    state of the cluster nodes
    which machines (form|make up) the cluster
    """,
    weight=1.5,
)
def nodes(s: Scene) -> Oracle:
    for node in s.world.cluster.nodes:
        node.ready, node.cordoned = s.v.chance(0.85), s.v.chance(0.1)
    yield bash("kubectl get nodes")
    found = sorted(s.world.cluster.nodes, key=lambda one: one.name)
    return f"{counted(len(found), 'node')}: {listed([f'{one.name} ({node_status(one)})' for one in found])}."


@intent(
    "k8s.namespaces",
    """
    (list|show) [me] [all] [the] namespaces
    kubectl get (ns|namespaces)
    get namespaces
    (what|which) namespaces (exist|are there|do we have)
    namespaces in the cluster
    display [all] kubernetes namespaces
    show all namespaces of the cluster
    what namespaces does the cluster have
    give me the namespaces
    """,
    weight=1.2,
)
def namespaces(s: Scene) -> Oracle:
    for _ in range(s.v.between(0, 4)):
        s.world.cluster.namespace()
    yield bash("kubectl get namespaces")
    names = sorted(s.world.cluster.namespaces)
    return f"{counted(len(names), 'namespace')}: {listed(names)}."


@intent(
    "k8s.describe_pod",
    """
    describe [the] pod {pod} in [namespace] {ns}
    kubectl describe pod {pod} -n {ns}
    (show|get|give me) [the] details of pod {pod} in {ns}
    describe {pod} -n {ns}
    details of pod {pod} in namespace {ns}
    tell me everything about pod {pod} in {ns}
    inspect pod {pod} in {ns}
    full description of pod {pod} in namespace {ns}
    """,
    weight=0.7,
)
def describe_pod(s: Scene) -> Oracle:
    namespace = a_namespace(s, (1, 2))
    pod = s.v.pick(sorted_pods(s, namespace))
    s.ask(ns=namespace, pod=pod.name)
    yield bash(f"kubectl describe pod {pod.name} -n {namespace}")
    where = f" on node {pod.node}" if pod.node != "<none>" else ""
    trouble = (
        f" Problem: {pod.cause}" if pod.cause and not pod.ready and pod.health not in ("crashloop", "error") else ""
    )
    return f"Pod {pod.name} is {pod.phase}{where}, image {pod.image}, {counted(pod.restarts, 'restart')}.{trouble}"


@intent(
    "k8s.image_of",
    """
    (what|which) image does [the] deployment {name} in {ns} (use|run)
    image of [the] deployment {name} in [namespace] {ns}
    which (version|image) of {name} is deployed in {ns}
    which image is {name} in {ns} running
    show the image of deployment {name} in namespace {ns}
    what version is {name} on in {ns}
    get the image tag of {name} in {ns}
    tell me the image {name} runs in namespace {ns}
    """,
    weight=1.2,
)
def image_of(s: Scene) -> Oracle:
    workload = s.world.cluster.deploy(s.world.cluster.namespace(), "running")
    s.ask(ns=workload.namespace, name=workload.name)
    yield bash(
        f"kubectl get deployment {workload.name} -n {workload.namespace} -o jsonpath='{{.spec.template.spec.containers[*].image}}'"
    )
    return f"Deployment {workload.name} in namespace {workload.namespace} uses the image {workload.image}."


@intent(
    "k8s.events",
    """
    (show|list|get) [me] [the] [recent|latest] events in [namespace] {ns}
    events in {ns}
    kubectl get events -n {ns}
    what happened [recently] in namespace {ns}
    (any|are there) [new|recent] events in {ns}
    recent kubernetes events of {ns}
    show what happened in namespace {ns}
    display the events of the {ns} namespace
    """,
)
def events(s: Scene) -> Oracle:
    namespace = s.world.cluster.namespace()
    for _ in range(s.v.pick([0, 1, 1])):
        s.world.cluster.deploy(
            namespace, s.v.pick(["imagepull", "pending", "unready", "config", "creating"]), replicas=1
        )
    s.ask(ns=namespace)
    yield bash(f"kubectl get events -n {namespace} --sort-by=.lastTimestamp")
    found = [event for pod in s.world.cluster.pods if pod.namespace == namespace for event in pod.events]
    warnings = [event for event in found if event.kind == "Warning"]
    if not warnings:
        return f"There are no events in namespace {namespace}."
    last = warnings[0]
    return f"{counted(len(found), 'event')} in namespace {namespace}. Warning for pod {last.about}: {last.reason}: {last.message}"


@intent(
    "k8s.top_pods",
    """
    which pod uses the most (memory|cpu) in {ns}
    (show|get) [the] (cpu|memory|resource) usage of [the] pods in {ns}
    kubectl top pods -n {ns}
    top pods in [namespace] {ns}
    how much (memory|cpu) do the pods in {ns} use
    resource usage in namespace {ns}
    what is eating [the] (memory|cpu) in {ns}
    memory consumption of pods in {ns}
    heaviest pods of namespace {ns}
    """,
)
def top_pods(s: Scene) -> Oracle:
    namespace = a_namespace(s, (1, 3))
    s.ask(ns=namespace)
    told = yield bash(f"kubectl top pods -n {namespace}")
    if failed(told):
        return f"The usage is not available: {error_line(told)}"
    shown = [pod for pod in s.world.cluster.pods if pod.namespace == namespace and pod.phase == "Running"]
    if not shown:
        return f"No pods are running in namespace {namespace}."
    cpu, memory = max(shown, key=lambda pod: pod.cpu), max(shown, key=lambda pod: pod.memory)
    return f"Most CPU: {cpu.name} with {cpu.cpu}m. Most memory: {memory.name} with {memory.memory}Mi."


@intent(
    "k8s.top_nodes",
    """
    which node uses the most (memory|cpu)
    (show|get) [the] (cpu|memory|resource) usage of [the] nodes
    kubectl top nodes
    top nodes
    how (busy|loaded) are the [cluster] nodes
    how much (memory|cpu) do the nodes use
    load of the cluster nodes
    node resource usage
    are the nodes short of memory
    """,
)
def top_nodes(s: Scene) -> Oracle:
    told = yield bash("kubectl top nodes")
    if failed(told):
        return f"The usage is not available: {error_line(told)}"
    rows = [f"{one.name} (CPU {one.cpu_used}%, memory {one.memory_used}%)" for one in s.world.cluster.nodes]
    return f"{listed(rows)}."


@intent(
    "k8s.where",
    """
    on which node (is|does|runs) [the] pod {pod} [run] in {ns}
    which node is pod {pod} [of|in] {ns} on
    (what|which) ip does pod {pod} have in [namespace] {ns}
    node of pod {pod} in {ns}
    where does pod {pod} run in {ns}
    pod ip of {pod} in namespace {ns}
    show pod {pod} in {ns} with its node [and ip]
    find the node that runs pod {pod} in {ns}
    """,
)
def where(s: Scene) -> Oracle:
    workload = s.world.cluster.deploy(s.world.cluster.namespace(), "running")
    pod = s.world.cluster.pods_of(workload)[0]
    s.ask(ns=pod.namespace, pod=pod.name)
    yield bash(f"kubectl get pod {pod.name} -n {pod.namespace} -o wide")
    return f"Pod {pod.name} runs on node {pod.node} with IP {pod.address}."


@intent(
    "k8s.count_pods",
    """
    how many pods are [there|running] in [namespace] {ns}
    count [the] pods in {ns}
    number of pods in [namespace] {ns}
    how many pods does {ns} have
    pod count of namespace {ns}
    tell me how many pods run in {ns}
    what is the number of pods in namespace {ns}
    how many pods in the {ns} namespace
    """,
)
def count_pods(s: Scene) -> Oracle:
    namespace = a_namespace(s, (0, 5))
    s.ask(ns=namespace)
    told = yield bash(f"kubectl get pods -n {namespace} --no-headers | wc -l")
    number = int(body(told).splitlines()[0])
    return f"There {'is' if number == 1 else 'are'} {counted(number, 'pod')} in namespace {namespace}."
