"""kubectl, answered by a made-up cluster: which sub-command, for which kind, in which namespace."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from devops_agent.evaluation.render import describe
from devops_agent.evaluation.render.tables import kubectl_table
from devops_agent.evaluation.worlds.cluster import Cluster, Pod, Workload
from devops_agent.evaluation.worlds.kinds import KINDS, Kind, kind_named, objects
from devops_agent.evaluation.worlds.kubectl_apply import applied
from devops_agent.evaluation.worlds.kubectl_get import got
from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World

VALUED = (
    "-n --namespace -o --output -l --selector --field-selector --sort-by --tail --replicas --image -f --filename -c --container "
    "--port --target-port --type --since --to-revision --context --name --timeout --min --max --cpu-percent --from-literal --schedule"
)
REFUSED = "The connection to the server {server} was refused - did you specify the right host or port?"
FORBIDDEN = (
    'Error from server (Forbidden): {what} is forbidden: User "{user}" cannot list resource "{resource}" in API group "" '
    'in the namespace "{namespace}"'
)
Handler = Callable[[Options, str], Result]


class Kubectl:
    """Sub-commands of `kubectl`, one method each: options and namespace to result."""

    def __init__(self, world: "World") -> None:
        self.world = world

    @property
    def cluster(self) -> Cluster:
        return self.world.cluster

    def run(self, words: list[str], stdin: str) -> Result:
        if not words:
            return prints("kubectl controls the Kubernetes cluster manager.")
        inner = words[words.index("--") + 1 :] if "--" in words else []
        words = words[: words.index("--")] if "--" in words else words
        valued = VALUED.replace("-f --filename", "--filename") if words[0] == "logs" else VALUED
        valued = valued if words[0] != "logs" else valued.replace("-c ", "-c ")
        options = read_options(words, valued)
        name = options.operands.pop(0) if options.operands else ""
        if (
            name in ("rollout", "set", "config", "top", "create", "auth", "cluster-info")
            and options.operands
            and name not in ("top", "create")
        ):
            name = f"{name}_{options.operands.pop(0)}"
        handler: Callable[..., Result] | None = getattr(self, f"_{name.replace('-', '_')}", None)
        if handler is None:
            return fails(f'error: unknown command "{name}" for "kubectl"')
        if refusal := self._unreachable(name, options):
            return refusal
        namespace = options.get("-n", "--namespace", default=self.cluster.current_namespace)
        return handler(options, namespace, inner) if name == "exec" else handler(options, namespace)

    def _unreachable(self, name: str, options: Options) -> Result | None:
        if name.startswith("config") or not self.cluster.problem:
            return None
        if self.cluster.problem == "refused":
            return fails(REFUSED.format(server=f"{self.cluster.nodes[0].address}:6443"))
        if self.cluster.problem == "no-context":
            return fails(REFUSED.format(server="localhost:8080"))
        kind = kind_named(options.operand(0)) or KINDS[0]
        namespace = options.get("-n", "--namespace", default="default")
        return fails(
            FORBIDDEN.format(what=kind.plural, resource=kind.plural, user=self.world.user, namespace=namespace)
        )

    def _get(self, options: Options, namespace: str) -> Result:
        return got(self.cluster, options, namespace)

    def _resolve(self, options: Options, namespace: str) -> tuple[Kind | None, list[Any], Result]:
        """(kind, the objects named, the complaint if one is missing)."""
        kind, names = _named(options.operands)
        if kind is None:
            return (
                None,
                [],
                fails(f'error: the server doesn\'t have a resource type "{options.operand(0).partition("/")[0]}"'),
            )
        pool = {one.name: one for one in objects(self.cluster, kind, "" if not kind.namespaced else namespace)}
        missing = next((name for name in names if name not in pool), None)
        if missing is not None:
            return kind, [], fails(f'Error from server (NotFound): {kind.qualified} "{missing}" not found')
        return kind, [pool[name] for name in names] if names else list(pool.values()), Result()

    def _describe(self, options: Options, namespace: str) -> Result:
        kind, found, missing = self._resolve(options, namespace)
        writer = {
            "pod": describe.describe_pod,
            "service": describe.describe_service,
            "deployment": describe.describe_deployment,
            "node": describe.describe_node,
        }
        if not kind or missing.code:
            return missing
        if kind.singular not in writer:
            return prints(f"Name:         {found[0].name}\nNamespace:    {namespace}")
        return prints("\n\n".join(writer[kind.singular](one, self.cluster) for one in found))

    def _pod_of(self, name: str, namespace: str) -> tuple[Pod | None, Result]:
        kind, _, rest = name.rpartition("/")
        if kind:
            workload = next(
                (one for one in self.cluster.workloads if one.name == rest and one.namespace == namespace), None
            )
            pods = self.cluster.pods_of(workload) if workload else []
            if not pods:
                full = (kind_named(kind) or KINDS[0]).qualified
                return None, fails(f'Error from server (NotFound): {full} "{rest}" not found')
            return pods[0], Result()
        pod = self.cluster.pod(name, namespace)
        return pod, Result() if pod else fails(
            f'error: error from server (NotFound): pods "{name}" not found in namespace "{namespace}"'
        )

    def _logs(self, options: Options, namespace: str) -> Result:
        if options.has("-l", "--selector"):
            key, _, value = options.get("-l", "--selector").partition("=")
            pods = [pod for pod in self.cluster.pods if pod.namespace == namespace and pod.labels.get(key) == value]
            if not pods:
                return Result("", f"No resources found in {namespace} namespace.\n", 0)
            return prints("\n".join(line for pod in pods for line in pod.logs[-10:]))
        pod, missing = self._pod_of(options.operand(0), namespace)
        if not pod:
            return missing
        if pod.phase == "Pending":
            reason = {
                "imagepull": "trying and failing to pull image",
                "creating": "ContainerCreating",
                "config": "CreateContainerConfigError",
            }
            if pod.health == "pending":
                return Result()
            return fails(
                f'Error from server (BadRequest): container "{pod.container}" in pod "{pod.name}" is waiting to start: {reason[pod.health]}'
            )
        lines = pod.logs
        if options.has("--previous", "-p"):
            if not pod.restarts:
                return fails(
                    f'Error from server (BadRequest): previous terminated container "{pod.container}" in pod "{pod.name}" not found'
                )
            lines = pod.previous or pod.logs
        count = options.get("--tail")
        return prints("\n".join(lines[-int(count) :] if count.isdigit() and int(count) else lines))

    def _exec(self, options: Options, namespace: str, inner: list[str]) -> Result:
        pod, _ = self._pod_of(options.operand(0), namespace)
        if not pod:
            return fails(f'Error from server (NotFound): pods "{options.operand(0)}" not found')
        workload = next(
            (one for one in self.cluster.workloads if one.name == pod.owner and one.namespace == namespace), None
        )
        values = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOSTNAME": pod.name,
            **(workload.environment if workload else {}),
            "HOME": "/root",
        }
        if not inner:
            return fails("error: you must specify at least one command for the container")
        if inner[0] in ("env", "printenv") and len(inner) == 1:
            return prints("\n".join(f"{key}={value}" for key, value in values.items()))
        if inner[0] == "printenv":
            return prints(values[inner[1]]) if inner[1] in values else fails("command terminated with exit code 1")
        if inner[0] == "ls":
            return prints("\n".join(sorted(self.world.source(pod.name).different(4))))
        if inner[0] == "hostname":
            return prints(pod.name)
        return fails(
            f'error: Internal error occurred: error executing command in container: exec: "{inner[0]}": executable file not found in $PATH: unknown'
        )

    def _workload(self, options: Options, namespace: str) -> tuple[Workload | None, Result]:
        kind, found, missing = self._resolve(options, namespace)
        if missing.code or not found:
            return None, missing
        return found[0], Result()

    def _scale(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return fails(f"error: no objects passed to scale {missing.err.rstrip().partition('): ')[2]}")
        self.cluster.scale(workload, int(options.get("--replicas")))
        return prints(f"{_qualified(workload)} scaled")

    def _rollout_restart(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        self.cluster.roll(workload, workload.health)
        return prints(f"{_qualified(workload)} restarted")

    def _rollout_status(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        pods = self.cluster.pods_of(workload)
        ready = sum(pod.ready for pod in pods)
        if ready == workload.replicas:
            return prints(f'deployment "{workload.name}" successfully rolled out')
        text = f'Waiting for deployment "{workload.name}" rollout to finish: {ready} of {workload.replicas} updated replicas are available...\n'
        return Result(text, "error: timed out waiting for the condition\n", 1)

    def _rollout_undo(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        if not workload.old_images:
            return fails(f'error: no rollout history found for deployment "{workload.name}"')
        workload.image = workload.old_images.pop()
        self.cluster.roll(workload)
        return prints(f"{_qualified(workload)} rolled back")

    def _rollout_history(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        rows = [
            ("REVISION", "CHANGE-CAUSE"),
            *((str(n), "<none>") for n in range(max(1, workload.revision - 4), workload.revision + 1)),
        ]
        return prints(f"{_qualified(workload)} \n" + "".join(f"{a:<10}{b}\n" for a, b in rows) + "\n")

    def _rollout_pause(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        return prints(f"{_qualified(workload)} paused") if workload else missing

    def _rollout_resume(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        return prints(f"{_qualified(workload)} resumed") if workload else missing

    def _set_image(self, options: Options, namespace: str) -> Result:
        pairs = [word for word in options.operands if "=" in word]
        options.operands = [word for word in options.operands if "=" not in word]
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        container, _, image = pairs[0].partition("=")
        if container not in (workload.name, "*"):
            return fails(f'error: unable to find container named "{container}"')
        workload.old_images.append(workload.image)
        workload.image = image
        self.cluster.roll(workload)
        return prints(f"{_qualified(workload)} image updated")

    def _set_env(self, options: Options, namespace: str) -> Result:
        pairs = [word for word in options.operands if "=" in word]
        options.operands = [word for word in options.operands if "=" not in word]
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        workload.environment |= dict(pair.partition("=")[::2] for pair in pairs)
        return prints(f"{_qualified(workload)} env updated")

    def _delete(self, options: Options, namespace: str) -> Result:
        kind, found, missing = self._resolve(options, namespace)
        if not kind or missing.code:
            return missing
        for one in found:
            self._remove(kind, one, namespace)
        after = (
            f" from {namespace} namespace" if kind.namespaced and int(self.cluster.version.split(".")[1]) >= 34 else ""
        )
        shown = kind.qualified if "." in kind.qualified else kind.singular
        return prints("\n".join(f'{_singular_qualified(shown, kind)} "{one.name}" deleted{after}' for one in found))

    def _remove(self, kind: Kind, one: Any, namespace: str) -> None:
        if kind.singular == "namespace":
            del self.cluster.namespaces[one.name]
            self.cluster.pods = [pod for pod in self.cluster.pods if pod.namespace != one.name]
        elif kind.singular == "pod":
            self.cluster.pods.remove(one)
            owner = next(
                (
                    workload
                    for workload in self.cluster.workloads
                    if workload.name == one.owner and workload.namespace == namespace
                ),
                None,
            )
            if owner:
                self.cluster.add_pod(owner, one.health if one.health == "crashloop" else "running", age=4)
        else:
            kind.pool(self.cluster).remove(one)
            if isinstance(one, Workload):
                self.cluster.pods = [pod for pod in self.cluster.pods if pod not in self.cluster.pods_of(one)]

    def _create(self, options: Options, namespace: str) -> Result:
        kind_word, name = options.operand(0), options.operand(1)
        if options.has("-f", "--filename"):
            return self._apply(options, namespace)
        if kind_word in ("namespace", "ns"):
            if name in self.cluster.namespaces:
                return fails(f'Error from server (AlreadyExists): namespaces "{name}" already exists')
            self.cluster.namespace(name)
            self.cluster.namespaces[name] = 1
            return prints(f"namespace/{name} created")
        if namespace not in self.cluster.namespaces:
            return fails(f'error: failed to create {kind_word}: namespaces "{namespace}" not found')
        return self._create_inside(kind_word, name, options, namespace)

    def _create_inside(self, kind_word: str, name: str, options: Options, namespace: str) -> Result:
        if kind_word in ("deployment", "deploy"):
            if self.cluster.find("Deployment", name, namespace):
                return fails(f'error: failed to create deployment: deployments.apps "{name}" already exists')
            workload = self.cluster.deploy(namespace, "running", name, int(options.get("--replicas", default="1")))
            workload.image, workload.age = options.get("--image"), 2
            self.cluster.roll(workload)
            workload.revision = 1
            return prints(f"deployment.apps/{name} created")
        if kind_word in ("configmap", "cm"):
            record = self.cluster.add_record(namespace)
            record.name, record.data, record.age = (
                name,
                dict(pair.partition("=")[::2] for pair in options.all("--from-literal")),
                1,
            )
            return prints(f"configmap/{name} created")
        if kind_word == "job":
            job = self.cluster.add_job(namespace)
            job.name, job.age = name, 1
            return prints(f"job.batch/{name} created")
        return fails(f"error: unknown kind {kind_word}")

    def _apply(self, options: Options, namespace: str) -> Result:
        return applied(self.world, options.get("-f", "--filename"), namespace)

    def _expose(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        service = self.cluster.expose(workload, options.get("--name", default=workload.name))
        port = int(options.get("--port", default=str(workload.port)))
        service.type, service.ports, service.age = (
            options.get("--type", default="ClusterIP"),
            [(port, int(options.get("--target-port", default=str(port))))],
            1,
        )
        service.external, service.node_port = "<none>", 0 if service.type == "ClusterIP" else 30000 + port % 2767
        return prints(f"service/{service.name} exposed")

    def _autoscale(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        scaler = self.cluster.add_autoscaler(workload)
        scaler.low, scaler.high, scaler.target, scaler.age = (
            int(options.get("--min", default="1")),
            int(options.get("--max")),
            int(options.get("--cpu-percent", default="80")),
            1,
        )
        return prints(f"horizontalpodautoscaler.autoscaling/{workload.name} autoscaled")

    def _label(self, options: Options, namespace: str) -> Result:
        pairs = options.operands[2:]
        options.operands = options.operands[:2]
        kind, found, missing = self._resolve(options, namespace)
        if missing.code or not kind:
            return missing
        if isinstance(found[0], Pod):
            found[0].labels |= dict(pair.partition("=")[::2] for pair in pairs)
        return prints(f"{kind.singular}/{found[0].name} labeled")

    def _cordon(self, options: Options, namespace: str, word: str = "cordoned", value: bool = True) -> Result:
        name = options.operand(0)
        node = next((one for one in self.cluster.nodes if one.name == name), None)
        if not node:
            return fails(f'Error from server (NotFound): nodes "{name}" not found')
        already = "already " if node.cordoned == value else ""
        node.cordoned = value
        return prints(f"node/{name} {already}{word}")

    def _uncordon(self, options: Options, namespace: str) -> Result:
        return self._cordon(options, namespace, "uncordoned", False)

    def _drain(self, options: Options, namespace: str) -> Result:
        first = self._cordon(options, namespace)
        if first.code:
            return first
        here = [pod for pod in self.cluster.pods if pod.node == options.operand(0)]
        lines = [
            first.out.rstrip(),
            *(f"evicting pod {pod.namespace}/{pod.name}" for pod in here),
            *(f"pod/{pod.name} evicted" for pod in here),
            f"node/{options.operand(0)} drained",
        ]
        return prints("\n".join(lines))

    def _top(self, options: Options, namespace: str) -> Result:
        if not self.cluster.metrics:
            return fails("error: Metrics API not available")
        if kind_named(options.operand(0)) and kind_named(options.operand(0)).singular == "node":  # type: ignore[union-attr]
            rows: list[tuple[object, ...]] = [("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)")]
            rows += [
                (
                    one.name,
                    f"{one.cpu * one.cpu_used * 10}m",
                    f"{one.cpu_used}%",
                    f"{one.memory_gib * 1024 * one.memory_used // 100}Mi",
                    f"{one.memory_used}%",
                )
                for one in self.cluster.nodes
            ]
            return prints(kubectl_table(rows))
        everywhere = options.has("-A", "--all-namespaces")
        pods = [
            pod for pod in self.cluster.pods if (everywhere or pod.namespace == namespace) and pod.phase == "Running"
        ]
        if not pods:
            return Result("", f"No resources found in {namespace} namespace.\n", 0)
        by = options.get("--sort-by")
        pods.sort(
            key=lambda pod: (pod.namespace, pod.name) if not by else (0, -(pod.memory if by == "memory" else pod.cpu))
        )  # type: ignore[arg-type,return-value]
        head = (("NAMESPACE",) if everywhere else ()) + ("NAME", "CPU(cores)", "MEMORY(bytes)")
        body = [((pod.namespace,) if everywhere else ()) + (pod.name, f"{pod.cpu}m", f"{pod.memory}Mi") for pod in pods]
        return prints(kubectl_table([head, *body]))

    def _config_current_context(self, options: Options, namespace: str) -> Result:
        if self.cluster.problem == "no-context":
            return fails("error: current-context is not set")
        return prints(self.cluster.context)

    def _config_get_contexts(self, options: Options, namespace: str) -> Result:
        rows: list[tuple[object, ...]] = [("CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE")]
        rows += [("*" if name == self.cluster.context else "", name, name, name, "") for name in self.cluster.contexts]
        return prints(kubectl_table(rows))

    def _config_use_context(self, options: Options, namespace: str) -> Result:
        name = options.operand(0)
        if name not in self.cluster.contexts:
            return fails(f'error: no context exists with the name: "{name}"')
        self.cluster.context = name
        return prints(f'Switched to context "{name}".')

    def _config_set_context(self, options: Options, namespace: str) -> Result:
        self.cluster.current_namespace = options.get("--namespace")
        self.cluster.namespaces.setdefault(self.cluster.current_namespace, 86400)
        return prints(f'Context "{self.cluster.context}" modified.')

    def _version(self, options: Options, namespace: str) -> Result:
        return prints(f"Client Version: v1.32.4\nKustomize Version: v5.5.0\nServer Version: {self.cluster.version}")

    def _cluster_info(self, options: Options, namespace: str) -> Result:
        address = f"https://{self.cluster.nodes[0].address}:6443"
        return prints(
            f"Kubernetes control plane is running at {address}\nCoreDNS is running at {address}/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy\n\n"
            "To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'."
        )


def _named(operands: list[str]) -> tuple[Kind | None, list[str]]:
    """(kind, names) from `deployment web` or `deployment/web`."""
    first = operands[0] if operands else ""
    if "/" in first:
        return kind_named(first.partition("/")[0]), [word.partition("/")[2] for word in operands]
    return kind_named(first), operands[1:]


def _qualified(one: Workload) -> str:
    return f"{one.kind.lower()}.apps/{one.name}"


def _singular_qualified(shown: str, kind: Kind) -> str:
    return shown.replace(kind.plural, kind.singular, 1)
