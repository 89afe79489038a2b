"""kubectl's sub-commands that make, mark and remove objects."""

from typing import Any, Literal

from devops_agent.evaluation.worlds.kubernetes.apply import applied, manifest
from devops_agent.evaluation.worlds.kubernetes.get import selected
from devops_agent.evaluation.worlds.kubernetes.kinds import Kind
from devops_agent.evaluation.worlds.kubernetes.objects import Pod, Workload
from devops_agent.evaluation.worlds.kubernetes.words import KubectlWords
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints

UNDRAINED = """\
error: unable to drain node "{node}" due to error: cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to \
ignore): {pods}, continuing command...
There are pending nodes to be drained:
 {node}
cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): {pods}
"""
SEVERAL = ("-l", "--selector", "--field-selector", "--all")


class Changing(KubectlWords):
    """create, apply, delete, expose, label, cordon and their like."""

    def _delete(self, options: Options, namespace: str) -> Result:
        if options.has("-f", "--filename"):
            return self._delete_what_is_in(options.get("-f", "--filename"), namespace)
        kind, found, missing = self._resolve(options, namespace)
        if not kind or missing.code:
            return missing
        if len(options.operands) == 1 and "/" not in options.operand(0) and not options.has(*SEVERAL):
            return fails("error: resource(s) were provided, but no name was specified")
        return self._deleted(kind, found, namespace) if found else prints("No resources found")

    def _delete_what_is_in(self, file: str, namespace: str) -> Result:
        documents, problem = manifest(self.world, file)
        done = [self._delete(Options([one["kind"].lower(), one["metadata"]["name"]]), namespace) for one in documents]
        code = max((one.code for one in done), default=0)
        return problem or Result("".join(one.out for one in done), "".join(one.err for one in done), code)

    def _deleted(self, kind: Kind, found: list[Any], namespace: str) -> Result:
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
        if kind_word in ("configmap", "cm", "secret"):
            return self._create_record("secret" if kind_word == "secret" else "configmap", options, namespace)
        if kind_word == "job":
            if any((one.name, one.namespace) == (name, namespace) for one in self.cluster.jobs):
                return fails(f'error: failed to create job: jobs.batch "{name}" already exists')
            job = self.cluster.add_job(namespace)
            job.name, job.age = name, 1
            return prints(f"job.batch/{name} created")
        return fails(f"error: unknown kind {kind_word}")

    def _create_record(self, kind: Literal["configmap", "secret"], options: Options, namespace: str) -> Result:
        name = options.operand(2 if kind == "secret" else 1)
        if any((one.kind, one.name, one.namespace) == (kind, name, namespace) for one in self.cluster.records):
            named = "secret" if kind == "secret" else "configmap:"
            return fails(f'error: failed to create {named} {kind}s "{name}" already exists')
        record = self.cluster.add_record(namespace, kind)
        record.name, record.age = name, 1
        record.data = dict(pair.partition("=")[::2] for pair in options.all("--from-literal"))
        return prints(f"{kind}/{name} created")

    def _apply(self, options: Options, namespace: str) -> Result:
        return applied(self.world, options.get("-f", "--filename"), namespace)

    def _expose(self, options: Options, namespace: str) -> Result:
        workload, missing = self._workload(options, namespace)
        if not workload:
            return missing
        name = options.get("--name", default=workload.name)
        if any((one.name, one.namespace) == (name, namespace) for one in self.cluster.services):
            return fails(f'Error from server (AlreadyExists): services "{name}" already exists')
        service = self.cluster.expose(workload, name)
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
        if any((one.name, one.namespace) == (workload.name, namespace) for one in self.cluster.autoscalers):
            scalers = "horizontalpodautoscalers.autoscaling"
            return fails(f'Error from server (AlreadyExists): {scalers} "{workload.name}" already exists')
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
        shown = f"{_singular_qualified(kind.qualified if kind.group else kind.singular, kind)}/{found[0].name}"
        labels = found[0].labels if isinstance(found[0], Pod) else {}
        new = dict(pair.partition("=")[::2] for pair in pairs if "=" in pair)
        taken = next((key for key, value in new.items() if labels.get(key, value) != value), None)
        if taken and not options.has("--overwrite"):
            return fails(f"error: '{taken}' already has a value ({labels[taken]}), and --overwrite is false")
        labels |= new
        for key in (pair.removesuffix("-") for pair in pairs if "=" not in pair):
            labels.pop(key, None)
        return prints(f"{shown} {'labeled' if new else 'unlabeled'}")

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
        name = options.operand(0)
        here = self._to_drain(name, options)
        kept = {(one.name, one.namespace) for one in self.cluster.workloads if one.kind == "DaemonSet"}
        staying = [f"{pod.namespace}/{pod.name}" for pod in here if (pod.owner, pod.namespace) in kept]
        if staying and not options.has("--ignore-daemonsets"):
            return Result(first.out, UNDRAINED.format(node=name, pods=", ".join(staying)), 1)
        going = [pod for pod in here if (pod.owner, pod.namespace) not in kept]
        lines = [
            first.out.rstrip(),
            *(f"evicting pod {pod.namespace}/{pod.name}" for pod in going),
            *(f"pod/{pod.name} evicted" for pod in going),
            f"node/{name} drained",
        ]
        warning = f"Warning: ignoring DaemonSet-managed Pods: {', '.join(staying)}\n" if staying else ""
        return Result(prints("\n".join(lines)).out, warning)

    def _to_drain(self, node: str, options: Options) -> list[Pod]:
        chosen = Options(given={"-l": options.all("--pod-selector") or [""]})
        return selected([pod for pod in self.cluster.pods if pod.node == node], chosen)


def _singular_qualified(shown: str, kind: Kind) -> str:
    return shown.replace(kind.plural, kind.singular, 1)
