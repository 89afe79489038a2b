"""The socket that only passes questions on: against a recording engine, and against a real one where there is one."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

import pytest

from devops_agent.confinement.docker_engine import Engine
from devops_agent.confinement.docker_proxy import DockerProxy

REAL_ENGINE = "/var/run/docker.sock"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: the name of a socket may have no more than 107 bytes."""
    with TemporaryDirectory() as name:
        yield Path(name)


class Recorder:
    """Takes one request a connection, remembers all of it, and answers "fine"."""

    def __init__(self, path: Path) -> None:
        self.heard: list[bytes] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                self.heard.append(connection.recv(65_536))
                connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfine")

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


@pytest.fixture
def engine(folder: Path) -> Iterator[Recorder]:
    one = Recorder(folder / "engine")
    yield one
    one.close()


@pytest.fixture
def proxy(folder: Path, engine: Recorder) -> Iterator[Path]:
    one = DockerProxy(folder / "proxy", Engine(str(folder / "engine")).connect)
    yield folder / "proxy"
    one.close()


def ask(path: Path, request: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(path))
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return answer


@pytest.mark.parametrize("request_line", ["GET /v1.47/containers/json?all=1", "HEAD /_ping", "GET /events?since=0"])
def test_a_question_reaches_the_engine_and_its_answer_comes_back(
    proxy: Path, engine: Recorder, request_line: str
) -> None:
    answer = ask(proxy, f"{request_line} HTTP/1.1\r\nHost: docker\r\nConnection: keep-alive\r\n\r\n".encode())
    assert answer.endswith(b"fine")
    assert engine.heard == [f"{request_line} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n".encode()]


REFUSED = {
    "post": b"POST /containers/x/stop HTTP/1.1\r\nHost: d\r\n\r\n",
    "delete": b"DELETE /containers/x HTTP/1.1\r\nHost: d\r\n\r\n",
    "put": b"PUT /containers/x/archive HTTP/1.1\r\nHost: d\r\n\r\n",
    "lower case": b"get /containers/json HTTP/1.1\r\nHost: d\r\n\r\n",
    "websocket": b"GET /containers/x/attach/ws?stdin=1 HTTP/1.1\r\nHost: d\r\n\r\n",
    "upgrade": b"GET /info HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    "files of a container": b"GET /containers/x/archive?path=/etc HTTP/1.1\r\nHost: d\r\n\r\n",
    "export": b"GET /containers/x/export HTTP/1.1\r\nHost: d\r\n\r\n",
    "secret": b"GET /swarm/unlockkey HTTP/1.1\r\nHost: d\r\n\r\n",
    "absolute address": b"GET http://elsewhere/ HTTP/1.1\r\nHost: d\r\n\r\n",
    "two lines in one": b"GET /info HTTP/1.1\nPOST /containers/x/stop HTTP/1.1\r\n\r\n",
    "folded header": b"GET /info HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
    "no version": b"GET /info\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", REFUSED.values(), ids=REFUSED.keys())
def test_whatever_is_no_plain_question_never_reaches_the_engine(
    proxy: Path, engine: Recorder, request_bytes: bytes
) -> None:
    assert ask(proxy, request_bytes).startswith(b"HTTP/1.1 403 ")
    assert engine.heard == []


@pytest.mark.parametrize(
    "hidden",
    [
        b"POST /containers/x/stop HTTP/1.1\r\nHost: d\r\n\r\n",
        b"0\r\n\r\nPOST /containers/x/stop HTTP/1.1\r\nHost: d\r\n\r\n",
    ],
)
def test_nothing_can_hide_behind_a_question(proxy: Path, engine: Recorder, hidden: bytes) -> None:
    head = b"GET /info HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    ask(proxy, head + hidden)
    assert engine.heard == [b"GET /info HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n"]


def test_an_engine_that_is_not_there_is_said(folder: Path) -> None:
    proxy = DockerProxy(folder / "proxy", Engine(str(folder / "nobody")).connect)
    answer = ask(folder / "proxy", b"GET /info HTTP/1.1\r\nHost: d\r\n\r\n")
    proxy.close()
    assert answer.startswith(b"HTTP/1.1 502 ") and b"does not answer" in answer


def docker(address: str, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "DOCKER_HOST": address}
    return subprocess.run(["docker", *words], env=environment, capture_output=True, text=True, timeout=30)


def has_engine() -> bool:
    return which("docker") is not None and docker(f"unix://{REAL_ENGINE}", "ps").returncode == 0


@pytest.mark.skipif(not has_engine(), reason="no container engine answers here")
def test_the_real_client_can_look_at_a_real_engine_and_change_nothing(folder: Path) -> None:
    proxy = DockerProxy(folder / "proxy", Engine(REAL_ENGINE).connect)
    try:
        looks = [docker(proxy.address, *words) for words in (("ps", "-a"), ("version",), ("volume", "ls"), ("info",))]
        name = "devops-agent-test-volume"
        made = docker(proxy.address, "volume", "create", name)
        found = docker(f"unix://{REAL_ENGINE}", "volume", "ls", "-q", "--filter", f"name={name}")
    finally:
        proxy.close()
    assert [look.returncode for look in looks] == [0, 0, 0, 0]
    assert made.returncode != 0 and "read-only" in made.stderr
    assert found.stdout == ""
