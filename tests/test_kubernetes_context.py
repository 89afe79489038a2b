"""Where kubectl and helm would go, by the files alone."""

import os
from pathlib import Path

import pytest

from devops_agent.kubernetes_context import SIZE_LIMIT, UNKNOWN, KubernetesContext, read_context

CONFIG = """
current-context: staging
contexts:
- name: staging
  context: {cluster: eu, namespace: shop, user: me}
- name: prod
  context: {cluster: us, user: root}
- name: broken
  context: {cluster: gone}
clusters:
- name: eu
  cluster: {server: "https://10.0.0.5:6443"}
- name: us
  cluster: {server: "https://10.9.9.9:6443"}
"""
STAGING = KubernetesContext("staging", "eu", "https://10.0.0.5:6443", "shop", "me")
PROD = KubernetesContext("prod", "us", "https://10.9.9.9:6443", "default", "root")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home with a kubeconfig."""
    folder = tmp_path / ".kube"
    folder.mkdir()
    (folder / "config").write_text(CONFIG)
    return {"HOME": str(tmp_path)}


def context(environment: dict[str, str], command: str = "kubectl get pods", folder: Path = Path()) -> KubernetesContext:
    return read_context(environment, command.split(), folder)


def test_the_current_context_of_the_home_is_read(environment: dict[str, str]) -> None:
    assert context(environment) == STAGING
    assert read_context(environment) == STAGING


@pytest.mark.parametrize("option", ["--context prod", "--context=prod"])
def test_a_context_named_in_the_command_wins(environment: dict[str, str], option: str) -> None:
    assert context(environment, f"kubectl {option} delete pod web") == PROD


@pytest.mark.parametrize(
    "words",
    [
        "-n db get pods",
        "get pods -ndb",
        "get pods -n=db",
        "--namespace db get pods",
        "--namespace=db get po",
        "exec -itn db web",
    ],
)
def test_a_namespace_in_the_command_wins(environment: dict[str, str], words: str) -> None:
    assert context(environment, f"kubectl {words}").namespace == "db"


@pytest.mark.parametrize(
    "words", ["exec web -- tail -n 5 log", "get pods -lname=web", "apply -fnginx.yaml", "get po -o name"]
)
def test_options_that_only_look_like_a_namespace_are_none(environment: dict[str, str], words: str) -> None:
    assert context(environment, f"kubectl {words}").namespace == "shop"


@pytest.mark.parametrize("option", ["-A", "--all-namespaces"])
def test_all_namespaces_are_named_so(environment: dict[str, str], option: str) -> None:
    assert context(environment, f"kubectl delete pods --all {option}").namespace == "all namespaces"


@pytest.mark.parametrize("option", ["--server=https://evil", "-s https://evil", "--server https://evil"])
def test_a_server_in_the_command_wins(environment: dict[str, str], option: str) -> None:
    assert context(environment, f"kubectl {option} get pods").server == "https://evil"


def test_helm_has_its_own_words_and_variables(environment: dict[str, str]) -> None:
    assert context(environment, "helm --kube-context prod list") == PROD
    variables = {"HELM_KUBECONTEXT": "prod", "HELM_NAMESPACE": "db"}
    assert context(environment | variables, "helm list").namespace == "db"
    assert context(environment | variables, "helm list").name == "prod"
    assert context(environment | variables, "kubectl get pods") == STAGING
    assert context(environment, "helm template -s file.yaml web").server == STAGING.server


def test_the_first_of_several_files_wins(environment: dict[str, str], tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.write_text("contexts: [{name: prod, context: {cluster: us, namespace: first}}]\ncurrent-context: prod\n")
    both = environment | {"KUBECONFIG": f"{tmp_path}/missing:first:{tmp_path}/.kube/config"}
    found = context(both, folder=tmp_path)
    assert (found.name, found.namespace, found.server) == ("prod", "first", PROD.server)


def test_a_kubeconfig_in_the_command_replaces_the_others(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "other").write_text("current-context: x\ncontexts: [{name: x, context: {cluster: y}}]")
    assert context(environment, "kubectl --kubeconfig other get pods", tmp_path).name == "x"
    assert context(environment, "kubectl --kubeconfig=~/other get pods").name == "x"


@pytest.mark.parametrize("name", ["$CONTEXT", "$(cat c)", "`cat c`"])
def test_a_computed_destination_is_unknown(environment: dict[str, str], name: str) -> None:
    found = read_context(environment, ["kubectl", "--context", name, "get", "pods"])
    assert (found.name, found.server) == (UNKNOWN, UNKNOWN)
    assert "computes" in found.reason


def test_an_unknown_context_or_cluster_is_unknown(environment: dict[str, str]) -> None:
    assert context(environment, "kubectl --context nowhere get pods").server == UNKNOWN
    assert context(environment, "kubectl --context broken get pods").server == UNKNOWN
    assert "nowhere" in context(environment, "kubectl --context nowhere get pods").reason


def test_no_kubeconfig_is_unknown_with_a_reason(tmp_path: Path) -> None:
    assert context({"HOME": str(tmp_path)}) == KubernetesContext(reason="there is no kubeconfig")


def test_in_a_pod_the_cluster_is_its_own(tmp_path: Path) -> None:
    found = context({"HOME": str(tmp_path), "KUBERNETES_SERVICE_HOST": "10.96.0.1"})
    assert (found.name, found.server) == ("in-cluster", "https://10.96.0.1:443")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "contexts: 3\nclusters: {a: b}\ncurrent-context: [x]",
        "contexts: [1, {name: a}, {name: x, context: 5}]\ncurrent-context: x",
        "a: *b",
        "{" * 5000,
        "!!python/object/apply:os.system ['touch /tmp/run']",
        "\x00\x01",
        "current-context: 5\ncontexts: [{name: 5, context: {cluster: [a]}}]",
    ],
)
def test_a_broken_kubeconfig_is_unknown_and_nothing_worse(environment: dict[str, str], content: str) -> None:
    Path(environment["HOME"], ".kube/config").write_text(content)
    found = context(environment)
    assert found.server == UNKNOWN


def test_what_is_too_large_or_no_file_is_not_read(environment: dict[str, str], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "regular" in context(environment | {"KUBECONFIG": str(pipe)}).reason
    large = tmp_path / "large"
    large.write_bytes(b"#" * (SIZE_LIMIT + 1))
    assert "larger" in context(environment | {"KUBECONFIG": str(large)}).reason
    assert "invalid" in context(environment | {"KUBECONFIG": _latin(tmp_path)}).reason


def _latin(folder: Path) -> str:
    path = folder / "latin"
    path.write_bytes(b"current-context: \xff")
    return str(path)
