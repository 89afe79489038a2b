import getpass
import json
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pexpect
import pytest

from devops_agent.cli import main
from devops_agent.commands.checks.machine import check_cluster, check_engine, check_versions
from devops_agent.sessions.database import FILE_NAME
from devops_agent.settings import Settings
from tests.ollama_server import Installed, OllamaServer
from tests.program import PROGRAM, environment

KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: here
contexts: [{{name: here, context: {{cluster: c, namespace: web}}}}]
clusters: [{{name: c, cluster: {{server: "https://127.0.0.1:{port}"}}}}]
"""


def states(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    shown = json.loads(capsys.readouterr().out)
    return {check["name"]: (check["state"], check["found"]) for check in shown["checks"]}


@contextmanager
def engine(path: Path, answer: bytes) -> Iterator[None]:
    """A container engine's socket that gives one answer to everybody."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        Thread(target=serve, daemon=True).start()
        yield


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        yield server


def test_when_all_is_there_the_agent_is_ready(ollama, capsys) -> None:
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert "Ollama 0.33.0" in shown
    assert "ok    model             qwen3-devops:latest" in shown
    assert shown.endswith("\nready\n")


def test_as_json_every_check_has_its_advice(ollama, capsys) -> None:
    assert main(["doctor", "--output", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["ok"] is True
    assert all(set(check) == {"name", "state", "found", "advice"} for check in shown["checks"])
    assert all(check["advice"] for check in shown["checks"] if check["state"] != "ok")


def test_without_a_server_it_says_how_to_start_one(ollama, capsys) -> None:
    ollama.close()
    assert main(["doctor"]) == 3
    shown = capsys.readouterr().out
    assert "Connection refused" in shown
    assert "ollama serve" in shown
    assert shown.endswith("not ready: model server\n")


def test_without_the_model_it_lists_what_is_installed(ollama, capsys) -> None:
    ollama.models = {"llama3:8b": Installed()}
    assert main(["doctor"]) == 3
    shown = capsys.readouterr().out
    assert "the model 'qwen3-devops' is not installed" in shown
    assert "installed: llama3:8b; choose one with --model, or get this one with `devops-agent model install`" in shown


def test_a_context_smaller_than_asked_for_is_told(ollama, capsys) -> None:
    ollama.models["qwen3-devops:latest"].context_length = 4096
    assert main(["doctor", "--output", "json"]) == 0
    state, found = states(capsys)["context"]
    assert state == "note"
    assert found.startswith("4096 tokens (asked for 8192")


def test_the_context_of_a_loaded_model_counts(ollama, capsys) -> None:
    ollama.loaded = {"qwen3-devops:latest": 2048}
    assert main(["doctor", "--output", "json"]) == 0
    assert states(capsys)["context"][1].startswith("2048 tokens")


def test_another_kind_of_server_is_recognised(monkeypatch, capsys) -> None:
    with OllamaServer() as server:
        monkeypatch.setenv("OLLAMA_HOST", f"{server.url}/not/here")
        assert main(["doctor"]) == 3
    assert "is not an Ollama server" in capsys.readouterr().out


def test_a_host_that_is_no_address_is_a_failed_check(monkeypatch, capsys) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "ftp://example.com")
    assert main(["doctor"]) == 3
    assert "is not an address" in capsys.readouterr().out


def test_without_bash_the_agent_cannot_run(ollama, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["doctor", "--output", "json"]) == 1
    assert states(capsys)["bash"] == ("fail", "not on PATH")


@pytest.mark.parametrize("folder", ["/proc/1", "/dev/null"])
def test_a_state_folder_that_cannot_be_written_keeps_calls_from_running(ollama, monkeypatch, capsys, folder) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", folder)
    assert main(["doctor"]) == 1
    shown = capsys.readouterr().out
    assert f"fail  state folder      {folder}/devops-agent: " in shown
    assert "-> set XDG_STATE_HOME to a folder that can be written; DEVOPS_AGENT_STORE=0 runs" in shown
    assert shown.endswith("\nnot ready: state folder\n")
    monkeypatch.setenv("DEVOPS_AGENT_STORE", "0")
    assert main(["doctor"]) == 0


def test_looking_at_the_state_folder_leaves_nothing_there(ollama, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    main(["doctor", "--output", "json"])
    assert states(capsys)["state folder"] == ("ok", str(tmp_path / "state" / "devops-agent"))
    assert list(tmp_path.glob("state*")) == []


def test_the_other_programs_are_optional(ollama, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "bash").symlink_to("/bin/bash")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["doctor", "--output", "json"]) == 0
    assert states(capsys)["kubectl"][0] == "note"


def test_the_cluster_is_named_and_reached(ollama, own_home, capsys) -> None:
    (own_home / ".kube").mkdir()
    (own_home / ".kube" / "config").write_text(KUBECONFIG.format(port=ollama.port))
    main(["doctor", "--output", "json"])
    found = f"context here, namespace web, server https://127.0.0.1:{ollama.port}"
    assert states(capsys)["cluster"] == ("ok", found)


def test_a_kubeconfig_that_is_named_and_missing_is_named(own_home) -> None:
    cluster = check_cluster({"HOME": str(own_home), "KUBECONFIG": "/nowhere/config"})
    assert cluster.found == "there is no kubeconfig at /nowhere/config, which KUBECONFIG names"
    assert "name it in KUBECONFIG" in cluster.advice


def without_rights_over_files(*words: str) -> list[str]:
    """The command, and where root runs it, without root's right to read what it may not."""
    if os.geteuid():
        return list(words)
    tool = shutil.which("setpriv")
    if tool is None:
        pytest.skip("root reads everything, and there is no setpriv to take that right away")
    return [tool, "--bounding-set=-dac_override,-dac_read_search", *words]


@pytest.mark.parametrize("barrier", ["config", "."])
def test_a_kubeconfig_that_may_not_be_read_is_named_with_whose_it_is(own_home: Path, barrier: str) -> None:
    config = own_home / ".kube" / "config"
    config.parent.mkdir()
    config.touch()
    kept = config.parent / barrier
    owner = getpass.getuser() if os.geteuid() else "user 54321"
    if not os.geteuid():
        os.chown(kept, 54321, 54321)
    kept.chmod(0o600 if not os.geteuid() else 0)
    words = without_rights_over_files(*PROGRAM, "doctor", "--output", "json")
    done = subprocess.run(words, capture_output=True, text=True, env=environment(OLLAMA_HOST="127.0.0.1:9"))
    kept.chmod(0o700)
    cluster = next(check for check in json.loads(done.stdout)["checks"] if check["name"] == "cluster")
    what = "it" if barrier == "config" else str(config.parent)
    assert cluster["found"].startswith(f"{config} may not be read: {what} belongs to {owner}, mode 0")
    assert '--user "$(id -u):$(id -g)"' in cluster["advice"]


def test_a_cluster_that_is_down_is_a_note(ollama, own_home, capsys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    (own_home / ".kube").mkdir()
    (own_home / ".kube" / "config").write_text(KUBECONFIG.format(port=port))
    assert main(["doctor", "--output", "json"]) == 0
    state, found = states(capsys)["cluster"]
    assert state == "note"
    assert "Connection refused" in found


@pytest.mark.parametrize(
    ("answer", "state"), [(b"HTTP/1.0 200 OK\r\n\r\nOK", "ok"), (b"HTTP/1.0 500 no\r\n\r\n", "note"), (b"", "note")]
)
def test_the_container_engine_is_asked_for_its_health(ollama, tmp_path, monkeypatch, capsys, answer, state) -> None:
    path = tmp_path / "docker.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with engine(path, answer):
        assert main(["doctor", "--output", "json"]) == 0
    assert states(capsys)["container engine"][0] == state


@pytest.mark.parametrize(
    "host", ["unix:///nowhere/docker.sock", "ssh://somewhere", "tcp://127.0.0.1:1", "tcp://x:port"]
)
def test_a_container_engine_that_cannot_be_asked_is_a_note(ollama, monkeypatch, capsys, host: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    assert main(["doctor", "--output", "json"]) == 0
    assert states(capsys)["container engine"][0] == "note"


def test_without_a_terminal_it_says_what_that_means(ollama, capsys) -> None:
    main(["doctor"])
    assert "exit code 5" in capsys.readouterr().out


def test_the_scripted_backend_needs_its_script(tmp_path, monkeypatch, capsys) -> None:
    assert main(["--backend", "scripted", "doctor"]) == 3
    script = tmp_path / "script"
    script.write_text('"hello"\n')
    monkeypatch.setenv("DEVOPS_AGENT_SCRIPT", str(script))
    assert main(["--backend", "scripted", "doctor"]) == 0


@contextmanager
def models_server(*names: str) -> Iterator[str]:
    """A server that lists models as OpenAI does; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/v1/models" else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"data": [{"id": name} for name in names]}).encode())

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


@pytest.mark.parametrize(("model", "code"), [("small", 0), ("large", 3)])
def test_a_server_of_the_openai_kind_is_asked_for_its_models(capsys, model: str, code: int) -> None:
    with models_server("small", "other") as url:
        assert main(["--backend", "openai", "--host", url, "--model", model, "doctor"]) == code
    assert ("large is not among: small, other" in capsys.readouterr().out) is (code == 3)


def test_another_server_in_place_of_an_openai_one_is_recognised(ollama, capsys) -> None:
    assert main(["--backend", "openai", "doctor", "--output", "json"]) == 3
    assert states(capsys)["model server"][0] == "fail"


def test_what_a_server_says_cannot_move_the_cursor(capsys, monkeypatch) -> None:
    with OllamaServer(version="0.1\x1b[2J\x1b]0;title\x07") as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        main(["doctor"])
    assert "\x1b" not in capsys.readouterr().out


def test_on_a_narrow_terminal_lines_are_broken_between_words(own_home: Path) -> None:
    """A path in a pty of 40 columns may be longer than a line; nothing else is."""
    child = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "doctor"], env=environment(COLUMNS="40"), dimensions=(60, 40), encoding="utf-8"
    )
    child.expect(pexpect.EOF)
    child.close()
    lines = child.before.replace("\r\n", "\n").split("\n")
    assert [line for line in lines if len(line) > 40 and " " in line.strip()] == []
    assert "      -> " in child.before


@pytest.mark.parametrize(
    ("config", "advice"),
    [
        (None, "put its file at ~/.kube/config"),
        ("contexts: [{name: dev, context: {cluster: c}}]", "choose one with `kubectl config use-context NAME`"),
        ("current-context: gone", "choose one with `kubectl config use-context NAME`"),
        ("{", "mend that file"),
    ],
)
def test_a_cluster_that_is_not_known_comes_with_what_helps(own_home, config, advice) -> None:
    if config is not None:
        (own_home / ".kube").mkdir()
        (own_home / ".kube" / "config").write_text(config)
    assert advice in check_cluster({"HOME": str(own_home)}).advice


def test_an_engine_that_a_read_only_run_refuses_is_said(own_home) -> None:
    check = check_engine({"HOME": str(own_home), "DOCKER_HOST": "ssh://me@far"})
    assert check.state == "note"
    assert "a read-only run refuses docker here: only a socket and TCP can be watched" in check.advice


@pytest.mark.parametrize(
    ("content", "state", "advice"),
    [(b"junk" * 2000, "note", "moves it aside"), (None, "fail", "update devops-agent")],
)
def test_a_record_that_cannot_be_used_as_it_is_is_said(own_home, content, state, advice) -> None:
    settings = Settings.load({}, {"HOME": str(own_home)})
    settings.state_folder.mkdir(parents=True)
    file = settings.state_folder / FILE_NAME
    if content is None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA user_version = 999")
    else:
        file.write_bytes(content)
    before = file.read_bytes()
    check = {check.name: check for check in check_versions(settings)}["state folder"]
    assert check.state == state and advice in check.advice
    assert [path.name for path in settings.state_folder.iterdir()] == [FILE_NAME] and file.read_bytes() == before
