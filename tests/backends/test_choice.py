"""Where the model runs when nobody says: asked of a server that plays Ollama, and where nobody listens."""

import importlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("xllamacpp", reason="the package xllamacpp is not installed")

from devops_agent.backends import open_backend
from devops_agent.backends.choice import choose
from devops_agent.backends.embedded.model_file import SHIPPED_WINDOW
from devops_agent.backends.presence import models_at
from devops_agent.settings import Settings
from tests.ollama_server import OllamaServer
from tests.playing import answers
from tests.program import run

SOURCE = Path(__file__).parents[2]
NOBODY = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEVOPS_AGENT_BACKEND")


@pytest.fixture
def without_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    load = importlib.import_module

    def missing(name: str, *rest: Any) -> Any:
        if name == "xllamacpp":
            raise ModuleNotFoundError("No module named 'xllamacpp'", name=name)
        return load(name, *rest)

    monkeypatch.setattr("devops_agent.backends.embedded.guards.import_module", missing)


@pytest.fixture
def mute() -> Iterator[str]:
    """The address of a server that accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def chosen(**flags: object) -> tuple[str, str]:
    choice = choose(Settings.load(flags))
    return choice.settings.backend, choice.reason


def test_ollama_is_taken_when_it_has_the_model() -> None:
    with OllamaServer() as server:
        assert chosen(host=server.url) == ("ollama", f"ollama model qwen3-devops: Ollama at {server.url} has it")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("./nofile.gguf", "cannot read the model nofile.gguf: No such file or directory"),
        ("/", "the model /: it is a folder"),
    ],
)
def test_what_is_no_file_is_not_announced_as_one(tmp_path: Path, name: str, why: str) -> None:
    finished = run("--model", name, "list", cwd=tmp_path)
    assert finished.code == 3 and why in finished.err
    assert "it is a file" not in finished.err and finished.err.startswith("error: ")
    shown = run("--model", name, "doctor", cwd=tmp_path).out
    assert "ok    backend           embedded\n" in shown and why in shown


def test_the_shipped_model_works_in_a_window_of_its_own_unless_told_otherwise() -> None:
    assert choose(Settings.load({"host": NOBODY})).settings.num_ctx == SHIPPED_WINDOW
    assert choose(Settings.load({"backend": "embedded"})).settings.num_ctx == SHIPPED_WINDOW
    assert choose(Settings.load({"backend": "embedded", "num_ctx": 4096})).settings.num_ctx == 4096
    assert choose(Settings.load({"backend": "ollama"})).settings.num_ctx == 8192


def test_without_the_model_the_embedded_one_stands_in_and_the_better_one_is_named() -> None:
    with OllamaServer(models=["llama3:latest"]) as server:
        backend, reason = chosen(host=server.url)
    assert backend == "embedded"
    assert "has no qwen3-devops" in reason and "devops-agent model install" in reason


def test_without_ollama_the_embedded_one_is_taken() -> None:
    backend, reason = chosen(host=NOBODY)
    assert backend == "embedded"
    assert reason == f"embedded model qwen3-devops-mini: no Ollama answers at {NOBODY}"


def test_a_file_needs_no_server(tmp_path: Path) -> None:
    with OllamaServer() as server:
        assert chosen(host=server.url, model=str(tmp_path / "x.gguf"))[0] == "embedded"
        assert server.requests == []


def test_another_model_is_never_replaced_by_ours() -> None:
    with OllamaServer() as server:
        assert chosen(host=server.url, model="llama3")[0] == "ollama"
    backend, reason = chosen(host=NOBODY, model="llama3")
    assert "no embedded model named 'llama3'" in reason and NOBODY in reason


def test_a_backend_that_was_named_is_not_questioned() -> None:
    assert chosen(host=NOBODY, backend="ollama") == ("ollama", "")


@pytest.mark.usefixtures("without_engine")
def test_without_the_engine_ollama_is_left_to_say_what_it_lacks() -> None:
    with OllamaServer(models=[]) as server:
        backend, reason = chosen(host=server.url)
    assert backend == "ollama"
    assert "not installed" in reason


def test_without_both_the_error_says_how_to_get_either(tmp_path: Path) -> None:
    missing = "raise ModuleNotFoundError(\"No module named 'xllamacpp'\", name='xllamacpp')"
    (tmp_path / "xllamacpp.py").write_text(missing)
    finished = run("hello", OLLAMA_HOST=NOBODY, PYTHONPATH=f"{tmp_path}:{SOURCE}")
    assert finished.code == 3
    first, error, hint = finished.err.splitlines()
    assert NOBODY in first
    assert error == "error: the embedded engine is not installed"
    assert "install devops-agent anew" in hint and "Ollama" in hint


def test_a_server_that_accepts_and_says_nothing_is_not_waited_for(mute: str) -> None:
    assert models_at(mute) is None


@pytest.mark.parametrize("fault", ["not_json", "no_models", "http_500"])
def test_a_server_that_is_no_ollama_counts_as_none(fault: str) -> None:
    body = {"not_json": b"<html>", "no_models": b"{}", "http_500": b'{"models": []}'}[fault]
    status = b"500 No" if fault == "http_500" else b"200 OK"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_answer_once, args=(listening, status, body), daemon=True).start()
        assert models_at(f"http://127.0.0.1:{listening.getsockname()[1]}") is None


def _answer_once(listening: socket.socket, status: bytes, body: bytes) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))


def test_whoever_opens_the_backend_gets_the_one_that_was_chosen() -> None:
    with OllamaServer() as server:
        assert type(open_backend(Settings.load({"host": server.url}))).__name__ == "OllamaChat"


def test_the_first_line_says_which_model_and_why() -> None:
    with OllamaServer([answers("Hello.")]) as server:
        finished = run("hello", OLLAMA_HOST=server.url)
    assert finished.err.splitlines()[0] == f"ollama model qwen3-devops: Ollama at {server.url} has it"
    assert finished.out == "Hello.\n"


def test_quiet_says_nothing_of_it() -> None:
    with OllamaServer([answers("Hello.")]) as server:
        assert run("-q", "hello", OLLAMA_HOST=server.url).err == ""


def test_the_shipped_model_does_a_task_on_a_machine_without_a_server() -> None:
    finished = run("--read-only", "--output", "jsonl", "--max-steps", "1", "list the files here", OLLAMA_HOST=NOBODY)
    assert finished.err.splitlines()[0].startswith("embedded model qwen3-devops-mini: no Ollama answers")
    *_, usage = finished.lines
    assert usage["event"] == "usage" and usage["requests"] == 1


def test_a_talk_begins_with_it_too() -> None:
    finished = run("-i", stdin="/exit\n", OLLAMA_HOST=NOBODY)
    assert finished.err.splitlines()[0].startswith("embedded model qwen3-devops-mini")


def test_the_doctor_says_what_would_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    from devops_agent.cli import main

    main(["--host", NOBODY, "doctor"])
    shown = capsys.readouterr().out
    assert "embedded model qwen3-devops-mini: no Ollama answers" in shown
    assert "devops-agent model install" in shown
