"""`devops-agent kubeconfig`: credentials that can look at a cluster and change nothing, secrets left out."""

import json
import subprocess
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devops_agent.disk import replace_file
from devops_agent.errors import DevOpsAgentError
from devops_agent.settings import Settings, expanded
from devops_agent.text import printable, visible
from devops_agent.tools.environment import child_environment

ACCOUNT = "devops-agent-view"
KUBECTL_SECONDS = 30.0
ABOUT = """\
# What this would make in a cluster: an account that sees all but secrets, roles and nodes, and changes nothing.
#   devops-agent kubeconfig --create FILE         makes it in the current cluster and writes credentials for it
#   devops-agent kubeconfig | kubectl apply -f -  makes it without credentials
# With KUBECONFIG=FILE the cluster itself refuses changes, whatever the agent is told.
"""
MANIFEST = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {account}
  namespace: {namespace}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {account}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: view
subjects:
- kind: ServiceAccount
  name: {account}
  namespace: {namespace}
"""
"""The role `view` is part of every cluster: it reads all but secrets, roles and nodes."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--create", metavar="FILE", type=Path, help="make the account in the current cluster and write its kubeconfig"
    )
    parser.add_argument("--namespace", metavar="NAME", default="default", help="where the account lives (default)")
    parser.add_argument("--duration", metavar="TIME", default="8h", help="how long the credentials last (8h)")


def run(arguments: Namespace, settings: Settings) -> int:
    manifest = MANIFEST.format(account=ACCOUNT, namespace=json.dumps(arguments.namespace))
    if arguments.create is None:
        print(f"{ABOUT}{manifest}", end="")
        return 0
    environment = child_environment(settings.environment)
    _kubectl(environment, "apply", "-f", "-", given=manifest)
    asked = ("create", "token", ACCOUNT, f"--namespace={arguments.namespace}", f"--duration={arguments.duration}")
    token = _kubectl(environment, *asked).strip()
    current = json.loads(_kubectl(environment, "config", "view", "--raw", "--minify", "--flatten", "-o", "json"))
    path = expanded(arguments.create).absolute()
    try:
        replace_file(path, json.dumps(viewing(current, token), indent=2).encode(), 0o600)
    except OSError as error:
        raise DevOpsAgentError(f"cannot write {path}: {error.strerror}") from None
    print(f"made {ACCOUNT} in {visible(str(current.get('current-context')))}, and wrote {visible(str(path))}")
    print(f"for {arguments.duration} it can look at everything but secrets, roles and nodes, and change nothing")
    print(f"use it with: KUBECONFIG={path} devops-agent --read-only …")
    return 0


def viewing(current: Mapping[str, Any], token: str) -> dict[str, Any]:
    """The current kubeconfig with the viewing account in the user's place; `current` has one context and one cluster.

    Raises DevOpsAgentError when it has none.
    """
    try:
        (cluster,) = current["clusters"]
        (context,) = current["contexts"]
        namespace = context["context"].get("namespace", "default")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DevOpsAgentError(
            "the kubeconfig names no cluster", hint="choose one: kubectl config use-context"
        ) from None
    name = f"{ACCOUNT}@{cluster['name']}"
    there = {"cluster": cluster["name"], "user": ACCOUNT, "namespace": namespace}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [cluster],
        "users": [{"name": ACCOUNT, "user": {"token": token}}],
        "contexts": [{"name": name, "context": there}],
        "current-context": name,
    }


def _kubectl(environment: Mapping[str, str], *words: str, given: str = "") -> str:
    """What kubectl prints. Raises DevOpsAgentError with what it complains about."""
    command = ["kubectl", *words]
    try:
        done = subprocess.run(
            command, env=dict(environment), input=given, capture_output=True, text=True, timeout=KUBECTL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DevOpsAgentError(f"{' '.join(command)}: {error}", hint="kubectl must reach the cluster") from None
    if done.returncode != 0:
        raise DevOpsAgentError(printable(f"{' '.join(command)}: {done.stderr.strip()}"))
    return done.stdout
