"""Credentials that can only look: how they are made, and against a real cluster what they can do."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from devops_agent.commands.kubeconfig import ACCOUNT, viewing
from devops_agent.errors import DevOpsAgentError
from tests.program import run

CLUSTER = os.environ.get("DEVOPS_AGENT_TEST_KUBECONFIG", "")
CURRENT = {
    "clusters": [{"name": "dev", "cluster": {"server": "https://10.0.0.1", "certificate-authority-data": "Q0E="}}],
    "contexts": [{"name": "dev", "context": {"cluster": "dev", "user": "admin", "namespace": "shop"}}],
    "users": [{"name": "admin", "user": {"token": "admin-token"}}],
}


def test_without_a_file_it_prints_what_would_be_made() -> None:
    done = run("kubeconfig", "--namespace", "tools")
    account, binding = yaml.safe_load_all(done.out)
    assert (done.code, account["metadata"]["namespace"]) == (0, "tools")
    assert binding["roleRef"]["name"] == "view"
    assert "kubeconfig --create FILE" in done.out and done.out.startswith("# What this would make")
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": "tools"}]


def test_a_namespace_cannot_write_the_manifest() -> None:
    done = run("kubeconfig", "--namespace", "x\n  name: other")
    account, _ = yaml.safe_load_all(done.out)
    assert account["metadata"] == {"name": ACCOUNT, "namespace": "x\n  name: other"}


def test_the_users_own_credentials_do_not_come_along() -> None:
    made = viewing(CURRENT, "view-token")
    assert "admin-token" not in json.dumps(made)
    assert made["clusters"] == CURRENT["clusters"]
    assert made["contexts"][0]["context"] == {"cluster": "dev", "user": ACCOUNT, "namespace": "shop"}
    assert made["current-context"] == made["contexts"][0]["name"]


@pytest.mark.parametrize("current", [{}, {"clusters": None, "contexts": None}, {**CURRENT, "clusters": []}])
def test_a_kubeconfig_without_a_cluster_is_an_error_with_the_fix(current: dict[str, object]) -> None:
    with pytest.raises(DevOpsAgentError, match="names no cluster"):
        viewing(current, "token")


def test_a_machine_without_kubectl_is_told_so(tmp_path: Path) -> None:
    done = run("kubeconfig", "--create", str(tmp_path / "view"), PATH=str(tmp_path))
    assert done.code == 1
    assert "kubectl must reach the cluster" in done.err


@pytest.mark.skipif(not CLUSTER, reason="DEVOPS_AGENT_TEST_KUBECONFIG names no test cluster")
def test_in_a_real_cluster_it_sees_pods_and_neither_secrets_nor_changes(tmp_path: Path) -> None:
    file = tmp_path / "view"
    assert run("kubeconfig", "--create", str(file), KUBECONFIG=CLUSTER).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    rights = {
        asked: subprocess.run(
            ["kubectl", "--kubeconfig", file, "auth", "can-i", *asked.split()],
            capture_output=True,
            text=True,
            timeout=30,
        ).stdout.strip()
        for asked in ("list pods", "get secrets", "delete pods", "create pods/exec")
    }
    assert rights == {"list pods": "yes", "get secrets": "no", "delete pods": "no", "create pods/exec": "no"}
