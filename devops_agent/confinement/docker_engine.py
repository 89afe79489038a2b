"""Which container engines a read-only run can be held to questions at, and how they are reached."""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from devops_agent.confinement.docker_proxy import DockerProxy
from devops_agent.docker_endpoint import read_certificates

CONNECT_SECONDS = 10.0
PLAIN_PORT, TLS_PORT = 2375, 2376
LEAD_ELSEWHERE = frozenset({"DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"})


@dataclass(frozen=True)
class Engine:
    """An engine at the path of its socket, or at a host and port, there perhaps with TLS."""

    address: str | tuple[str, int]
    tls: ssl.SSLContext | None = None

    def connect(self, seconds: float = CONNECT_SECONDS) -> socket.socket:
        """A connection to it, made within that time. Raises OSError."""
        if isinstance(self.address, str):
            return _connected_to(self.address)
        connection = socket.create_connection(self.address, seconds)
        try:
            speaking = self.tls.wrap_socket(connection, server_hostname=self.address[0]) if self.tls else connection
        except OSError:
            connection.close()
            raise
        speaking.settimeout(None)
        return speaking


class QuestionsOnly:
    """Leads docker to sockets in `folder` that only pass questions on. Close it after use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._proxies: dict[str, DockerProxy] = {}

    def led(self, environment: Mapping[str, str], endpoint: str) -> dict[str, str]:
        """The environment of commands, in which docker finds the engine behind such a socket, or none at all.

        Raises OSError when the socket cannot be made.
        """
        kept = {name: value for name, value in environment.items() if name not in LEAD_ELSEWHERE}
        if obstacle(environment, endpoint):
            return {**kept, "DOCKER_HOST": f"unix://{self._folder / 'no-engine'}"}
        if endpoint not in self._proxies:
            path = self._folder / f"docker{len(self._proxies)}.sock"
            self._proxies[endpoint] = DockerProxy(path, engine_at(environment, endpoint).connect)
        return {**kept, "DOCKER_HOST": self._proxies[endpoint].address}

    def close(self) -> None:
        while self._proxies:
            self._proxies.popitem()[1].close()


def obstacle(environment: Mapping[str, str], endpoint: str) -> str:
    """Why docker cannot be held to questions at this endpoint, as `read_endpoint` gives it; "" when it can."""
    try:
        engine_at(environment, endpoint)
    except (OSError, ValueError) as error:
        return f"a read-only run cannot hold docker to questions at {endpoint}: {error}"
    return ""


def engine_at(environment: Mapping[str, str], endpoint: str) -> Engine:
    """The engine of an endpoint. Raises ValueError and OSError for one that only docker itself can reach."""
    address = endpoint.partition(" (context ")[0]
    kind, _, path = address.partition("://")
    if kind == "unix" and path:
        return Engine(path)
    if kind not in ("tcp", "http", "https"):
        raise ValueError("only a socket and TCP can be watched")
    certificates = read_certificates(environment, endpoint)
    parts = urlsplit(address)
    if certificates is None and kind == "https":
        raise ValueError("there are no certificates for it")
    tls = _tls(certificates) if certificates else None
    return Engine((parts.hostname or "127.0.0.1", parts.port or (TLS_PORT if tls else PLAIN_PORT)), tls)


def _tls(certificates: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    if (certificates / "cert.pem").exists():
        context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    return context


def _connected_to(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection
