"""Finding out what is wrong in a cluster."""

from devops_agent.evaluation.worlds.kubernetes.objects import Pod, Workload

from training.tasks.kubernetes_look import a_namespace, pod_words
from training.tasks.scene import Oracle, Scene, bash, body, counted, error_line, failed, intent, listed

EVENTS = "kubectl get events -n {ns} --field-selector involvedObject.name={pod}"
SICK = ("crashloop", "crashloop", "oom", "imagepull", "pending", "config", "creating", "unready", "liveness")


def a_patient(s: Scene, *healths: str) -> tuple[Workload, Pod]:
    """A deployment whose first pod is ill, among a few others."""
    namespace = a_namespace(s, (0, 1))
    one = s.world.cluster.deploy(namespace, s.v.pick(healths or SICK), replicas=s.v.pick([1, 1, 2]))  # type: ignore[arg-type]
    return one, s.world.cluster.pods_of(one)[0]


def examined(pod: Pod) -> Oracle:
    """Look at a pod whose row in `kubectl get pods` is known, as its status suggests; the finding in a sentence."""
    namespace, name = pod.namespace, pod.name
    if pod.health in ("crashloop", "oom", "error"):
        yield bash(f"kubectl describe pod {name} -n {namespace} | grep -A 3 'Last State'")
        if pod.health == "oom":
            return f"{name} was OOMKilled (exit code 137): it needs more memory than its limit allows."
        yield bash(f"kubectl logs {name} -n {namespace} --previous --tail=20")
        return f"{name} crashes with exit code {pod.code}. Its last log line is: {pod.previous[-1]}"
    yield bash(EVENTS.format(ns=namespace, pod=name))
    if pod.health == "imagepull":
        return f"{name} cannot pull its image {pod.image}: {pod.cause}."
    if pod.health == "pending":
        return f"{name} cannot be scheduled: {pod.cause}"
    if pod.health in ("config", "creating"):
        return f"{name} does not start: {pod.cause}."
    return f"{name}: {pod.cause}"


@intent(
    "k8s.why_pod",
    """
    why is [the] pod {pod} in {ns} (crashing|failing|not running|not starting|not ready|broken|stuck)
    what is wrong with [pod] {pod} in [namespace] {ns}
    find out why [pod] {pod} in {ns} (does not start|keeps restarting|fails|is not ready)
    debug [the] [failing|crashing] pod {pod} in {ns}
    pod {pod} in {ns} is failing, (investigate|why|what's wrong)
    why does {pod} [crash|fail] in namespace {ns} [fail]
    diagnose pod {pod} in [namespace] {ns}
    {pod} in {ns} will not (start|come up|stay up), what is wrong
    explain why pod {pod} in {ns} is not running
    investigate pod {pod}, namespace {ns}
    {pod} ({ns}) has problems, please look
    what happened to pod {pod} in {ns}
    pod {pod} in {ns} keeps crashing
    """,
    weight=5,
)
def why_pod(s: Scene) -> Oracle:
    _, pod = a_patient(s)
    name = s.v.name() if s.v.chance(0.05) else pod.name
    s.ask(pod=name, ns=pod.namespace)
    told = yield bash(f"kubectl get pod {name} -n {pod.namespace}")
    if failed(told):
        return f"There is no pod {name} in namespace {pod.namespace}: {error_line(told)}"
    return (yield from examined(pod))


@intent(
    "k8s.why_deployment",
    """
    why is [the] [deployment] {name} in {ns} (down|failing|not ready|not available|broken|not working)
    what is wrong with [the] [deployment] {name} in [namespace] {ns}
    {name} in {ns} (is down|does not work|is broken|keeps crashing|is failing)
    debug [the] deployment {name} in {ns}
    why does {name} in {ns} (fail|crash|not start|keep restarting)
    find out why {name} in namespace {ns} is (down|not ready|failing)
    diagnose {name} in {ns}
    deployment {name} in {ns} has no ready replicas, why
    troubleshoot {name} in [namespace] {ns}
    {name} does not come up in {ns}, what's going on
    our {name} deployment in {ns} is broken, please investigate
    """,
    weight=4,
)
def why_deployment(s: Scene) -> Oracle:
    one, pod = a_patient(s)
    one.replicas = 1
    s.world.cluster.pods = [other for other in s.world.cluster.pods if other is pod or other.owner != one.name]
    name = s.v.name() if s.v.chance(0.05) else one.name
    s.ask(name=name, ns=one.namespace)
    told = yield bash(f"kubectl get pods -n {one.namespace} | grep {name}")
    if failed(told):
        return f"No pod of {name} was found in namespace {one.namespace}."
    return (yield from examined(pod))


@intent(
    "k8s.why_anywhere",
    """
    why is the {name} pod (restarting|crashing|failing|down|not running|not ready|dying)
    why (does|do) the {name} (pod|pods) keep (restarting|crashing|failing|dying)
    the {name} pod (keeps|is) (crashing|restarting|failing|dying)[, why]
    what is wrong with the {name} (pod|deployment)
    {name} pod is (down|broken|in trouble), find out why
    why is pod {name} restarting [all the time|again and again]
    the {name} deployment (is down|is broken|does not come up|has problems), why
    my {name} pods (crash|fail|die|restart) (all the time|again and again|since this morning), what's wrong
    find out why the {name} pod (crashes|fails|restarts|does not start)
    (debug|diagnose|troubleshoot|investigate) the {name} (pod|deployment) [in kubernetes]
    what makes the {name} pod (crash|fail|restart|die)
    how come the {name} pod (is down|keeps dying|won't start|never gets ready)
    reason for the crashes of the {name} pod
    {name} (is crashing|keeps restarting|won't start) in kubernetes, any idea
    what happened to the {name} pod[s]
    """,
    weight=3,
)
def why_anywhere(s: Scene) -> Oracle:
    one, pod = a_patient(s)
    one.replicas = 1
    s.world.cluster.pods = [other for other in s.world.cluster.pods if other is pod or other.owner != one.name]
    name = s.v.name() if s.v.chance(0.05) else one.name
    s.ask(name=name)
    told = yield bash(f"kubectl get pods -A | grep {name}")
    if failed(told):
        return f"No pod of {name} was found in any namespace."
    return (yield from examined(pod))


@intent(
    "k8s.why_namespace",
    """
    something is (wrong|broken) in {ns}, find out what
    why is [something in] [namespace] {ns} (broken|failing|down)
    debug [the] namespace {ns}
    find [and explain] the problem in [namespace] {ns}
    what is broken in {ns} and why
    troubleshoot [the] namespace {ns}
    diagnose {ns}
    a pod in {ns} is failing, why
    which pod in {ns} fails and why
    the apps in {ns} do not work, please investigate
    there is a problem in the {ns} namespace, what is the cause
    """,
    weight=3,
)
def why_namespace(s: Scene) -> Oracle:
    namespace = s.world.cluster.namespace()
    for _ in range(s.v.between(0, 2)):
        s.world.cluster.deploy(namespace, "running", replicas=1)
    sick = (
        s.world.cluster.pods_of(s.world.cluster.deploy(namespace, s.v.pick(SICK), replicas=1))[0]
        if s.v.chance(0.9)
        else None
    )  # type: ignore[arg-type]
    s.ask(ns=namespace)
    yield bash(f"kubectl get pods -n {namespace}")
    if sick is None:
        count = sum(pod.namespace == namespace for pod in s.world.cluster.pods)
        return (
            f"No pod is failing in namespace {namespace}: all {count} are well."
            if count
            else f"There are no pods in namespace {namespace}."
        )
    return (yield from examined(sick))


@intent(
    "k8s.why_crash",
    """
    why (does|is) [the] pod {pod} in {ns} in CrashLoopBackOff
    pod {pod} in {ns} is in CrashLoopBackOff
    CrashLoopBackOff on {pod} in {ns}, why
    [pod] {pod} in {ns} has status CrashLoopBackOff, what is the reason
    explain the crashloop of [pod] {pod} in {ns}
    fix my crashlooping pod {pod} in {ns}, what is wrong
    what causes the CrashLoopBackOff of {pod} in namespace {ns}
    {pod} in {ns} crashloops
    """,
    weight=2,
)
def why_crash(s: Scene) -> Oracle:
    _, pod = a_patient(s, "crashloop", "crashloop", "oom")
    s.ask(pod=pod.name, ns=pod.namespace)
    return (yield from examined(pod))


@intent(
    "k8s.why_image",
    """
    why (does|is) [the] pod {pod} in {ns} in ImagePullBackOff
    pod {pod} in {ns} (is in|has|shows) ImagePullBackOff
    ImagePullBackOff on {pod} in {ns}, why
    ErrImagePull for pod {pod} in {ns}
    pod {pod} in {ns} cannot pull its image, why
    what image does {pod} in {ns} fail to pull
    explain the ImagePullBackOff of {pod} in {ns}
    [pod] {pod} in namespace {ns} has an image pull error
    """,
    weight=1.5,
)
def why_image(s: Scene) -> Oracle:
    _, pod = a_patient(s, "imagepull")
    s.ask(pod=pod.name, ns=pod.namespace)
    return (yield from examined(pod))


@intent(
    "k8s.why_pending",
    """
    why is [the] pod {pod} in {ns} [still|stuck] [in] (Pending|pending)
    pod {pod} in {ns} is [stuck] (Pending|pending)
    pod {pod} in {ns} stays pending[, why]
    {pod} in {ns} does not get scheduled, why
    why can't [pod] {pod} in {ns} be scheduled
    explain why {pod} in {ns} is pending
    what keeps pod {pod} in namespace {ns} pending
    {pod} pending in {ns}
    """,
    weight=1.5,
)
def why_pending(s: Scene) -> Oracle:
    _, pod = a_patient(s, "pending")
    s.ask(pod=pod.name, ns=pod.namespace)
    return (yield from examined(pod))


@intent(
    "k8s.why_unready",
    """
    why is [the] pod {pod} in {ns} not ready
    pod {pod} in {ns} is running but not ready
    readiness probe of {pod} in {ns} fails, why
    the probe of pod {pod} in {ns} fails
    {pod} in {ns} shows 0/1 ready, why
    which probe fails for pod {pod} in {ns}
    pod {pod} in {ns} gets no traffic, it is not ready
    explain why {pod} in namespace {ns} is 0/1
    health probe failing on {pod} in {ns}
    """,
    weight=1.5,
)
def why_unready(s: Scene) -> Oracle:
    _, pod = a_patient(s, "unready", "liveness")
    s.ask(pod=pod.name, ns=pod.namespace)
    return (yield from examined(pod))


@intent(
    "k8s.why_service",
    """
    why (is|does) [the] service {name} in {ns} not (reachable|working|responding|answer|work)
    [the] service {name} in {ns} (does not respond|is not reachable|has no endpoints|returns 503|does not work)
    debug [the] service {name} in [namespace] {ns}
    service {name} in {ns} has no endpoints, why
    what is wrong with [the] service {name} in {ns}
    i can't reach the service {name} in {ns}
    check why service {name} in namespace {ns} is down
    connection to service {name} in {ns} fails
    diagnose the service {name} in {ns}
    """,
    weight=2,
)
def why_service(s: Scene) -> Oracle:
    cluster = s.world.cluster
    kind = s.v.pick(["selector", "unready", "well", "selector", "unready"])
    workload = cluster.deploy(a_namespace(s, (0, 1)), "unready" if kind == "unready" else "running", replicas=1)
    service = cluster.expose(workload, selects=s.v.name() if kind == "selector" else "")
    s.ask(name=service.name, ns=service.namespace)
    yield bash(f"kubectl get endpoints {service.name} -n {service.namespace}")
    found = cluster.endpoints(service)
    if found:
        return f"Service {service.name} has {counted(len(found), 'endpoint')} ({listed(found)}), so its selector and pods are not the problem."
    yield bash(f"kubectl get service {service.name} -n {service.namespace} -o wide")
    selector = ",".join(f"{key}={value}" for key, value in service.selector.items())
    yield bash(f"kubectl get pods -n {service.namespace} -l {selector}")
    if kind == "selector":
        return f"Service {service.name} has no endpoints: no pod in {service.namespace} has the label {selector}."
    pod = cluster.pods_of(workload)[0]
    return f"Service {service.name} has no endpoints: its pod {pod.name} is not ready ({int(pod.ready)}/1)."


@intent(
    "k8s.why_restarts",
    """
    why (does|did) [the] pod {pod} in {ns} restart [so often]
    pod {pod} in {ns} restarted, why
    {pod} in {ns} has many restarts
    what makes pod {pod} in {ns} restart
    reason for the restarts of [pod] {pod} in {ns}
    explain the restarts of pod {pod} in namespace {ns}
    why was pod {pod} in {ns} restarted
    pod {pod} in {ns} keeps restarting
    """,
    weight=1.3,
)
def why_restarts(s: Scene) -> Oracle:
    _, pod = a_patient(s, "oom", "crashloop", "restarted")
    s.ask(pod=pod.name, ns=pod.namespace)
    if pod.health != "restarted":
        return (yield from examined(pod))
    yield bash(f"kubectl describe pod {pod.name} -n {pod.namespace} | grep -A 3 'Last State'")
    return f"{pod.name} restarted {counted(pod.restarts, 'time')}; its last run ended with exit code {pod.code}."


@intent(
    "k8s.why_node",
    """
    why is [the] node {node} NotReady
    node {node} is (NotReady|down|not ready)
    what is wrong with node {node}
    check [the] node {node}
    is node {node} (healthy|ok|ready)
    describe node {node}
    diagnose node {node}
    details of the node {node}
    """,
    weight=0.8,
)
def why_node(s: Scene) -> Oracle:
    node = s.v.pick(s.world.cluster.nodes)
    node.ready, node.cordoned = s.v.chance(0.5), s.v.chance(0.3)
    s.ask(node=node.name)
    yield bash(f"kubectl describe node {node.name}")
    closed = " It is cordoned (unschedulable)." if node.cordoned else ""
    if node.ready:
        return f"Node {node.name} is ready: the kubelet is posting ready status.{closed}"
    return f"Node {node.name} is not ready: the kubelet stopped posting node status.{closed}"


@intent(
    "k8s.fix_crash",
    """
    {name} in {ns} broke after the last update, (fix it|roll it back)
    the new version of {name} in {ns} crashes, (roll back|go back)
    since the last deploy {name} in {ns} crashes, fix it
    {name} in {ns} is crashing, check it and roll back if needed
    check {name} in {ns} and undo the rollout if it crashes
    deployment {name} in {ns} fails since the update, revert it
    if {name} in {ns} is crashing, roll it back
    repair {name} in {ns} by going back to the last version
    """,
    weight=1.2,
)
def fix_crash(s: Scene) -> Oracle:
    one = s.world.cluster.deploy(a_namespace(s, (0, 0)), s.v.pick(["crashloop", "imagepull", "running"]), replicas=1)
    one.old_images.append(s.v.image())
    pod = s.world.cluster.pods_of(one)[0]
    s.ask(name=one.name, ns=one.namespace)
    yield bash(f"kubectl get pods -n {one.namespace} | grep {one.name}")
    if pod.ready:
        return f"{one.name} is well ({pod_words(pod)}), so nothing was rolled back."
    told = yield bash(f"kubectl rollout undo deployment {one.name} -n {one.namespace}")
    if told.startswith("User rejected"):
        return f"{one.name} was not rolled back: you rejected it."
    yield bash(f"kubectl rollout status deployment {one.name} -n {one.namespace} --timeout=60s")
    return f"{pod.name} was in {pod.status}, so I rolled {one.name} back; the rollout is complete."


@intent(
    "k8s.why_then_logs",
    """
    which pods are failing in {ns}
    show the broken pods of {ns}
    any failing pods in {ns}
    pods with problems in {ns}
    is something broken in {ns}
    """,
    weight=1.5,
)
def why_then_logs(s: Scene) -> Oracle:
    namespace = s.world.cluster.namespace()
    if s.v.chance(0.6):
        s.world.cluster.deploy(namespace, "running", replicas=1)
    pod = s.world.cluster.pods_of(
        s.world.cluster.deploy(namespace, s.v.pick(["crashloop", "oom", "imagepull", "pending"]), replicas=1)
    )[0]
    s.ask(ns=namespace)
    yield bash(f"kubectl get pods -n {namespace}")
    total = sum(one.namespace == namespace for one in s.world.cluster.pods)
    yield s.then(
        f"1 of {counted(total, 'pod')} in {namespace} has problems: {pod_words(pod)}.",
        """
        why
        why is that
        [find out] why it fails
        what is wrong with it
        debug it
        and why
        explain
        what's the cause
        """,
    )
    return (yield from examined(pod))


@intent(
    "k8s.logs_errors",
    """
    (any|are there) errors in the logs of [pod] {pod} in {ns}
    (find|search|show|grep) [the] errors in the logs of pod {pod} in {ns}
    did pod {pod} in {ns} log (any|an) error[s]
    check the logs of [pod] {pod} in {ns} for errors
    error lines of pod {pod} in namespace {ns}
    does {pod} in {ns} log errors
    grep error in the logs of {pod}, namespace {ns}
    look for errors in {pod} logs in {ns}
    """,
)
def logs_errors(s: Scene) -> Oracle:
    _, pod = a_patient(s, "running", "running", "crashloop")
    s.ask(pod=pod.name, ns=pod.namespace)
    told = yield bash(f"kubectl logs {pod.name} -n {pod.namespace} | grep -i error")
    if failed(told):
        return f"No errors in the logs of {pod.name}: no line contains 'error'."
    lines = body(told).splitlines()
    return f"{counted(len(lines), 'line')} with errors in the logs of {pod.name}, the last: {lines[-1]}"
