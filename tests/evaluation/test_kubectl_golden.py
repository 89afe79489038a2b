"""The made-up kubectl prints what the real one prints. Real objects; only on request, as it makes and removes them.

DEVOPS_AGENT_TEST_KUBECONFIG=FILE python -m pytest -n0 tests/evaluation/test_kubectl_golden.py

DEVOPS_AGENT_TEST_IMAGE names an image with sh that the cluster has or can pull (busybox:1.36).
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from devops_agent.evaluation.worlds.world import World
from tests.evaluation.golden_cluster import RealCluster, furnished
from tests.evaluation.mirror import mirrored

CLUSTER = os.environ.get("DEVOPS_AGENT_TEST_KUBECONFIG", "")
pytestmark = [
    pytest.mark.skipif(not CLUSTER, reason="DEVOPS_AGENT_TEST_KUBECONFIG names no test cluster"),
    pytest.mark.timeout(300),
]
Said = tuple[str, str, int]
Trim = Callable[[str], str]
LOOKS_AGAIN = 8
"""What crashes, or cannot be pulled, goes from one state to another and back."""

KINDS = "pods deployments statefulsets daemonsets replicasets services configmaps secrets jobs cronjobs ingress pvc"
LOOKS = [
    *(f"get {kind} -n {{ns}}" for kind in KINDS.split()),
    *(f"get {kind} -n {{ns}} -o wide" for kind in KINDS.split() if kind not in ("jobs", "cronjobs")),
    "get endpoints -n {ns}",
    "get pods -A --field-selector metadata.namespace={ns}",
    "get deployments -A --field-selector metadata.namespace={ns}",
    "get nodes",
    "get namespace {ns}",
    "get pods -n {ns} -l app=web",
    "get pods -n {ns} --no-headers",
    "get pods -n {ns} --field-selector status.phase=Pending",
    "get deployments -n {ns} -o name",
    "get deployment web -n {ns} -o jsonpath={{.spec.replicas}}",
    "get pods -n {ns} -l app=web -o jsonpath={{.items[*].metadata.name}}",
    "get pods ghost store-0 -n {ns}",
    "rollout status deployment/web -n {ns}",
    "rollout status statefulset/store -n {ns}",
    "rollout status daemonset/agent -n {ns}",
    "rollout status deployment/unready -n {ns} --timeout=1s",
    "rollout history deployment/web -n {ns}",
    "logs job/backup -n {ns}",
    "logs deployment/web -n {ns} --tail=5",
    "logs -l app=worker -n {ns}",
    "logs {worker} -n {ns} --tail=1",
    "logs {puller} -n {ns}",
    "logs {pending} -n {ns}",
    "logs {config} -n {ns}",
    "logs {creating} -n {ns}",
    "logs {web} -n {ns} --previous",
    "logs {web} -n {ns} -c ghost",
    "logs store-0 -n {ns}",
    "exec {pending} -n {ns} -- ls",
    "exec {web} -n {ns}",
]
DESCRIBED = ("web", "store", "worker", "puller", "pending", "unready", "backup", "broken")
"""Apps whose pod is described. Of config and creating a world does not tell where the missing value is asked for, and
of agent not what else a pod of a DaemonSet tolerates."""
MISTAKES = [
    *(f"get {kind} ghost -n {{ns}}" for kind in KINDS.split()),
    "get namespace ghost",
    "get node ghost",
    *(f"get {kind} -n ghost" for kind in ("pods", "deployments", "services", "events", "all")),
    "get pods -n {ns} -l app=ghost",
    "get frobs -n {ns}",
    "get",
    "describe pod ghost -n {ns}",
    "describe deployment ghost -n {ns}",
    "describe frob ghost -n {ns}",
    "describe pods -n ghost",
    "logs",
    "logs ghost -n {ns}",
    "logs deployment/ghost -n {ns}",
    "logs -l app=ghost -n {ns}",
    "exec ghost -n {ns} -- ls",
    "exec deployment/ghost -n {ns} -- ls",
    *(f"delete {kind} ghost -n {{ns}}" for kind in ("pod", "deployment", "service", "configmap", "job", "frob")),
    "delete namespace ghost",
    "delete pods -n {ns}",
    "delete pods -l app=ghost -n {ns}",
    "delete -f ghost.yaml",
    "apply -f ghost.yaml",
    "create -f ghost.yaml",
    "create namespace {ns}",
    "create deployment web --image=a:1 -n {ns}",
    "create deployment web --image=a:1 -n ghost",
    "create configmap settings --from-literal=A=b -n {ns}",
    "create configmap settings --from-literal=A=b -n ghost",
    "create secret generic access --from-literal=A=b -n {ns}",
    "create job backup --image=a:1 -n {ns}",
    "expose deployment ghost --port=80 -n {ns}",
    "expose deployment web --port=80 -n {ns}",
    "autoscale deployment ghost --max=3 -n {ns}",
    "label pod ghost a=b -n {ns}",
    "scale deployment ghost --replicas=2 -n {ns}",
    *(f"rollout {word} deployment/ghost -n {{ns}}" for word in ("status", "restart", "undo", "history", "pause")),
    "rollout undo deployment/web -n {ns}",
    "rollout undo deployment/web --to-revision=7 -n {ns}",
    "rollout history deployment/web --revision=9 -n {ns}",
    "rollout resume deployment/web -n {ns}",
    "set image deployment/ghost a=b:1 -n {ns}",
    "set image deployment/web ghost=b:1 -n {ns}",
    "set env deployment/ghost A=b -n {ns}",
    "cordon ghost",
    "uncordon ghost",
    "drain ghost",
    "config use-context ghost",
]
CHANGES = [
    "scale deployment web --replicas=3 -n {ns}",
    "scale deployment/web --replicas=1 -n {ns}",
    "scale statefulset store --replicas=1 -n {ns}",
    "set env deployment/web LEVEL=debug -n {ns}",
    "set env deployment/web --list -n {ns}",
    "rollout restart deployment/web -n {ns}",
    "rollout restart statefulset store -n {ns}",
    "rollout pause deployment/web -n {ns}",
    "rollout pause deployment/web -n {ns}",
    "rollout resume deployment/web -n {ns}",
    "set image deployment/web web=golden.invalid/ghost:2 -n {ns}",
    "set image deployment/web web=golden.invalid/ghost:2 -n {ns}",
    "rollout undo deployment/web -n {ns}",
    "label pod {pending} tier=gold -n {ns}",
    "label pod {pending} tier=lead -n {ns}",
    "label pod {pending} tier=lead --overwrite -n {ns}",
    "label pod {pending} tier- -n {ns}",
    "label deployment web tier=gold -n {ns}",
    "create deployment made --image=golden.invalid/made:1 -n {ns}",
    "create configmap made --from-literal=A=b -n {ns}",
    "create secret generic made --from-literal=A=b -n {ns}",
    "create job made --image=golden.invalid/made:1 -n {ns}",
    "expose deployment worker --port=80 -n {ns}",
    "expose deployment worker --port=80 --type=NodePort --name=other -n {ns}",
    "autoscale deployment worker --min=1 --max=3 --cpu-percent=80 -n {ns}",
    "cordon {node}",
    "cordon {node}",
    "get nodes",
    "drain {node} --pod-selector=app=worker",
    "drain {node} --pod-selector=app=agent",
    "uncordon {node}",
    "uncordon {node}",
    "delete pod {web} -n {ns} --wait=false",
    "delete deployment worker -n {ns}",
    "delete service public -n {ns}",
    "delete configmap settings -n {ns}",
    "delete job broken -n {ns}",
    "delete ingress front -n {ns}",
    "delete pvc data -n {ns}",
    "apply -f {folder}/front.yaml -n {ns}",
    "apply -f {folder}/front.yaml -n {ns}",
    "apply -f {folder}/front.yaml -n ghost",
    "delete -f {folder}/front.yaml -n {ns}",
]
FRONT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {containers: [{name: front, image: "golden.invalid/front:1"}]}
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[RealCluster]:
    image = os.environ.get("DEVOPS_AGENT_TEST_IMAGE", "busybox:1.36")
    with furnished(RealCluster(CLUSTER, f"golden-{secrets.token_hex(3)}", image)) as made:
        yield made


def named(command: str, world: World, cluster: RealCluster, **more: object) -> str:
    """A command with the names of this run: of the namespace, of the first pod of each app, and more."""
    pods = {pod.owner: pod.name for pod in reversed(world.cluster.pods)}
    return "kubectl " + command.format(ns=cluster.namespace, **pods, **more)


NEWER = (("STATUS", "COMPLETIONS", 30), ("TIMEZONE", "SUSPEND", 30), ("VOLUMEATTRIBUTESCLASS", "AGE", 29))
"""Columns, what stands after them, and the first server (1.x) that prints them; the made-up one always does."""


def as_of(text: str, minor: int) -> str:
    """What a cluster of an older version would have printed."""
    for heading, after, since in NEWER:
        column = re.search(rf"\b{heading} +(?={after}\b)", text.partition("\n")[0])
        if column and minor < since:
            start, end = column.span()
            text = "".join(line[:start] + line[end:] for line in text.splitlines(keepends=True))
    return re.sub(r"(\d) \(AGE ago\)", r"\1", text) if minor < 22 else text


def plain(said: Said, minor: int, trim: Trim = str) -> Said:
    """Without how long ago, what only an old server adds, and the blanks that these give their columns."""
    return trim(shown(said[0], minor)), shown(said[1], minor), said[2]


def shown(text: str, minor: int) -> str:
    text = re.sub(r"\b(\d+[ydhms])+\b", "AGE", text)
    text = as_of(re.sub(r"(?m)^.*kubernetes.io/service-account-token.*\n", "", text), minor)
    loose = r" {2,}" if "Opaque" in text else r" {2,}(?=AGE)|(?<=AGE) {2,}|(?<=DURATION) {2,}"
    return re.sub(loose, "  ", text)


def differing(cluster: RealCluster, commands: Sequence[str], trim: Trim = str) -> list[tuple[str, Said, Said]]:
    """The commands that are answered differently, also after more looks at what flickers."""
    minor, found, world = cluster.minor(), [], mirrored(cluster, logs=("worker", "backup"))
    for command in commands:
        for _ in range(LOOKS_AGAIN):
            line = named(command, world, cluster)
            real, made = (plain(said, minor, trim) for said in (cluster.ask(line), world.run(line)))
            if real == made:
                break
            world = mirrored(cluster, logs=("worker", "backup"))
        else:
            found.append((line, real, made))
    return found


def test_looks_and_mistakes_are_answered_as_by_the_real_client(cluster: RealCluster) -> None:
    assert differing(cluster, LOOKS) == []
    assert differing(cluster, MISTAKES) == []


OLD_WORDS = {
    r"(?m)^ +(PodReadyToStartContainers|Readiness:) .*\n": "",
    r"(?m)^    (Command|Requests):\n(?:      .*\n)+": "",
    r"(?ms)^Volumes:\n.*?(?=^Node-Selectors)": "",
    r"from [-\w]+ \(ro\)": "from TOKEN (ro)",
    r"\w+://\S+|\S+@sha256:\w+": "IDENTITY",
    r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000": "DATE",
    r"AGE \(x\d+ over AGE\)": "AGE",
    r"----+": "----",
    r" {2,}": "  ",
}
"""What a description holds of things that a world has no words for, and of the server's version."""


def test_pods_are_described_as_by_the_real_client(cluster: RealCluster) -> None:
    commands = [f"describe pod {{{app}}} -n {{ns}}" for app in DESCRIBED]
    assert differing(cluster, commands, described) == []


def described(text: str) -> str:
    for pattern, word in OLD_WORDS.items():
        text = re.sub(pattern, word, text)
    return text


def test_events_have_the_columns_and_the_lines_of_the_real_ones(cluster: RealCluster) -> None:
    for _ in range(3):
        world, real = mirrored(cluster), cluster.ask(f"kubectl get events -n {cluster.namespace}")[0]
        made = world.run(f"kubectl get events -n {cluster.namespace}")[0]
        heading, *lines = (re.sub(r" {2,}", "  ", shown(line, 0)) for line in real.splitlines())
        about_pods = sorted(line for line in lines if "  pod/" in line)
        ours = [re.sub(r" {2,}", "  ", shown(line, 0)) for line in made.splitlines()]
        if (ours[0], sorted(ours[1:])) == (heading, about_pods):
            return
    assert (ours[0], sorted(ours[1:])) == (heading, about_pods)


@pytest.fixture
def node(cluster: RealCluster) -> Iterator[str]:
    """A node to cordon and drain, which afterwards takes pods again."""
    name = next(pod.node for pod in mirrored(cluster).cluster.pods if pod.owner == "worker")
    yield name
    cluster.ask(f"kubectl uncordon {name}")


def test_changes_are_answered_as_by_the_real_client(cluster: RealCluster, node: str, tmp_path: Path) -> None:
    minor = cluster.minor()
    (tmp_path / "front.yaml").write_text(FRONT)
    for command in CHANGES:
        world = mirrored(cluster)
        world.files.write(f"{tmp_path}/front.yaml", FRONT)
        line = named(command, world, cluster, folder=tmp_path, node=node)
        assert (line, plain(cluster.ask(line), minor)) == (line, plain(world.run(line), minor))
