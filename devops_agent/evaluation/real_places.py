"""Real containers and a real namespace for a few tasks: made for them, named for them, and taken away again."""

import json
import secrets
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from devops_agent.errors import BackendError

PREFIX = "devops-agent-eval"
READY_WITHIN = 120.0
"""Seconds until what was made must be in the state that the tasks are about."""
ASK_WITHIN = 60.0
LAST_WORDS = "fatal: cannot open /etc/tides.conf: no such file"


class Place(ABC):
    """Something real to play on. `facts` is its state as far as tasks may change it; close it after use."""

    def __init__(self, environment: Mapping[str, str], image: str) -> None:
        self._environment = dict(environment)
        self.image = image
        self.mark = secrets.token_hex(3)

    @property
    @abstractmethod
    def plan(self) -> str:
        """What will be made, in words."""

    @abstractmethod
    def make(self) -> None:
        """Make what the tasks are about. Raises BackendError when that cannot be; `close` then still cleans up."""

    @abstractmethod
    def facts(self) -> dict[str, str]:
        """Fact -> value."""

    @abstractmethod
    def close(self) -> None:
        """Take away everything that was made."""

    def ask(self, *words: str, given: str = "") -> str:
        """What a command prints. Raises BackendError when it fails."""
        try:
            done = subprocess.run(
                words, input=given, env=self._environment, capture_output=True, text=True, timeout=ASK_WITHIN
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BackendError(f"{words[0]} cannot be used: {error}") from None
        if done.returncode:
            raise BackendError(f"{' '.join(words[:3])} failed: {done.stderr.strip()[:300]}")
        return done.stdout

    def _wait(self, *expected: tuple[str, str]) -> None:
        """Wait until the facts are as expected. Raises BackendError when they never are."""
        deadline = time.monotonic() + READY_WITHIN
        while not set(expected) <= set(self.facts().items()):
            if time.monotonic() > deadline:
                raise BackendError(f"what the tasks are about did not come up within {READY_WITHIN:.0f} s")
            time.sleep(0.5)


class Engine(Place):
    """Containers on the Docker engine that the docker client reaches."""

    area = "docker"

    def __init__(self, environment: Mapping[str, str], image: str) -> None:
        super().__init__(environment, image)
        self.web, self.dead, self.old = (f"{PREFIX}-{self.mark}-{name}" for name in ("web", "tides", "old"))

    @property
    def plan(self) -> str:
        """What will be made, in words."""
        return f"containers {self.web}, {self.dead} and {self.old} of the image {self.image} on the Docker engine"

    def make(self) -> None:
        self._run(self.web, "echo serving tides on 7070; sleep 100000")
        self._run(self.dead, f"echo '{LAST_WORDS}'; exit 3")
        self._run(self.old, "true")
        self._wait((self.web, "running"), (self.dead, "exited"), (self.old, "exited"))

    def facts(self) -> dict[str, str]:
        told = self.ask("docker", "ps", "-a", "--filter", f"name={PREFIX}-{self.mark}", "--format", "{{json .}}")
        return {one["Names"]: one["State"] for one in map(json.loads, told.splitlines())}

    def close(self) -> None:
        for name in (self.web, self.dead, self.old):
            with suppress(BackendError):
                self.ask("docker", "rm", "--force", name)

    def _run(self, name: str, script: str) -> None:
        self.ask("docker", "run", "--detach", "--stop-timeout", "1", "--name", name, self.image, "sh", "-c", script)


class Cluster(Place):
    """A namespace of its own in the current cluster of kubectl."""

    area = "kubernetes"

    def __init__(self, environment: Mapping[str, str], image: str) -> None:
        super().__init__(environment, image)
        self.namespace = f"{PREFIX}-{self.mark}"

    @property
    def plan(self) -> str:
        """What will be made, in words."""
        context = self.ask(
            "kubectl", "config", "view", "--minify", "--output", "jsonpath={.clusters[0].cluster.server}"
        )
        return f"the namespace {self.namespace} with pods of the image {self.image} in the cluster {context}"

    def make(self) -> None:
        self.ask("kubectl", "create", "namespace", self.namespace)
        scripts = {"web": ("sleep 100000", 2), "tides": (f"echo '{LAST_WORDS}'; exit 3", 1)}
        items = [_deployment(name, self.image, script, count) for name, (script, count) in scripts.items()]
        listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
        self.ask("kubectl", "apply", "-n", self.namespace, "-f", "-", given=listed)
        self._wait(("web", "2 of 2"))
        self._wait_for_a_crash()

    def facts(self) -> dict[str, str]:
        facts = {}
        for one in self._items("deployments"):
            name, wanted = one["metadata"]["name"], one["spec"]["replicas"]
            # What crashes on purpose is ready now and then, which nobody asked for.
            facts[name] = f"{one['status'].get('readyReplicas', 0)} of {wanted}" if name == "web" else str(wanted)
        return facts

    def pods(self, name: str) -> list[str]:
        """The names of the pods of a deployment."""
        return [one["metadata"]["name"] for one in self._items("pods") if one["metadata"]["labels"]["app"] == name]

    def close(self) -> None:
        with suppress(BackendError):
            self.ask("kubectl", "delete", "namespace", self.namespace, "--wait=false")

    def _items(self, kind: str) -> list[dict[str, Any]]:
        told = self.ask("kubectl", "get", kind, "-n", self.namespace, "-o", "json")
        return list(json.loads(told)["items"])

    def _wait_for_a_crash(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not any(_restarts(pod) for pod in self._items("pods")):
            if time.monotonic() > deadline:
                raise BackendError("the pod that is to crash did not run", hint="name an image it has: --image")
            time.sleep(0.5)


PLACES: Sequence[type[Engine] | type[Cluster]] = (Engine, Cluster)


def _restarts(pod: Mapping[str, Any]) -> int:
    return sum(one["restartCount"] for one in pod["status"].get("containerStatuses", []))


def _deployment(name: str, image: str, script: str, replicas: int) -> dict[str, Any]:
    container = {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", script],
    }
    pod = {"containers": [container], "terminationGracePeriodSeconds": 1}
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": pod}
    about = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": about}
