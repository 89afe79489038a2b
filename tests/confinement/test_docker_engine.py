"""Engines at the end of a socket, of TCP and of TLS, held to questions; and those that cannot be."""

import hashlib
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

import pytest

from devops_agent.confinement.docker_engine import QuestionsOnly, obstacle

FINE = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfine"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: the name of a socket may have no more than 107 bytes."""
    with TemporaryDirectory() as name:
        yield Path(name)


class Listener:
    """An engine on TCP, with TLS if it has a certificate: takes down what it is asked."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.heard: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self._tls = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
            self._tls.load_verify_locations(certificate / "ca.pem")
            self._tls.verify_mode = ssl.CERT_REQUIRED
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
                with self._tls.wrap_socket(connection, server_side=True) if self._tls else connection as speaking:
                    self.heard.append(speaking.recv(65_536))
                    speaking.sendall(FINE)
            except OSError:
                return

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


def ask(address: str, request: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(address.removeprefix("unix://"))
        connection.sendall(f"{request} HTTP/1.1\r\nHost: d\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return answer


def answers(folder: Path, environment: dict[str, str], endpoint: str) -> list[bytes]:
    """What a question and an order get through the sockets that docker is led to."""
    engine = QuestionsOnly(folder)
    try:
        address = engine.led(environment, endpoint)["DOCKER_HOST"]
        return [ask(address, "GET /info"), ask(address, "POST /containers/x/stop")]
    finally:
        engine.close()


def test_an_engine_on_tcp_hears_questions_only(folder: Path) -> None:
    listener = Listener()
    asked, ordered = answers(folder, {}, f"tcp://127.0.0.1:{listener.port}")
    listener.close()
    assert asked == FINE and ordered.startswith(b"HTTP/1.1 403 ")
    assert listener.heard == [b"GET /info HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, under the names docker knows."""
    folder = tmp_path_factory.mktemp("certificates")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=engine", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    (folder / "ca.pem").write_bytes((folder / "cert.pem").read_bytes())
    return folder


needs_openssl = pytest.mark.skipif(which("openssl") is None, reason="openssl is not installed")


@needs_openssl
def test_an_engine_behind_tls_hears_questions_only(folder: Path, certificates: Path) -> None:
    listener = Listener(certificates)
    environment = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certificates)}
    asked, ordered = answers(folder, environment, f"tcp://127.0.0.1:{listener.port}")
    listener.close()
    assert asked == FINE and ordered.startswith(b"HTTP/1.1 403 ")
    assert len(listener.heard) == 1


@needs_openssl
def test_a_context_brings_its_own_certificates(folder: Path, certificates: Path, tmp_path: Path) -> None:
    name = hashlib.sha256(b"far").hexdigest()
    (tmp_path / "contexts" / "meta" / name).mkdir(parents=True)
    (tmp_path / "contexts" / "tls" / name).mkdir(parents=True)
    (tmp_path / "contexts" / "tls" / name / "docker").symlink_to(certificates)
    (tmp_path / "contexts" / "meta" / name / "meta.json").write_text(json.dumps({"Endpoints": {"docker": {}}}))
    listener = Listener(certificates)
    endpoint = f"tcp://127.0.0.1:{listener.port} (context far)"
    assert answers(folder, {"DOCKER_CONFIG": str(tmp_path)}, endpoint)[0] == FINE
    listener.close()


@needs_openssl
def test_an_engine_that_is_not_the_one_of_the_certificate_gets_no_question(folder: Path, certificates: Path) -> None:
    listener = Listener()
    environment = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certificates)}
    assert answers(folder, environment, f"tcp://127.0.0.1:{listener.port}")[0].startswith(b"HTTP/1.1 502 ")
    listener.close()
    assert b"GET" not in b"".join(listener.heard)


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        ("ssh://me@far", "only a socket and TCP"),
        ("ssh://far (context far)", "only a socket and TCP"),
        ("UNKNOWN", "only a socket and TCP"),
        ("fd://", "only a socket and TCP"),
        ("https://far:2376", "no certificates"),
    ],
)
def test_what_cannot_be_held_to_questions_is_said_and_docker_finds_nothing_there(
    folder: Path, endpoint: str, why: str
) -> None:
    assert why in obstacle({}, endpoint)
    engine = QuestionsOnly(folder)
    host = engine.led({"DOCKER_CONTEXT": "far", "DOCKER_TLS_VERIFY": ""}, endpoint)
    assert host == {"DOCKER_HOST": f"unix://{folder}/no-engine"}
    engine.close()


def test_a_context_whose_certificate_nobody_checks_is_no_engine_to_rely_on(tmp_path: Path) -> None:
    meta = tmp_path / "contexts" / "meta" / hashlib.sha256(b"far").hexdigest() / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Endpoints": {"docker": {"SkipTLSVerify": True}}}))
    assert "not to check its certificate" in obstacle({"DOCKER_CONFIG": str(tmp_path)}, "tcp://far:2376 (context far)")


def test_each_engine_has_a_socket_of_its_own(folder: Path) -> None:
    engine = QuestionsOnly(folder)
    hosts = [engine.led({}, endpoint)["DOCKER_HOST"] for endpoint in ("unix:///a", "unix:///b", "unix:///a")]
    engine.close()
    assert hosts[0] == hosts[2] != hosts[1]
