"""Every test runs in its own home, with no way out to the network but this machine."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh HOME, none of the settings of whoever runs the tests, and Ollama as the backend unless a test says other.

    What `auto` chooses would depend on the machine; `backends/test_choice.py` tests it.
    """
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("DEVOPS_AGENT_BACKEND", "ollama")
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "OLLAMA_HOST", "REQUIRE_APPROVAL", "VERBOSE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("KUBECONFIG", "DOCKER_HOST", "NO_COLOR", "OPENAI_API_KEY", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):  # type: ignore[index]
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield
