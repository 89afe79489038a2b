"""Questions that need no tool, and requests that leave something open."""

from devops_agent.evaluation.worlds.logs import FATAL, log_lines

from training.tasks.scene import Oracle, Scene, bash, counted, intent, listed

WHO = "I am a DevOps agent in your terminal. I can look at and change Docker, Kubernetes, Helm, files, services and git here."


@intent(
    "talk.greeting",
    """
    hello
    hi
    hey
    hi there
    hello there
    good morning
    good evening
    hey there
    howdy
    yo
    hallo
    good afternoon
    """,
    weight=1.5,
)
def greeting(s: Scene) -> Oracle:
    s.plain = True
    return f"Hello! {WHO}"
    yield


@intent(
    "talk.who",
    """
    who are you
    what are you
    what can you do
    help
    help me
    how are you
    """,
    weight=1.0,
)
def who(s: Scene) -> Oracle:
    s.plain = True
    return WHO
    yield


@intent(
    "talk.thanks",
    """
    thanks
    thank you
    thx
    cheers
    thank you so much
    thanks a lot
    bye
    goodbye
    ok
    great
    cool
    """,
    weight=0.8,
)
def thanks(s: Scene) -> Oracle:
    s.plain = True
    return "You are welcome."
    yield


KNOWLEDGE = {
    "pod": (
        "a pod|a kubernetes pod",
        "A pod is the smallest unit Kubernetes runs: one or more containers that share an address and storage.",
    ),
    "deployment": (
        "a deployment|a kubernetes deployment",
        "A Deployment keeps a wanted number of equal pods running and replaces them step by step when their template changes.",
    ),
    "service": (
        "a kubernetes service",
        "A Service gives a set of pods one stable name and address and spreads requests over those that are ready.",
    ),
    "namespace": (
        "a namespace|a kubernetes namespace",
        "A namespace is a part of a cluster in which names are unique and rights and limits can be set.",
    ),
    "ingress": (
        "an ingress|ingress",
        "An Ingress routes HTTP requests from outside to Services, by host name and path.",
    ),
    "configmap": ("a configmap", "A ConfigMap holds settings that pods read as variables or files."),
    "statefulset": (
        "a statefulset",
        "A StatefulSet runs pods with fixed names and storage of their own, as databases need.",
    ),
    "daemonset": ("a daemonset", "A DaemonSet runs one pod on every node, for example for logs or monitoring."),
    "pvc": (
        "a pvc|a persistentvolumeclaim",
        "A PersistentVolumeClaim asks for storage; a volume that fits is bound to it.",
    ),
    "container": (
        "a container|a docker container",
        "A container is a process with its own file system and network, started from an image.",
    ),
    "image": (
        "a docker image|an image",
        "An image is a read-only file system with a start command, from which containers are made.",
    ),
    "volume": (
        "a docker volume",
        "A volume is storage that Docker keeps outside a container, so that data outlives it.",
    ),
    "dockerfile": ("a dockerfile", "A Dockerfile lists the steps by which an image is built."),
    "compose": ("docker compose", "Docker Compose starts several containers that belong together from one file."),
    "helm": ("helm", "Helm installs and upgrades applications in Kubernetes from charts."),
    "chart": ("a helm chart", "A Helm chart is a package of templates and values from which Helm makes manifests."),
    "crashloopbackoff": (
        "CrashLoopBackOff",
        "CrashLoopBackOff means that a container ends again and again, and Kubernetes waits longer before each new start.",
    ),
    "imagepullbackoff": (
        "ImagePullBackOff",
        "ImagePullBackOff means that the image of a container cannot be pulled; Kubernetes waits before it tries again.",
    ),
    "oomkilled": (
        "OOMKilled",
        "OOMKilled means that a process used more memory than its limit and was killed by the kernel.",
    ),
    "kubectl": ("kubectl", "kubectl is the command line client of Kubernetes."),
    "systemd": ("systemd", "systemd starts and watches the services of a Linux system."),
    "git": ("git", "Git keeps the history of files and lets several people change them side by side."),
    "node": ("a kubernetes node", "A node is a machine of a cluster, on which pods run."),
    "sidecar": ("a sidecar", "A sidecar is a second container in a pod that helps the first, for example with logs."),
    "exit137": (
        "exit code 137",
        "Exit code 137 means that a process was killed by signal 9, often for lack of memory.",
    ),
    "exit143": ("exit code 143", "Exit code 143 means that a process was asked to end by signal 15, SIGTERM."),
}


@intent(
    "talk.what_is",
    """
    what is {thing}
    what's {thing}
    what does {thing} mean
    explain {thing}
    can you explain {thing}
    define {thing}
    tell me what is {thing}
    what is the meaning of {thing}
    what is the purpose of {thing}
    could you explain {thing}
    """,
    weight=3,
)
def what_is(s: Scene) -> Oracle:
    s.plain = True
    names, answer = KNOWLEDGE[s.v.pick(list(KNOWLEDGE))]
    s.ask(thing=s.v.pick(names.split("|")))
    return answer
    yield


DIFFERENCES = {
    ("a container", "an image"): "An image is the read-only template; a container is a running process made from it.",
    (
        "a deployment",
        "a statefulset",
    ): "A Deployment runs equal pods that can replace each other; a StatefulSet gives each pod a fixed name and its own storage.",
    (
        "docker stop",
        "docker kill",
    ): "docker stop asks the process to end and kills it only after a while; docker kill ends it at once.",
    (
        "a pod",
        "a container",
    ): "A container is one process; a pod holds one or more containers that share an address and storage.",
    (
        "a configmap",
        "a secret",
    ): "A ConfigMap holds plain settings; a Secret holds data that should not be shown, and access to it is narrower.",
    ("CMD", "ENTRYPOINT"): "ENTRYPOINT is the program that always runs; CMD gives its default arguments.",
    (
        "git merge",
        "git rebase",
    ): "git merge joins two histories with a commit; git rebase writes your commits anew on top of the other branch.",
    (
        "a liveness probe",
        "a readiness probe",
    ): "A failed liveness probe restarts the container; a failed readiness probe only takes the pod out of its Services.",
}


@intent(
    "talk.difference",
    """
    what is the difference between {one} and {other}
    what's the difference between {one} and {other}
    difference between {one} and {other}
    explain the difference between {one} and {other}
    what are the differences between {one} and {other}
    can you explain the difference between {one} and {other}
    """,
    weight=1.2,
)
def difference(s: Scene) -> Oracle:
    s.plain = True
    one, other = s.v.pick(list(DIFFERENCES))
    answer = DIFFERENCES[one, other]
    if s.v.chance(0.5):
        one, other = other, one
    s.ask(one=one, other=other)
    return answer
    yield


HOW_TO = {
    "list docker containers": "Use `docker ps`; with `-a` it lists stopped ones too.",
    "scale a deployment": "Use `kubectl scale deployment NAME --replicas=N -n NAMESPACE`.",
    "see the logs of a pod": "Use `kubectl logs POD -n NAMESPACE`.",
    "copy a file into a container": "Use `docker cp FILE CONTAINER:PATH`.",
    "roll back a deployment": "Use `kubectl rollout undo deployment NAME -n NAMESPACE`.",
    "remove unused docker images": "Use `docker image prune -a`.",
    "create a git branch": "Use `git checkout -b NAME`.",
    "find large files": "Use `find PATH -type f -size +100M`.",
    "restart a service": "Use `systemctl restart NAME`.",
    "build a docker image": "Use `docker build -t NAME .` in the folder of the Dockerfile.",
    "install a helm chart": "Use `helm install NAME REPO/CHART -n NAMESPACE`.",
    "see which process uses a port": "Use `ss -ltnp | grep :PORT`.",
    "make a script executable": "Use `chmod +x FILE`.",
    "undo the last git commit": "Use `git reset --soft HEAD~1`; the changes stay staged.",
}


@intent(
    "talk.how_to",
    """
    how do i {what}
    how to {what}
    how can i {what}
    how would i {what}
    how do you {what}
    tell me how to {what}
    can you tell me how to {what}
    how should i {what}
    """,
    weight=1.5,
)
def how_to(s: Scene) -> Oracle:
    s.plain = True
    what = s.v.pick(list(HOW_TO))
    s.ask(what=what)
    return HOW_TO[what]
    yield


@intent(
    "talk.piped",
    """
    what went wrong
    what is wrong [here|with this]
    why did (it|this) (fail|stop|crash|break)
    explain this [error|log|output]
    what does this (mean|say)
    which error is in (this|there)
    what is the (error|problem|cause|reason) [here]
    find the error [in this]
    """,
    weight=1.5,
)
def piped(s: Scene) -> Oracle:
    cause = s.v.pick(FATAL)(s.v)
    lines = log_lines(s.v, s.v.between(1, 25), s.world.now, cause, troubled=0)
    if s.v.chance(0.3):
        lines.append(s.v.pick(["exit status 1", "make: *** [build] Error 1", "command failed", "shutting down"]))
    s.context = "\n".join(lines)
    return f"It failed with: {cause}"
    yield


@intent(
    "talk.piped_end",
    """
    what is the last line
    show me the last line [of this]
    how does (it|this) end
    last line of that
    what does it say at the end
    """,
    weight=0.5,
)
def piped_end(s: Scene) -> Oracle:
    lines = log_lines(s.v, s.v.between(1, 20), s.world.now)
    s.context = "\n".join(lines)
    return f"The last line is: {lines[-1]}"
    yield


@intent(
    "talk.which_container",
    """
    restart the container
    stop the container
    show [me] the logs of the container
    remove the container
    why did it stop
    why did the container stop
    restart it
    stop it
    delete the container
    show its logs
    """,
)
def which_container(s: Scene) -> Oracle:
    s.world.docker.populate(s.v.between(2, 4), s.v.between(0, 1))
    yield bash("docker ps -a")
    names = [one.name for one in s.world.docker.containers]
    return f"Which container do you mean? There are {counted(len(names), 'container')}: {listed(names)}. Nothing was done yet."


@intent(
    "talk.which_deployment",
    """
    scale the deployment
    scale up the deployment
    restart the deployment
    roll back the deployment
    delete the deployment
    scale it up
    update the deployment
    redeploy
    """,
)
def which_deployment(s: Scene) -> Oracle:
    for _ in range(s.v.between(2, 4)):
        s.world.cluster.deploy("default", "running", replicas=1)
    yield bash("kubectl get deployments")
    names = sorted(one.name for one in s.world.cluster.workloads)
    return f"Which deployment do you mean? In namespace default there are {listed(names)}. Nothing was done yet."


@intent(
    "talk.which_service",
    """
    restart the service
    start the service
    stop the service
    why did the service fail
    restart the failed service
    fix the service
    the service does not work
    restart the daemon
    """,
)
def which_service(s: Scene) -> Oracle:
    for _ in range(s.v.between(0, 3)):
        s.world.system.add_unit("failed")
    yield bash("systemctl list-units --failed --no-pager")
    names = sorted(one.name for one in s.world.system.units.values())
    if not names:
        return "Which service do you mean? No service has failed, and nothing was done yet."
    return f"Which service do you mean? Failed: {listed(names)}. Nothing was done yet."


@intent(
    "talk.no_such_command",
    """
    run {program} {word}
    execute {program} {word}
    call {program} {word}
    {program} {word}
    start the program {program} with {word}
    run the command {program} {word}
    please run {program} {word} [here]
    use {program} to {word}
    """,
)
def no_such_command(s: Scene) -> Oracle:
    program, word = s.v.name(), s.v.pick(["status", "version", "list", "--help", "start", "check"])
    s.ask(program=program, word=word)
    s.said(
        "run {program} {word}",
        "execute {program} {word}",
        "run the command {program} {word}",
        "please run {program} {word} [here]",
        "run `{program} {word}`",
        "try {program} {word}",
        "execute the command {program} {word} for me",
        "can you run {program} {word}",
    )
    yield bash(f"{program} {word}")
    return f"{program} is not installed here: command not found."
