"""Holds a run to the cluster and the container engine it began with, whatever happens to the files meanwhile."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devops_agent.disk import replace_file
from devops_agent.docker_endpoint import UNKNOWN, read_endpoint
from devops_agent.guard.targets import describe
from devops_agent.kubernetes_context import KubernetesContext, read_context

WRITERS = re.compile(
    r"\bconfig\s+(?:use-context|set|set-\w+|unset|delete-\w+|rename-context)\b|\bupdate-kubeconfig\b|\bget-credentials\b"
    r"|(?<![\w.-])(?:kubectx|kubens|kind|k3d|minikube|eksctl|doctl|tsh|oc|talosctl)(?![\w.-])"
    r"|\bcontext\s+(?:use|create|update|import|rm)\b|\.kube/config\b"
)
"""Commands that are meant to change where later commands go: they get the user's own files."""


@dataclass(frozen=True)
class Destination:
    """The cluster and the engine that commands reach when they name none themselves."""

    context: KubernetesContext
    endpoint: str

    def differs_from(self, other: "Destination") -> str:
        """What is different there, in words; "" for nothing."""
        if self.context != other.context:
            return f"{describe(other.context)}, at first {describe(self.context)}"
        return f"docker {other.endpoint}, at first {self.endpoint}" if self.endpoint != other.endpoint else ""


class Pin:
    """Leads every command to `destination`; `folder` keeps the file that does so.

    Relative names in KUBECONFIG are taken from the folder where the run began.
    """

    def __init__(self, environment: Mapping[str, str], folder: Path, start: Path) -> None:
        self._own = _absolute(environment, start)
        self._file = folder / "kubeconfig"
        self._follow = False
        self.renew()

    def renew(self) -> None:
        """Take the user's files as they are now. Raises OSError when the pin cannot be written."""
        self._follow = False
        self.destination = self._on_disk = _read(self._own)
        self._seen = (self.destination, self._on_disk)
        self._environment = {**self._own, **self._engine(), **self._cluster()}

    @property
    def environment(self) -> Mapping[str, str]:
        """The user's environment, led to where the run began."""
        self._catch_up()
        return self._environment

    def environment_for(self, command: str) -> Mapping[str, str]:
        """What an approved command gets: the user's own files if it is meant to change them, else the pinned ones."""
        pinned = self.environment
        self._follow = bool(WRITERS.search(command))
        return self._own if self._follow else pinned

    def now(self) -> Destination:
        """Where a command would go at this moment."""
        return _read(self.environment)

    def drift(self) -> str:
        """What has changed on disk since it was last taken as it is; "" for nothing."""
        self._seen = (self.now(), _read(self._own))
        return self.destination.differs_from(self._seen[0]) or self._on_disk.differs_from(self._seen[1])

    def accept(self) -> None:
        """The user knows what `drift` last found, and the run goes on with the context that it is pinned to."""
        self.destination, self._on_disk = self._seen

    def _catch_up(self) -> None:
        """A command that was approved to change where later ones go has run, so they go there."""
        if self._follow:
            self.renew()

    def _cluster(self) -> dict[str, str]:
        """KUBECONFIG with a file before all others that says which context is current, and nothing else."""
        name = self.destination.context.name
        if name in (UNKNOWN, "in-cluster"):
            return {}
        import yaml

        text = yaml.safe_dump({"apiVersion": "v1", "kind": "Config", "current-context": name}, sort_keys=False)
        replace_file(self._file, text.encode(), 0o600)
        own = self._own.get("KUBECONFIG") or f"{self._own.get('HOME') or Path.home()}/.kube/config"
        return {"KUBECONFIG": f"{self._file}:{own}"}

    def _engine(self) -> dict[str, str]:
        """The engine's context by name, unless the user's environment says where it is."""
        if self._own.get("DOCKER_HOST"):
            return {}
        _, _, named = self.destination.endpoint.partition(" (context ")
        name = named.removesuffix(")") or "default"
        return {} if name == UNKNOWN else {"DOCKER_CONTEXT": name}


def _read(environment: Mapping[str, str]) -> Destination:
    return Destination(read_context(environment), read_endpoint(environment))


def _absolute(environment: Mapping[str, str], start: Path) -> dict[str, str]:
    named = [name for name in environment.get("KUBECONFIG", "").split(":") if name]
    absolute = {"KUBECONFIG": ":".join(os.path.normpath(start / name) for name in named)} if named else {}
    return {**environment, **absolute}
