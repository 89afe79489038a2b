"""kubectl's sub-commands that make, mark and remove objects."""

from typing import Any

from devops_agent.evaluation.worlds.kubernetes.apply import applied
from devops_agent.evaluation.worlds.kubernetes.kinds import Kind
from devops_agent.evaluation.worlds.kubernetes.objects import Pod, Workload
from devops_agent.evaluation.worlds.kubernetes.words import KubectlWords
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints


class Changing(KubectlWords):
    """create, apply, delete, expose, label, cordon and their like."""

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


def _singular_qualified(shown: str, kind: Kind) -> str:
    return shown.replace(kind.plural, kind.singular, 1)
