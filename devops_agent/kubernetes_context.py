"""Which cluster a kubectl or helm command would reach, read from the kubeconfig files alone; nothing is executed."""

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

UNKNOWN = "UNKNOWN"
SIZE_LIMIT = 1_000_000
SERVICE_ACCOUNT_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
OPTIONS = {
    "--context": "context",
    "--kube-context": "context",
    "--cluster": "cluster",
    "--user": "user",
    "--namespace": "namespace",
    "--server": "server",
    "--kube-apiserver": "server",
    "--kubeconfig": "kubeconfig",
}
"""The long options of kubectl and helm that move a command elsewhere, and what each one moves."""
EVERYWHERE = frozenset({"-A", "--all-namespaces", "--all-namespaces=true"})
SHORT_NAMESPACE = re.compile(r"-[AfhiqRtw]*n()|-[AhiqRtw]*n=?(.+)")
HELM_VARIABLES = {"context": "HELM_KUBECONTEXT", "namespace": "HELM_NAMESPACE", "server": "HELM_KUBEAPISERVER"}
OWNED_BY = "belongs to"
DYNAMIC = re.compile(r"[$`*?]")


@dataclass(frozen=True)
class KubernetesContext:
    """Where a command goes. A field that cannot be told is UNKNOWN, and `reason` says why."""

    name: str = UNKNOWN
    cluster: str = UNKNOWN
    server: str = UNKNOWN
    namespace: str = UNKNOWN
    user: str = UNKNOWN
    reason: str = ""


def read_context(
    environment: Mapping[str, str], command_words: Sequence[str] = (), folder: Path = Path()
) -> KubernetesContext:
    """The context that `command_words` (a kubectl or helm command, or nothing) would use when run in `folder`.

    Never raises: what cannot be read is UNKNOWN.
    """
    wanted = _wanted(environment, command_words)
    if any(DYNAMIC.search(value) for value in wanted.values()):
        return KubernetesContext(reason="the command computes where it goes")
    try:
        configuration = _merged(_paths(environment, wanted, folder))
    except PermissionError as error:
        return KubernetesContext(reason=_forbidden(Path(error.filename)))
    except OSError as error:
        return KubernetesContext(reason=f"{error.filename}: {error.strerror}")
    except ValueError as error:
        return KubernetesContext(reason=str(error))
    if not configuration and not wanted.get("context"):
        return _overridden(_in_cluster(environment), wanted)
    return _overridden(_chosen(configuration, wanted), wanted)


def _wanted(environment: Mapping[str, str], words: Sequence[str]) -> dict[str, str]:
    """What the command line, and for helm its variables, say about the destination."""
    is_helm = bool(words) and Path(words[0]).name == "helm"
    variables = HELM_VARIABLES if is_helm else {}
    wanted = {field: environment[name] for field, name in variables.items() if environment.get(name)}
    wanted.update(_options(words[1:], short_server=not is_helm))
    return wanted


def _options(words: Sequence[str], *, short_server: bool) -> Iterator[tuple[str, str]]:
    following = iter(words)
    for word in following:
        if word == "--":
            return
        short = SHORT_NAMESPACE.fullmatch(word)
        name, equals, value = word.partition("=")
        if word in EVERYWHERE:
            yield "namespace", "all namespaces"
        elif short:
            yield "namespace", short[2] or next(following, UNKNOWN)
        elif name in OPTIONS or (name == "-s" and short_server):
            yield OPTIONS.get(name, "server"), value if equals else next(following, UNKNOWN)


def _paths(environment: Mapping[str, str], wanted: Mapping[str, str], folder: Path) -> list[Path]:
    home = Path(environment.get("HOME") or Path.home())
    if "kubeconfig" in wanted:
        return [folder / re.sub("^~(?=/)", str(home), wanted["kubeconfig"])]
    named = [name for name in environment.get("KUBECONFIG", "").split(":") if name]
    return [folder / name for name in named] or [home / ".kube" / "config"]


def _merged(paths: Sequence[Path]) -> dict[str, Any]:
    """One configuration out of several files: the first file that speaks of a name, or of the current context, wins."""
    merged: dict[str, Any] = {}
    for path in paths:
        content = _load(path)
        if content.get("current-context"):
            merged.setdefault("current-context", str(content["current-context"]))
        for kind in ("contexts", "clusters"):
            for name, value in _named(content, kind):
                merged.setdefault(kind, {}).setdefault(name, value)
    return merged


def _load(path: Path) -> dict[str, Any]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return {}
    if not stat.S_ISREG(status.st_mode):
        raise ValueError(f"{path} is not a regular file")
    if status.st_size > SIZE_LIMIT:
        raise ValueError(f"{path} is larger than {SIZE_LIMIT} bytes")
    with path.open(encoding="utf-8") as file:
        content = _parsed(file.read(SIZE_LIMIT), path)
    return content if isinstance(content, dict) else {}


def _forbidden(path: Path) -> str:
    """Who keeps a file from being read: the owner of it, or of the innermost folder around it that may be looked at."""
    barrier = next(place for place in (path, *path.parents) if os.access(place, os.F_OK))
    status = barrier.stat()
    try:
        owner = barrier.owner()
    except KeyError:
        owner = f"user {status.st_uid}"
    what = "it" if barrier == path else str(barrier)
    return f"{path} may not be read: {what} {OWNED_BY} {owner}, mode {stat.S_IMODE(status.st_mode):04o}"


def _parsed(text: str, path: Path) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError, ValueError):
        raise ValueError(f"{path} is not valid YAML") from None


def _named(content: Mapping[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries of a kubeconfig list (`contexts`: `name` and `context`), odd ones left out."""
    entries = content.get(kind)
    for entry in entries if isinstance(entries, list) else ():
        value = entry.get(kind.removesuffix("s")) if isinstance(entry, dict) else None
        if isinstance(value, dict):
            yield str(entry.get("name")), value


def _chosen(configuration: Mapping[str, Any], wanted: Mapping[str, str]) -> KubernetesContext:
    name = wanted.get("context") or configuration.get("current-context", "")
    if not name:
        return KubernetesContext(reason="the kubeconfig names no current context")
    context = configuration.get("contexts", {}).get(name)
    if context is None:
        return KubernetesContext(name=name, reason=f"the kubeconfig has no context {name}")
    cluster = wanted.get("cluster") or str(context.get("cluster") or UNKNOWN)
    return KubernetesContext(
        name=name,
        cluster=cluster,
        server=str(configuration.get("clusters", {}).get(cluster, {}).get("server") or UNKNOWN),
        namespace=str(context.get("namespace") or "default"),
        user=str(context.get("user") or UNKNOWN),
    )


def _in_cluster(environment: Mapping[str, str]) -> KubernetesContext:
    """Inside a pod, a missing kubeconfig means the pod's own cluster and service account."""
    host = environment.get("KUBERNETES_SERVICE_HOST")
    if not host:
        return KubernetesContext(reason="there is no kubeconfig")
    try:
        namespace = SERVICE_ACCOUNT_NAMESPACE.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        namespace = UNKNOWN
    server = f"https://{host}:{environment.get('KUBERNETES_SERVICE_PORT', '443')}"
    return KubernetesContext("in-cluster", "in-cluster", server, namespace, "service account")


def _overridden(context: KubernetesContext, wanted: Mapping[str, str]) -> KubernetesContext:
    return replace(context, **{field: wanted[field] for field in ("server", "namespace", "user") if field in wanted})
