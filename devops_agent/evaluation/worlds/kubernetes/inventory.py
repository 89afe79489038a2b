"""The plainer things of a cluster: namespaces, records, claims, schedules."""

from typing import Literal

from devops_agent.evaluation.worlds.kubernetes.objects import (
    Autoscaler,
    Claim,
    CronJob,
    Ingress,
    Job,
    Record,
    Service,
    Workload,
)
from devops_agent.evaluation.worlds.values import Values

HOUR, DAY = 3600, 86400


class Inventory:
    """Namespaces, and what stands in them beside workloads and pods."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.namespaces: dict[str, int] = {}
        self.services: list[Service] = []
        self.jobs: list[Job] = []
        self.cronjobs: list[CronJob] = []
        self.ingresses: list[Ingress] = []
        self.claims: list[Claim] = []
        self.records: list[Record] = []
        self.autoscalers: list[Autoscaler] = []

    def namespace(self, name: str = "") -> str:
        """Make sure there is such a namespace."""
        name = name or self.values.namespace()
        if name not in self.namespaces:
            self._new_namespace(name, self.values.between(HOUR, 300 * DAY))
        return name

    def _new_namespace(self, name: str, age: int) -> None:
        """Every namespace is born with the certificate of the cluster."""
        self.namespaces[name] = age
        self.records.append(Record("configmap", "kube-root-ca.crt", name, {"ca.crt": "…"}, age))

    def add_cronjob(self, namespace: str) -> CronJob:
        values = self.values
        schedule = values.pick(["*/5 * * * *", "0 * * * *", "0 2 * * *", "30 3 * * 0", "@daily", "15 */6 * * *"])
        one = CronJob(
            values.name(),
            self.namespace(namespace),
            schedule,
            values.chance(0.2),
            values.between(60, DAY),
            values.between(DAY, 200 * DAY),
            values.image(),
        )
        self.cronjobs.append(one)
        return one

    def add_ingress(self, namespace: str, service: str = "") -> Ingress:
        values = self.values
        host = f"{values.name()}.{values.pick(['example.com', 'internal', 'local', values.name() + '.io'])}"
        one = Ingress(
            values.name(),
            self.namespace(namespace),
            host,
            service or values.service(),
            values.pick([80, values.port()]),
            values.pick(["", values.address(10)]),
            values.between(60, 200 * DAY),
        )
        self.ingresses.append(one)
        return one

    def add_claim(self, namespace: str, bound: bool = True) -> Claim:
        values = self.values
        identity = "-".join(values.hexadecimal(n) for n in (8, 4, 4, 4, 12))
        storage = values.pick(["standard", "gp2", "gp3", "local-path", values.name()])
        one = Claim(
            values.pick([f"data-{values.name()}-0", values.name()]),
            self.namespace(namespace),
            bound,
            f"{values.pick([1, 2, 5, 10, 20, 50, 100])}Gi",
            storage,
            values.between(60, 200 * DAY),
            f"pvc-{identity}" if bound else "",
        )
        self.claims.append(one)
        return one

    def add_record(self, namespace: str, kind: Literal["configmap", "secret"] = "configmap") -> Record:
        values = self.values
        data = {values.variable(): values.setting() for _ in range(values.between(1, 4))}
        one = Record(kind, values.name(), self.namespace(namespace), data, values.between(60, 200 * DAY))
        self.records.append(one)
        return one

    def add_autoscaler(self, workload: Workload) -> Autoscaler:
        values = self.values
        low = values.between(1, 3)
        one = Autoscaler(
            workload.name,
            workload.namespace,
            low,
            low + values.between(1, 9),
            workload.replicas,
            values.between(3, 180),
            values.pick([50, 60, 70, 80]),
            values.between(60, workload.age),
        )
        self.autoscalers.append(one)
        return one
