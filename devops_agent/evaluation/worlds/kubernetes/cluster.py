"""A Kubernetes cluster: its nodes and workloads, in every ordinary state of health."""

from typing import Literal

from devops_agent.evaluation.worlds.kubernetes.illness import fall_ill
from devops_agent.evaluation.worlds.kubernetes.inventory import Inventory
from devops_agent.evaluation.worlds.kubernetes.objects import Health, Job, Node, Pod, Service, Workload
from devops_agent.evaluation.worlds.values import SAFE_ALPHABET, Values

SICK: tuple[Health, ...] = ("crashloop", "oom", "imagepull", "pending", "unready", "liveness", "config", "creating")
USUAL: tuple[Health, ...] = ("running",) * 8 + ("restarted",) * 2 + SICK
HOUR, DAY = 3600, 86400


class Cluster(Inventory):
    """The state of a cluster. `problem` says why it cannot be reached."""

    def __init__(self, values: Values, now: int) -> None:
        super().__init__(values)
        self.now = now
        self.problem: str = ""
        self.context = values.pick(
            [values.name(), "minikube", "docker-desktop", f"kind-{values.name()}", "production", "staging"]
        )
        self.contexts = sorted({self.context, *values.different(values.between(0, 2))})
        self.current_namespace = "default"
        self.version = f"v1.{values.between(24, 34)}.{values.between(0, 14)}"
        self.workloads: list[Workload] = []
        self.pods: list[Pod] = []
        self.metrics = values.chance(0.85)
        self.nodes = self._nodes(values.pick([1, 1, 2, 2, 3, 4]))
        for name in ("default", "kube-node-lease", "kube-public", "kube-system"):
            self._new_namespace(name, self.nodes[0].age)

    def _nodes(self, count: int) -> list[Node]:
        values = self.values
        style = values.pick(["ip", "name", "pool"])
        names = {
            "ip": lambda i: (
                f"ip-10-{values.between(0, 200)}-{values.between(1, 200)}-{values.between(1, 250)}.ec2.internal"
            ),
            "name": lambda i: values.name(),
            "pool": lambda i: f"{values.name()}-{i + 1}",
        }
        age = values.between(2 * DAY, 400 * DAY)
        roles = ["control-plane" if style != "ip" else "<none>", *["<none>"] * (count - 1)]
        return [
            Node(
                names[style](i),
                True,
                roles[i],
                age - i * 60,
                self.version,
                values.address(10),
                cpu=values.pick([2, 4, 8, 16]),
                memory_gib=values.pick([4, 8, 16, 32]),
                cpu_used=values.between(2, 95),
                memory_used=values.between(10, 95),
            )
            for i in range(count)
        ]

    def deploy(
        self,
        namespace: str = "",
        health: Health = "running",
        name: str = "",
        replicas: int = 0,
        kind: Literal["Deployment", "StatefulSet", "DaemonSet"] = "Deployment",
    ) -> Workload:
        """A new workload whose pods are in this state of health, at least the first of them."""
        values, namespace = self.values, self.namespace(namespace or "default")
        taken = {one.name for one in self.workloads if one.namespace == namespace}
        name = name or next(new for new in iter(values.service, None) if new not in taken)
        workload = Workload(
            kind,
            name,
            namespace,
            replicas or values.pick([1, 1, 1, 2, 2, 3]),
            values.image(),
            values.between(120, 200 * DAY),
            values.port(),
            health,
        )
        workload.template_hash = values.letters(values.pick([8, 9, 9, 10]), SAFE_ALPHABET)
        workload.revision = values.between(1, 9)
        workload.old_images = [
            f"{workload.image.rsplit(':', 1)[0]}:{values.tag()}" for _ in range(workload.revision - 1)
        ]
        workload.environment = {values.variable(): values.setting() for _ in range(values.between(0, 2))}
        self.workloads.append(workload)
        for index in range(workload.replicas):
            self.add_pod(workload, health if index == 0 or values.chance(0.6) else "running", index)
        return workload

    def add_pod(self, workload: Workload, health: Health, index: int = 0, age: int = 0) -> Pod:
        values = self.values
        suffix = str(index) if workload.kind == "StatefulSet" else values.letters(5, SAFE_ALPHABET)
        middle = f"-{workload.template_hash}" if workload.kind == "Deployment" else ""
        node = values.pick([one for one in self.nodes if not one.cordoned] or self.nodes)
        pod = Pod(
            f"{workload.name}{middle}-{suffix}",
            workload.namespace,
            workload.name,
            workload.image,
            health,
            age or values.between(60, workload.age),
            node.name,
            values.address(10, 244),
            {"app": workload.name},
            workload.name,
            workload.port,
        )
        pod.cpu, pod.memory = values.between(1, 900), values.between(5, 1900)
        if workload.kind == "Deployment":
            pod.labels["pod-template-hash"] = workload.template_hash
        fall_ill(pod, self.values, self.now)
        self.pods.append(pod)
        return pod

    def populate(self, namespace: str, workloads: int) -> None:
        """Fill a namespace with so many workloads, mostly well."""
        for _ in range(workloads):
            self.deploy(namespace, self.values.pick(USUAL))

    def expose(self, workload: Workload, name: str = "", selects: str = "") -> Service:
        """A service for a workload; `selects` another app than its own to break it."""
        values = self.values
        kind = values.pick(["ClusterIP"] * 4 + ["NodePort", "LoadBalancer"])
        external = {
            "ClusterIP": "<none>",
            "NodePort": "<none>",
            "LoadBalancer": values.pick(["<pending>", values.address()]),
        }[kind]
        port = values.pick([80, workload.port])
        service = Service(
            name or workload.name,
            workload.namespace,
            kind,
            values.address(10, 96),
            [(port, workload.port)],
            {"app": selects or workload.name},
            values.between(60, workload.age),
            external,
        )
        service.node_port = values.between(30000, 32767) if kind != "ClusterIP" else 0
        self.services.append(service)
        return service

    def endpoints(self, service: Service) -> list[str]:
        target = service.ports[0][1]
        return sorted(
            f"{pod.address}:{target}"
            for pod in self.pods
            if pod.namespace == service.namespace and pod.ready and service.selector.items() <= pod.labels.items()
        )

    def pods_of(self, workload: Workload) -> list[Pod]:
        return [pod for pod in self.pods if pod.owner == workload.name and pod.namespace == workload.namespace]

    def scale(self, workload: Workload, replicas: int) -> None:
        pods = self.pods_of(workload)
        for pod in pods[replicas:]:
            self.pods.remove(pod)
        workload.replicas = replicas
        new: Health = self.values.pick(["running", "creating", "creating"])
        for index in range(len(pods), replicas):
            self.add_pod(workload, new, index, age=3)

    def roll(self, workload: Workload, health: Health = "running") -> None:
        """Replace the pods of a workload by new ones."""
        for pod in self.pods_of(workload):
            self.pods.remove(pod)
        workload.template_hash = self.values.letters(9, SAFE_ALPHABET)
        workload.revision += 1
        workload.health = health
        for index in range(workload.replicas):
            self.add_pod(workload, health, index, age=8)

    def find(self, kind: str, name: str, namespace: str) -> Workload | None:
        return next(
            (one for one in self.workloads if (one.kind, one.name, one.namespace) == (kind, name, namespace)), None
        )

    def pod(self, name: str, namespace: str) -> Pod | None:
        return next((one for one in self.pods if one.name == name and one.namespace == namespace), None)

    def add_job(self, namespace: str, failed: bool = False) -> Job:
        values = self.values
        name = values.name()
        job = Job(
            name,
            self.namespace(namespace),
            1,
            0 if failed else 1,
            values.between(300, 90 * DAY),
            values.between(3, 290),
            failed,
        )
        self.jobs.append(job)
        workload = Workload("Deployment", name, namespace, 1, values.image(), job.age, 0)
        pod = self.add_pod(workload, "error" if failed else "completed", age=job.age)
        pod.name, pod.labels = f"{name}-{values.letters(5, SAFE_ALPHABET)}", {"job-name": name}
        return job
