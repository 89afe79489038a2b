"""Servers that answer plausibly and note every request: a Kubernetes API over HTTP, a Docker API over a unix socket."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer, ThreadingMixIn, UnixStreamServer
from urllib.parse import urlsplit

CORE = {
    "pods": "Pod", "services": "Service", "secrets": "Secret", "nodes": "Node", "namespaces": "Namespace",
    "events": "Event", "configmaps": "ConfigMap", "persistentvolumes": "PersistentVolume", "endpoints": "Endpoints",
    "persistentvolumeclaims": "PersistentVolumeClaim", "serviceaccounts": "ServiceAccount",
    "resourcequotas": "ResourceQuota",
}  # fmt: skip
APPS = {
    "deployments": "Deployment",
    "replicasets": "ReplicaSet",
    "statefulsets": "StatefulSet",
    "daemonsets": "DaemonSet",
}
SHORT = {
    "pods": "po",
    "services": "svc",
    "deployments": "deploy",
    "namespaces": "ns",
    "nodes": "no",
    "configmaps": "cm",
}
NOT_NAMESPACED = {"nodes", "namespaces", "persistentvolumes"}
VERBS = ["get", "list", "watch", "delete", "create", "patch", "update"]
SPEC = {
    "containers": [{"name": "web", "image": "web:1"}],
    "selector": {"matchLabels": {"app": "web"}},
    "replicas": 1,
    "template": {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "web:1"}]},
    },
}
STATUS = {"phase": "Running", "replicas": 1, "readyReplicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
CONTAINER = {
    "Id": "1" * 64,
    "Name": "/web",
    "Names": ["/web"],
    "Image": "web:1",
    "Created": "2024-01-01T00:00:00Z",
    "State": {"Status": "running", "Running": True},
    "Config": {"Tty": True, "Image": "web:1"},
    "HostConfig": {},
    "NetworkSettings": {"Ports": {}},
    "RepoTags": ["web:1"],
    "RootFS": {},
}


@dataclass(frozen=True)
class Request:
    """One request: its method, and its path with the query."""

    method: str
    path: str


@dataclass
class Recorder:
    """Where to reach the servers, and what they were asked."""

    kubernetes: str
    docker: str
    requests: list[Request] = field(default_factory=list)


def _object(kind: str, version: str, name: str) -> dict[str, object]:
    metadata = {"name": name, "namespace": "default", "uid": "1", "labels": {"app": "web"}, "resourceVersion": "1"}
    return {"kind": kind, "apiVersion": version, "metadata": metadata, "spec": SPEC, "status": STATUS}


def _resources(version: str, kinds: dict[str, str]) -> dict[str, object]:
    resources = [
        {
            "name": name,
            "singularName": kind.lower(),
            "namespaced": name not in NOT_NAMESPACED,
            "kind": kind,
            "verbs": VERBS,
            "shortNames": [SHORT[name]] if name in SHORT else [],
        }
        for name, kind in kinds.items()
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": resources}


def _kubernetes(path: str) -> object:
    apps = {"groupVersion": "apps/v1", "version": "v1"}
    fixed: dict[str, object] = {
        "/version": {"major": "1", "minor": "32", "gitVersion": "v1.32.0"},
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": [{"name": "apps", "versions": [apps], "preferredVersion": apps}],
        },
        "/api/v1": _resources("v1", CORE),
        "/apis/apps/v1": _resources("apps/v1", APPS),
    }
    if path in fixed:
        return fixed[path]
    if "/authorization.k8s.io/" in path or "/authentication.k8s.io/" in path:
        kind = {"selfsubjectaccessreviews": "SelfSubjectAccessReview", "selfsubjectreviews": "SelfSubjectReview"}
        name = path.rstrip("/").rsplit("/", 1)[-1]
        version = "/".join(path.split("/")[2:4])
        return {"kind": kind.get(name, "SelfSubjectRulesReview"), "apiVersion": version, "status": {"allowed": True}}
    return _named(path)


def _named(path: str) -> object:
    kinds = {**CORE, **APPS}
    version = "apps/v1" if "/apis/apps/" in path else "v1"
    *_, before, last = ["", *path.rstrip("/").split("/")]
    if last in kinds:
        item = _object(kinds[last], version, "web")
        return {"kind": f"{kinds[last]}List", "apiVersion": version, "metadata": {}, "items": [item]}
    return _object(kinds.get(before, "Pod"), version, last)


def _docker(path: str) -> object:
    last = path.rstrip("/").rsplit("/", 1)[-1]
    fixed: dict[str, object] = {
        "version": {"Version": "28.0.0", "ApiVersion": "1.47"},
        "info": {"ServerVersion": "28.0.0", "Name": "web", "Swarm": {"LocalNodeState": "active"}},
        "volumes": {"Volumes": [{"Name": "data", "Driver": "local"}]},
        "df": {"Containers": [], "Images": [], "Volumes": [], "BuildCache": []},
        "top": {"Titles": ["PID", "CMD"], "Processes": [["1", "web"]]},
    }
    if last in fixed:
        return fixed[last]
    if path.endswith(("/containers/json", "/images/json")):
        return [{**CONTAINER, "State": "running", "Created": 1}]
    if path.endswith(("/json", "/volumes/data", "/wait")) or "/volumes/" in path:
        return CONTAINER
    return [] if last.endswith("s") or last in ("history", "changes") else {"ID": "1", "Spec": {"Name": "web"}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    recorder: Recorder

    def log_message(self, *_: object) -> None:
        return

    def address_string(self) -> str:
        return "client"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.recorder.requests.append(Request(self.command, self.path))
        path = urlsplit(self.path).path
        is_kubernetes = isinstance(self.server, ThreadingHTTPServer)
        text = path.endswith(("/_ping", "/healthz", "/readyz", "/livez", "/log", "/logs", "/events"))
        body = b"OK" if text else json.dumps(_kubernetes(path) if is_kubernetes else _docker(path)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain" if text else "application/json")
        self.send_header("Api-Version", "1.47")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer


class _Quiet(BaseServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up early is no fault."""


class _HttpServer(_Quiet, ThreadingHTTPServer):
    pass


class _SocketServer(_Quiet, ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


@contextmanager
def recording(folder: Path) -> Iterator[Recorder]:
    """Both servers, as long as the context lasts; the socket lies in `folder`."""
    socket = folder / "docker.sock"

    class Handler(_Handler):
        pass

    servers = [_HttpServer(("127.0.0.1", 0), Handler), _SocketServer(str(socket), Handler)]
    Handler.recorder = Recorder(f"http://127.0.0.1:{servers[0].server_address[1]}", f"unix://{socket}")
    for server in servers:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield Handler.recorder
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
