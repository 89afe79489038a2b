"""Changing a cluster."""

from devops_agent.evaluation.render.kubectl import ready_pods
from devops_agent.evaluation.worlds.kubernetes.objects import Workload

from training.tasks.kubernetes_look import a_namespace, sorted_pods
from training.tasks.scene import Oracle, Scene, bash, counted, error_line, failed, intent, listed


def a_deployment(s: Scene, *healths: str) -> Workload:
    cluster = s.world.cluster
    namespace = a_namespace(s, (0, 1))
    return cluster.deploy(namespace, s.v.pick(healths or ("running",)))  # type: ignore[arg-type]


def a_name(s: Scene, one: Workload, share: float = 0.06) -> str:
    """The deployment's name, or one that does not exist."""
    return s.v.name() if s.v.chance(share) else one.name


def missing(name: str, namespace: str) -> str:
    return f"There is no deployment {name} in namespace {namespace} (not found), so nothing was changed."


@intent(
    "k8s.scale",
    """
    scale [the] [deployment] {name} in [namespace] {ns} to {n} [replicas]
    scale {name} to {n} [replicas] in {ns}
    set the replicas of {name} in {ns} to {n}
    in [namespace] {ns} (set|scale) {name} to {n} replicas
    change [deployment] {name} in {ns} to {n} replicas
    make {name} in namespace {ns} run {n} replicas
    i need {n} replicas of {name} in {ns}
    kubectl scale deployment {name} --replicas={n} -n {ns}
    run {n} (pods|instances|copies) of {name} in {ns}
    {name} in {ns} should have {n} replicas
    bring {name} in the {ns} namespace to {n} instances
    resize deployment {name} ({ns}) to {n} pods
    """,
    weight=2.5,
)
def scale(s: Scene) -> Oracle:
    one = a_deployment(s)
    n = s.v.between(0, 12)
    name = a_name(s, one)
    s.ask(name=name, ns=one.namespace, n=n)
    told = yield bash(f"kubectl scale deployment {name} --replicas={n} -n {one.namespace}")
    if failed(told):
        return missing(name, one.namespace)
    yield bash(f"kubectl get deployment {name} -n {one.namespace}")
    return f"Scaled {name} in namespace {one.namespace} to {n}: {ready_pods(one, s.world.cluster)}/{n} ready."


@intent(
    "k8s.scale_default",
    """
    scale [the] [deployment] {name} to {n} [replicas]
    set replicas of {name} to {n}
    change the {name} deployment to {n} replicas
    increase {name} to {n} pods
    make {name} run {n} replicas
    scale deploy {name} replicas={n}
    i need {n} replicas of the {name} deployment
    bring {name} up to {n} instances
    kubectl scale {name} to {n}
    {name} should run {n} replicas
    """,
    weight=1.5,
)
def scale_default(s: Scene) -> Oracle:
    one = s.world.cluster.deploy("default", "running")
    n = s.v.between(0, 12)
    s.ask(name=one.name, n=n)
    elsewhere = s.v.chance(0.3)
    if elsewhere:
        one.namespace = s.world.cluster.namespace(s.v.name())
        for pod in s.world.cluster.pods:
            pod.namespace = one.namespace
    told = yield bash(f"kubectl scale deployment {one.name} --replicas={n}")
    if not failed(told):
        return f"Scaled deployment {one.name} to {n} replicas."
    yield bash(f"kubectl get deployments -A | grep {one.name}")
    yield bash(f"kubectl scale deployment {one.name} --replicas={n} -n {one.namespace}")
    return f"Scaled deployment {one.name} in namespace {one.namespace} to {n} replicas."


@intent(
    "k8s.scale_follow",
    """
    how many replicas does {name} have in {ns}
    is deployment {name} in {ns} ready
    status of deployment {name} in {ns}
    check the deployment {name} in namespace {ns}
    """,
    weight=1.3,
)
def scale_follow(s: Scene) -> Oracle:
    one = a_deployment(s)
    n = s.v.between(0, 12)
    s.ask(name=one.name, ns=one.namespace)
    yield bash(f"kubectl get deployment {one.name} -n {one.namespace}")
    yield s.then(
        f"Deployment {one.name} in namespace {one.namespace} has {ready_pods(one, s.world.cluster)}/{one.replicas} replicas ready.",
        """
        [now] scale it to {n}
        scale it [up|down] to {n} replicas
        make it {n}
        set it to {n} replicas
        ok, {n} replicas please
        change that to {n}
        """,
        n=n,
    )
    yield bash(f"kubectl scale deployment {one.name} --replicas={n} -n {one.namespace}")
    return f"Scaled {one.name} in namespace {one.namespace} to {n} replicas."


@intent(
    "k8s.restart",
    """
    restart [the] [deployment] {name} in [namespace] {ns}
    [do a] rolling restart of {name} in {ns}
    rollout restart {name} in [namespace] {ns}
    kubectl rollout restart deployment {name} -n {ns}
    restart the pods of [deployment] {name} in {ns}
    bounce deployment {name} in {ns}
    {name} in {ns} needs a restart
    redeploy {name} in namespace {ns}
    give {name} in {ns} a fresh start
    restart {name} (ns {ns})
    """,
    weight=2,
)
def restart(s: Scene) -> Oracle:
    one = a_deployment(s, "running", "running", "crashloop")
    name = a_name(s, one)
    s.ask(name=name, ns=one.namespace)
    told = yield bash(f"kubectl rollout restart deployment {name} -n {one.namespace}")
    if failed(told):
        return missing(name, one.namespace)
    told = yield bash(f"kubectl rollout status deployment {name} -n {one.namespace} --timeout=60s")
    if failed(told):
        return f"Restarted {name} in namespace {one.namespace}, but the rollout did not finish: {error_line(told)}"
    return f"Restarted deployment {name} in namespace {one.namespace}; it rolled out successfully."


@intent(
    "k8s.set_image",
    """
    set the image of [deployment] {name} in {ns} to {image}
    update {name} in [namespace] {ns} to [image] {image}
    deploy {image} to [the] [deployment] {name} in {ns}
    change the image of {name} in {ns} to {image}
    upgrade [deployment] {name} in {ns} to {image}
    {name} in {ns} should run {image}
    roll out {image} for {name} in namespace {ns}
    use {image} for the deployment {name} in {ns}
    switch {name} ({ns}) to {image}
    """,
    weight=1.5,
)
def set_image(s: Scene) -> Oracle:
    one, image = a_deployment(s), s.v.image()
    s.ask(name=one.name, ns=one.namespace, image=image)
    yield bash(f"kubectl set image deployment/{one.name} '*={image}' -n {one.namespace}")
    yield bash(f"kubectl rollout status deployment {one.name} -n {one.namespace} --timeout=60s")
    return f"Updated {one.name} in namespace {one.namespace} to {image}; it rolled out successfully."


@intent(
    "k8s.undo",
    """
    roll back [the] [deployment] {name} in {ns}
    rollback {name} in [namespace] {ns}
    undo the last rollout of {name} in {ns}
    kubectl rollout undo deployment {name} -n {ns}
    go back to the previous version of {name} in {ns}
    revert [deployment] {name} in namespace {ns}
    the new version of {name} in {ns} is broken, roll it back
    return {name} in {ns} to the last revision
    """,
    weight=1.3,
)
def undo(s: Scene) -> Oracle:
    one = a_deployment(s)
    s.ask(name=one.name, ns=one.namespace)
    told = yield bash(f"kubectl rollout undo deployment {one.name} -n {one.namespace}")
    if failed(told):
        return f"{one.name} could not be rolled back: {error_line(told)}"
    yield bash(f"kubectl rollout status deployment {one.name} -n {one.namespace} --timeout=60s")
    return f"Rolled back {one.name} in namespace {one.namespace}; the rollout is complete."


@intent(
    "k8s.history",
    """
    (show|list) [me] the rollout history of [deployment] {name} in {ns}
    rollout history of {name} in {ns}
    which revisions does [deployment] {name} in {ns} have
    revisions of [the] deployment {name} in namespace {ns}
    kubectl rollout history deployment {name} -n {ns}
    how often was {name} in {ns} rolled out
    what revision is {name} in {ns} at
    history of deployment {name} in namespace {ns}
    """,
)
def history(s: Scene) -> Oracle:
    one = a_deployment(s)
    s.ask(name=one.name, ns=one.namespace)
    yield bash(f"kubectl rollout history deployment {one.name} -n {one.namespace}")
    return f"The latest revision of {one.name} in namespace {one.namespace} is {one.revision}."


@intent(
    "k8s.rollout_status",
    """
    is the rollout of [deployment] {name} in {ns} (done|finished|complete)
    rollout status of {name} in {ns}
    did {name} in {ns} roll out
    has [deployment] {name} in namespace {ns} finished rolling out
    kubectl rollout status deployment {name} -n {ns}
    check the rollout of {name} in {ns}
    how is the rollout of {name} going in {ns}
    is {name} in {ns} rolled out
    """,
)
def rollout_status(s: Scene) -> Oracle:
    one = a_deployment(s, "running", "crashloop", "imagepull")
    s.ask(name=one.name, ns=one.namespace)
    told = yield bash(f"kubectl rollout status deployment {one.name} -n {one.namespace} --timeout=60s")
    if failed(told):
        return f"The rollout of {one.name} is not finished: {ready_pods(one, s.world.cluster)} of {one.replicas} updated replicas are available."
    return f"Yes: {one.name} in namespace {one.namespace} is rolled out."


@intent(
    "k8s.delete_pod",
    """
    (delete|remove) [the] pod {pod} in [namespace] {ns}
    (delete|remove) pod {pod} from {ns}
    kill [the] pod {pod} in {ns}
    kubectl delete pod {pod} -n {ns}
    get rid of pod {pod} in {ns}
    throw away pod {pod} [of|in] namespace {ns}
    pod {pod} in {ns} must go
    delete {pod} -n {ns}
    terminate pod {pod} in namespace {ns}
    """,
    weight=1.3,
)
def delete_pod(s: Scene) -> Oracle:
    pods = sorted_pods(s, a_namespace(s, (1, 2)))
    pod = s.v.pick(pods)
    name = s.v.name() if s.v.chance(0.06) else pod.name
    s.ask(pod=name, ns=pod.namespace)
    told = yield bash(f"kubectl delete pod {name} -n {pod.namespace}")
    if failed(told):
        return f"Not deleted: there is no pod {name} in namespace {pod.namespace}."
    return f"Deleted pod {name} in namespace {pod.namespace}."


@intent(
    "k8s.delete_deployment",
    """
    (delete|remove) [the] deployment {name} (in|from) [namespace] {ns}
    kubectl delete deployment {name} -n {ns}
    get rid of [the] deployment {name} in {ns}
    undeploy {name} from {ns}
    throw the deployment {name} out of {ns}
    delete deploy {name} -n {ns}
    take deployment {name} out of namespace {ns}
    the deployment {name} in {ns} can go
    """,
)
def delete_deployment(s: Scene) -> Oracle:
    one = a_deployment(s)
    name = a_name(s, one)
    s.ask(name=name, ns=one.namespace)
    feedback = s.v.pick(["scale it to 0 instead", "no, just scale it to zero"]) if s.v.chance(0.12) else None
    told = yield bash(f"kubectl delete deployment {name} -n {one.namespace}", feedback)
    if feedback and told.startswith("User rejected"):
        told = yield bash(f"kubectl scale deployment {name} --replicas=0 -n {one.namespace}")
        return (
            missing(name, one.namespace)
            if failed(told)
            else f"Not deleted. Scaled {name} in namespace {one.namespace} to 0 instead."
        )
    return missing(name, one.namespace) if failed(told) else f"Deleted deployment {name} in namespace {one.namespace}."


@intent(
    "k8s.create_namespace",
    """
    create [a|the] [new] namespace [called|named] {ns}
    make a namespace {ns}
    kubectl create namespace {ns}
    add [a] namespace {ns}
    i need a [new] namespace {ns}
    create a new ns {ns}
    set up the namespace {ns}
    new namespace {ns}
    """,
)
def create_namespace(s: Scene) -> Oracle:
    namespace = s.world.cluster.namespace() if s.v.chance(0.12) else s.v.name()
    s.ask(ns=namespace)
    told = yield bash(f"kubectl create namespace {namespace}")
    return (
        f"Nothing was done: namespace {namespace} already exists."
        if failed(told)
        else f"Created namespace {namespace}."
    )


@intent(
    "k8s.delete_namespace",
    """
    (delete|remove) [the] namespace {ns}
    kubectl delete namespace {ns}
    get rid of [the] namespace {ns}
    drop namespace {ns}
    delete ns {ns}
    delete {ns} with everything in it
    the namespace {ns} can go
    erase the whole namespace {ns}
    """,
)
def delete_namespace(s: Scene) -> Oracle:
    namespace = s.world.cluster.namespace(s.v.name()) if s.v.chance(0.9) else s.v.name()
    s.ask(ns=namespace)
    told = yield bash(f"kubectl delete namespace {namespace}")
    return f"Not deleted: there is no namespace {namespace}." if failed(told) else f"Deleted namespace {namespace}."


@intent(
    "k8s.create_deployment",
    """
    create [a] deployment {name} with [image] {image} in {ns}
    deploy {image} as {name} (in|to) [namespace] {ns}
    run {image} in [namespace] {ns} as deployment {name}
    kubectl create deployment {name} --image={image} -n {ns}
    make a deployment {name} of {image} in namespace {ns}
    i want {image} deployed as {name} in {ns}
    start a deployment named {name} from {image} in {ns}
    new deployment {name} in {ns}, image {image}
    """,
    weight=1.3,
)
def create_deployment(s: Scene) -> Oracle:
    namespace = a_namespace(s, (0, 1)) if s.v.chance(0.85) else s.v.name()
    name, image = s.v.name(), s.v.image()
    s.ask(name=name, image=image, ns=namespace)
    told = yield bash(f"kubectl create deployment {name} --image={image} -n {namespace}")
    if not failed(told):
        return f"Created deployment {name} with image {image} in namespace {namespace}."
    feedback = "no, don't create it" if s.v.chance(0.3) else None
    told = yield bash(f"kubectl create namespace {namespace}", feedback)
    if told.startswith("User rejected"):
        return (
            f"Deployment {name} was not created: namespace {namespace} does not exist, and you do not want it created."
        )
    yield bash(f"kubectl create deployment {name} --image={image} -n {namespace}")
    return f"Namespace {namespace} was missing, so I created it. Created deployment {name} with image {image} there."


@intent(
    "k8s.expose",
    """
    expose [the] deployment {name} in {ns} on port {port}
    create a service for [deployment] {name} in {ns} on port {port}
    kubectl expose deployment {name} --port={port} -n {ns}
    make {name} in {ns} reachable on port {port}
    put a service in front of {name} in {ns}, port {port}
    give deployment {name} in {ns} a service on {port}
    i need a service on port {port} for {name} in namespace {ns}
    add a service for {name} in {ns} with port {port}
    """,
)
def expose(s: Scene) -> Oracle:
    one, port = a_deployment(s), s.v.port()
    s.ask(name=one.name, ns=one.namespace, port=port)
    yield bash(f"kubectl expose deployment {one.name} --port={port} -n {one.namespace}")
    return f"Exposed {one.name} in namespace {one.namespace} as a service on port {port}."


@intent(
    "k8s.autoscale",
    """
    autoscale [deployment] {name} in {ns} between {low} and {high} [pods|replicas]
    set up autoscaling for {name} in {ns} from {low} to {high}
    create an hpa for {name} in {ns}, min {low}, max {high}
    kubectl autoscale deployment {name} --min={low} --max={high} -n {ns}
    let {name} in {ns} scale by itself between {low} and {high}
    horizontal autoscaler for {name} in {ns} with {low} to {high} replicas
    {name} in {ns} should autoscale, {low} to {high}
    make {name} in namespace {ns} autoscale from {low} to {high} pods
    """,
)
def autoscale(s: Scene) -> Oracle:
    one = a_deployment(s)
    low = s.v.between(1, 5)
    high = low + s.v.between(1, 10)
    s.ask(name=one.name, ns=one.namespace, low=low, high=high)
    yield bash(f"kubectl autoscale deployment {one.name} --min={low} --max={high} --cpu-percent=80 -n {one.namespace}")
    return f"Created an autoscaler for {one.name} in namespace {one.namespace}: {low} to {high} replicas at 80% CPU."


@intent(
    "k8s.set_env",
    """
    set {key}={value} (on|for|in) [deployment] {name} in {ns}
    set the environment variable {key} of {name} in {ns} to {value}
    add env {key}={value} to deployment {name} in namespace {ns}
    kubectl set env deployment/{name} {key}={value} -n {ns}
    change {key} to {value} in deployment {name} of {ns}
    {name} in {ns} needs {key}={value}
    give the deployment {name} in {ns} the variable {key}={value}
    update env of {name} in {ns}: {key}={value}
    """,
)
def set_env(s: Scene) -> Oracle:
    one, key, value = a_deployment(s), s.v.variable(), s.v.setting()
    s.ask(name=one.name, ns=one.namespace, key=key, value=value)
    yield bash(f"kubectl set env deployment/{one.name} {key}={value} -n {one.namespace}")
    return f"Set {key}={value} on deployment {one.name} in namespace {one.namespace}."


@intent(
    "k8s.cordon",
    """
    cordon [the] node {node}
    kubectl cordon {node}
    mark node {node} [as] unschedulable
    no new pods on node {node}
    take node {node} out of scheduling
    stop scheduling [pods] on node {node}
    make node {node} unschedulable
    close node {node} for new pods
    """,
)
def cordon(s: Scene) -> Oracle:
    node = s.v.pick(s.world.cluster.nodes).name if s.v.chance(0.93) else s.v.name()
    s.ask(node=node)
    told = yield bash(f"kubectl cordon {node}")
    return (
        f"Not cordoned: there is no node {node}."
        if failed(told)
        else f"Cordoned node {node}: no new pods are scheduled there."
    )


@intent(
    "k8s.uncordon",
    """
    uncordon [the] node {node}
    kubectl uncordon {node}
    mark node {node} [as] schedulable [again]
    allow pods on node {node} again
    put node {node} back into scheduling
    resume scheduling on node {node}
    open node {node} for pods again
    make node {node} schedulable
    """,
)
def uncordon(s: Scene) -> Oracle:
    node = s.v.pick(s.world.cluster.nodes)
    node.cordoned = s.v.chance(0.8)
    s.ask(node=node.name)
    yield bash(f"kubectl uncordon {node.name}")
    return f"Uncordoned node {node.name}." if not node.cordoned else f"Node {node.name} is schedulable."


@intent(
    "k8s.drain",
    """
    drain [the] node {node}
    kubectl drain {node}
    move all pods off node {node}
    empty node {node} for maintenance
    evict the pods from node {node}
    prepare node {node} for maintenance
    get all pods away from node {node}
    clear node {node}
    """,
)
def drain(s: Scene) -> Oracle:
    node = s.v.pick(s.world.cluster.nodes)
    s.world.cluster.populate(s.world.cluster.namespace(), 1)
    here = [pod for pod in s.world.cluster.pods if pod.node == node.name]
    s.ask(node=node.name)
    yield bash(f"kubectl drain {node.name} --ignore-daemonsets --delete-emptydir-data")
    return f"Drained node {node.name}: {counted(len(here), 'pod')} evicted."


@intent(
    "k8s.apply",
    """
    apply [the] [manifest|file] {file}
    kubectl apply -f {file}
    deploy [the manifest] {file} [to the cluster]
    apply {file} to the cluster
    push {file} into the cluster
    roll out the manifest {file}
    create the resources in {file}
    send {file} to kubernetes
    """,
    weight=1.3,
)
def apply(s: Scene) -> Oracle:
    name, file = s.v.name(), f"{s.v.name()}.{s.v.pick(['yaml', 'yml'])}"
    text = manifest(name, s.v.image(), s.v.between(1, 5))
    kind = s.v.rng.random()
    if kind < 0.85:
        s.world.files.write(
            f"{s.world.cwd}/{file}", text if kind < 0.75 else text.replace("  replicas:", "  replicas: :", 1)
        )
    s.ask(file=file)
    told = yield bash(f"kubectl apply -f {file}")
    if not failed(told):
        return f"Applied {file}: deployment.apps/{name} created."
    if kind >= 0.85:
        return f"Not applied: the file {file} does not exist."
    return f"Not applied: {error_line(told)}"


def manifest(name: str, image: str, replicas: int, namespace: str = "") -> str:
    """A Deployment as people write it."""
    where = f"  namespace: {namespace}\n" if namespace else ""
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n{where}spec:\n  replicas: {replicas}\n  selector:\n"
        f"    matchLabels:\n      app: {name}\n  template:\n    metadata:\n      labels:\n        app: {name}\n    spec:\n"
        f"      containers:\n      - name: {name}\n        image: {image}\n"
    )


@intent(
    "k8s.label",
    """
    label [the] pod {pod} in {ns} with {key}={value}
    add [the] label {key}={value} to pod {pod} in {ns}
    kubectl label pod {pod} {key}={value} -n {ns}
    set label {key}={value} on pod {pod} in {ns}
    put the label {key}={value} on pod {pod} ({ns})
    give pod {pod} in namespace {ns} the label {key}={value}
    tag pod {pod} in {ns} with label {key}={value}
    pod {pod} in {ns} needs the label {key}={value}
    """,
)
def label(s: Scene) -> Oracle:
    pod = s.v.pick(sorted_pods(s, a_namespace(s, (1, 1))))
    key, value = s.v.name(), s.v.name()
    s.ask(pod=pod.name, ns=pod.namespace, key=key, value=value)
    yield bash(f"kubectl label pod {pod.name} {key}={value} -n {pod.namespace}")
    return f"Added the label {key}={value} to pod {pod.name} in namespace {pod.namespace}."


@intent(
    "k8s.use_context",
    """
    (switch|change) to [the] [context|cluster] {context} [context|cluster]
    use [the] [kubectl] context {context}
    kubectl config use-context {context}
    set the kubectl context to {context}
    work on [the] cluster {context} from now on
    change [the] kubernetes context to {context}
    point kubectl at {context}
    select the context {context}
    """,
)
def use_context(s: Scene) -> Oracle:
    context = s.v.pick(s.world.cluster.contexts) if s.v.chance(0.85) else s.v.name()
    s.ask(context=context)
    told = yield bash(f"kubectl config use-context {context}")
    if failed(told):
        yield bash("kubectl config get-contexts")
        return f"There is no context {context}. The contexts are: {listed(s.world.cluster.contexts)}."
    return f"Switched to the context {context}."


@intent(
    "k8s.create_configmap",
    """
    create [a] configmap {name} with {key}={value} in {ns}
    make a config map {name} in {ns} holding {key}={value}
    kubectl create configmap {name} --from-literal={key}={value} -n {ns}
    add a configmap called {name} to {ns} with {key}={value}
    new configmap {name} in namespace {ns}, {key}={value}
    put {key}={value} into a configmap {name} in {ns}
    i need a configmap {name} in {ns} with {key} set to {value}
    store {key}={value} as configmap {name} in namespace {ns}
    """,
)
def create_configmap(s: Scene) -> Oracle:
    namespace = a_namespace(s, (0, 0)) if s.v.chance(0.9) else s.v.name()
    name, key, value = s.v.name(), s.v.variable(), s.v.setting()
    s.ask(name=name, ns=namespace, key=key, value=value)
    told = yield bash(f"kubectl create configmap {name} --from-literal={key}={value} -n {namespace}")
    if failed(told):
        return f"Not created: there is no namespace {namespace} (not found)."
    return f"Created configmap {name} with {key}={value} in namespace {namespace}."
