"""A namespace on a real cluster that holds every ordinary kind of thing, in every ordinary state of health."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

PATIENCE = 120.0
"""Seconds until everything must be in the state that is compared."""
PORT = 8080
SLEEPS, CRASHES = "sleep 100000", "echo starting; echo 'fatal: no database'; exit 3"
NEVER = {"requests": {"cpu": "9999"}}


@dataclass(frozen=True)
class RealCluster:
    """kubectl on a cluster, and the namespace there that may be touched."""

    kubeconfig: str
    namespace: str
    image: str

    def ask(self, command: str, given: str = "") -> tuple[str, str, int]:
        """(standard output, standard error, exit code) of a command line."""
        ran = subprocess.run(
            ["bash", "-c", f"export KUBECONFIG='{self.kubeconfig}'; {command}"],
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return ran.stdout, ran.stderr, ran.returncode

    def items(self, *kinds: str) -> list[dict[str, Any]]:
        """The objects of some kinds in the namespace, as the cluster keeps them."""
        return list(json.loads(self.ask(f"kubectl get {','.join(kinds)} -n {self.namespace} -o json")[0])["items"])

    def minor(self) -> int:
        """The second number of the version of the cluster."""
        found = json.loads(self.ask("kubectl version -o json")[0])
        return int(found["serverVersion"]["minor"].rstrip("+"))


@contextmanager
def furnished(cluster: RealCluster) -> Iterator[RealCluster]:
    """Make everything and wait until it is as it is to be; afterwards nothing of it is left."""
    cluster.ask(f"kubectl create namespace {cluster.namespace}")
    try:
        made = cluster.ask(f"kubectl apply -n {cluster.namespace} -f -", json.dumps(_everything(cluster)))
        assert made[2] == 0, made[1]
        wait_until(lambda: _states(cluster) == STATES, lambda: str(_states(cluster)))
        yield cluster
    finally:
        cluster.ask(f"kubectl delete namespace {cluster.namespace} --wait=false")
        cluster.ask(f"kubectl delete pods --all --force -n {cluster.namespace} --wait=false")
        wait_until(lambda: vanishing(cluster))


def vanishing(cluster: RealCluster) -> bool:
    """Whether nothing runs in the namespace any more, which itself is gone or going: that takes clusters a while."""
    phase = cluster.ask(f"kubectl get namespace {cluster.namespace} -o jsonpath={{.status.phase}}")[0]
    return phase in ("", "Terminating") and not cluster.items("pods", "deployments", "services")


def wait_until(happened: Callable[[], bool], found: Callable[[], str] = str) -> None:
    """Wait for the cluster, which tells nobody when it is done."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, found()
        time.sleep(0.3)


STATES = {
    "web": {"Running"},
    "store": {"Running"},
    "agent": {"Running"},
    "unready": {"Unready"},
    "worker": {"CrashLoopBackOff"},
    "puller": {"ImagePullBackOff"},
    "pending": {"Pending"},
    "config": {"CreateContainerConfigError"},
    "creating": {"ContainerCreating"},
    "backup": {"Succeeded"},
    "broken": {"Failed"},
}
"""What every workload's pods come to."""


def state_of(pod: Mapping[str, Any]) -> str:
    """Why its container waits or ended, else whether it is ready; the phase of a pod that is over or has not begun."""
    (container,) = pod["status"].get("containerStatuses") or [{}]
    ((state, about),) = container.get("state", {"none": {}}).items()
    if state == "waiting" or (state == "terminated" and pod["status"]["phase"] == "Running"):
        return str(about["reason"])
    if state == "running":
        return "Running" if container["ready"] else "Unready"
    return str(pod["status"]["phase"])


def _states(cluster: RealCluster) -> dict[str, set[str]]:
    states: dict[str, set[str]] = {}
    for pod in cluster.items("pods"):
        states.setdefault(pod["metadata"]["labels"]["app"], set()).add(state_of(pod))
    return states


def _everything(cluster: RealCluster) -> dict[str, Any]:
    image = cluster.image
    probe = {"httpGet": {"path": "/healthz", "port": PORT}, "periodSeconds": 1}
    secret = {"envFrom": [{"secretRef": {"name": "golden-missing"}}]}
    volume = {"volumes": [{"name": "settings", "configMap": {"name": "golden-missing"}}]}
    mount = {"volumeMounts": [{"name": "settings", "mountPath": "/settings"}]}
    items = [
        _workload("web", image, replicas=2),
        _workload("worker", image, CRASHES),
        _workload("puller", "golden.invalid/ghost:1"),
        _workload("pending", image, more={"resources": NEVER}),
        _workload("config", image, more=secret),
        _workload("creating", image, more=mount, pod=volume),
        _workload("unready", image, more={"readinessProbe": probe}),
        _workload("store", image, kind="StatefulSet"),
        _workload("agent", image, kind="DaemonSet"),
        _job("backup", image, "echo 'backup written'"),
        _job("broken", image, "echo 'fatal: no disk'; exit 1"),
        *_plain(cluster.minor()),
    ]
    return {"apiVersion": "v1", "kind": "List", "items": items}


def _workload(
    name: str,
    image: str,
    script: str = SLEEPS,
    *,
    kind: str = "Deployment",
    replicas: int = 1,
    more: Mapping[str, Any] | None = None,
    pod: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    labels = {"app": name}
    spec = {"selector": {"matchLabels": labels}, "template": _template(name, image, script, labels, more, pod)}
    spec |= {"serviceName": name} if kind == "StatefulSet" else {}
    spec |= {"replicas": replicas} if kind != "DaemonSet" else {}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "labels": labels}, "spec": spec}


def _template(
    name: str,
    image: str,
    script: str,
    labels: Mapping[str, str],
    more: Mapping[str, Any] | None = None,
    pod: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    container = {
        "name": name,
        "image": image,
        "command": ["sh", "-c", script],
        "ports": [{"containerPort": PORT}],
        **(more or {}),
    }
    spec = {"containers": [container], "terminationGracePeriodSeconds": 1, **(pod or {})}
    return {"metadata": {"labels": labels}, "spec": spec}


def _job(name: str, image: str, script: str) -> dict[str, Any]:
    template = _template(name, image, script, {"app": name}, pod={"restartPolicy": "Never"})
    spec = {"backoffLimit": 0, "template": template}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": spec}


def _plain(minor: int) -> list[dict[str, Any]]:
    """What has no pods."""
    service = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": PORT}]}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    pod = {"containers": [{"name": "nightly", "image": "golden.invalid/nightly:1"}], "restartPolicy": "Never"}
    nightly = {"schedule": "0 2 * * *", "jobTemplate": {"spec": {"template": {"spec": pod}}}}
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    front = {"ingressClassName": "nginx", "rules": [{"host": "golden.example.com", "http": {"paths": [path]}}]}
    return [
        _made("Service", "web", {"spec": service}),
        _made("Service", "public", {"spec": {**service, "type": "NodePort"}}),
        _made("Service", "nobody", {"spec": {**service, "selector": {"app": "ghost"}}}),
        _made("ConfigMap", "settings", {"data": {"LEVEL": "info", "PORT": "8080"}}),
        _made("Secret", "access", {"stringData": {"USER": "golden", "KEY": "made-up"}}),
        _made("PersistentVolumeClaim", "data", {"spec": {**claim, "storageClassName": "golden"}}),
        _made("Ingress", "front", {"spec": front}, "networking.k8s.io/v1"),
        _made("CronJob", "nightly", {"spec": nightly}, "batch/v1" if minor > 20 else "batch/v1beta1"),
    ]


def _made(kind: str, name: str, rest: Mapping[str, Any], version: str = "v1") -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **rest}
