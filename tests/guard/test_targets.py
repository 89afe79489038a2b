"""Which clusters and engines a script reaches."""

from pathlib import Path

import pytest

from devops_agent.docker_endpoint import DEFAULT_ENDPOINT
from devops_agent.guard.targets import targets
from devops_agent.kubernetes_context import UNKNOWN

CONFIG = """
current-context: staging
contexts: [{name: staging, context: {cluster: s}}, {name: prod, context: {cluster: p}}]
clusters: [{name: s, cluster: {server: "https://s"}}, {name: p, cluster: {server: "https://p"}}]
"""
STAGING = ("kubectl", "context staging, https://s, namespace default")
PROD = ("kubectl", "context prod, https://p, namespace default")


@pytest.fixture
def found(tmp_path: Path) -> object:
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_text(CONFIG)
    (tmp_path / "prod").write_text(CONFIG.replace("current-context: staging", "current-context: prod"))
    environment = {"HOME": str(tmp_path)}
    return lambda command: [(target.program, target.text) for target in targets(command, environment, tmp_path)]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("ls -la", []),
        ("kubectl get pods", [STAGING]),
        ("/usr/bin/kubectl get pods | grep web > out", [STAGING]),
        ("kubectl get pods; kubectl --context prod delete pod web", [STAGING, PROD]),
        ("kubectl get pods\nkubectl get nodes", [STAGING]),
        ("KUBECONFIG=prod kubectl get pods", [PROD]),
        ("for i in 1 2; do kubectl get pods; done", [STAGING]),
        ("docker ps && kubectl get pods", [("docker", DEFAULT_ENDPOINT), STAGING]),
        ("kubectl-neat x; my.helm", []),
        ("systemctl restart docker", []),
        ("echo $(kubectl get pods)", [STAGING]),
        ("pip install docker && docker ps", [("docker", DEFAULT_ENDPOINT)]),
    ],
)
def test_each_program_goes_where_its_words_and_files_say(found: object, command: str, expected: list[object]) -> None:
    assert found(command) == expected  # type: ignore[operator]


@pytest.mark.parametrize(
    "command",
    [
        "sudo kubectl get pods",
        "kubectl config use-context prod; kubectl delete pod web",
        "export KUBECONFIG=prod; kubectl get pods",
        "bash -c 'kubectl get pods'",
        "echo web | xargs kubectl delete pod",
        "$(echo kubectl) get; kubectl 'get",
        "eval kubectl get pods",
        "find . -exec kubectl delete -f {} ;",
        "kubectl get pods " + "x" * 9000,
    ],
)
def test_what_is_not_a_plain_command_goes_somewhere_unknown(found: object, command: str) -> None:
    assert ("kubectl", UNKNOWN) in found(command)  # type: ignore[operator]


def test_a_plain_command_does_not_hide_one_that_is_not(found: object) -> None:
    assert found("kubectl get pods | xargs kubectl --context prod delete") == [STAGING, ("kubectl", UNKNOWN)]  # type: ignore[operator]
