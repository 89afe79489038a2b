import hashlib
import json
import sys
from pathlib import Path

import pexpect
import pytest

from devops_agent.backends.modelfile import packaged
from devops_agent.cli import main
from tests.hub_server import COMMIT, HubServer
from tests.ollama_server import Installed, OllamaServer
from tests.playing import answers, runs
from tests.program import run

GGUF = b"GGUF\x03\x00\x00\x00" + bytes(range(256)) * 2000
NAME = "qwen3-devops.gguf"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch):
    """A hub that holds our model's file."""
    with HubServer({NAME: GGUF, "other/small.gguf": b"GGUF small"}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch):
    """An Ollama without our model."""
    with OllamaServer(models={"llama3:8b": Installed(size=4_661_224_676)}) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        yield server


def fetched(home: Path) -> Path:
    return home / ".cache" / "devops-agent" / "models" / NAME


def test_pull_fetches_the_file_and_says_what_comes_next(hub, own_home, capsys) -> None:
    assert main(["model", "pull"]) == 0
    assert fetched(own_home).read_bytes() == GGUF
    assert "devops-agent model create" in capsys.readouterr().out


def test_pull_as_json_gives_the_digest(hub, own_home, capsys) -> None:
    assert main(["model", "pull", "--output", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown == {"path": str(fetched(own_home)), "size": len(GGUF), "sha256": hashlib.sha256(GGUF).hexdigest()}


def test_pull_draws_its_progress_on_a_terminal(hub, own_home) -> None:
    terminal = pexpect.spawn(sys.executable, ["-m", "devops_agent", "model", "pull"], dimensions=(24, 100), timeout=30)
    terminal.expect("100%")
    terminal.expect("digest checked")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_pull_goes_on_where_it_stopped(hub, own_home, monkeypatch, capsys) -> None:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 10_000)
    hub.cut_after = 100_000
    assert main(["model", "pull"]) == 0
    assert fetched(own_home).read_bytes() == GGUF
    ranges = [wanted for method, path, wanted in hub.requests if method == "GET" and wanted]
    assert ranges == ["bytes=100000-"]


def test_pull_again_fetches_nothing_again(hub, capsys) -> None:
    main(["model", "pull"])
    before = [request for request in hub.requests if request[0] == "GET"]
    assert main(["model", "pull"]) == 0
    assert [request for request in hub.requests if request[0] == "GET"] == before


def test_pull_of_another_file_and_revision(hub, own_home, capsys) -> None:
    assert main(["model", "pull", "--file", "other/small.gguf", "--revision", COMMIT]) == 0
    assert (fetched(own_home).parent / "other" / "small.gguf").read_bytes() == b"GGUF small"


def test_pull_refuses_a_file_whose_digest_is_wrong(hub, own_home, capsys) -> None:
    hub.lie = bytes(reversed(GGUF))
    assert main(["model", "pull"]) == 3
    assert "arrived damaged" in capsys.readouterr().err
    assert not fetched(own_home).exists()


def test_pull_refuses_a_file_that_cannot_be_checked(hub, own_home, capsys) -> None:
    hub.small_files = True
    assert main(["model", "pull"]) == 3
    assert "cannot be checked" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--repository", "nobody/nothing"], "check --repository"),
        (["--file", "missing.gguf"], "check --file"),
        (["--revision", "never"], "check --file and --revision"),
    ],
)
def test_pull_of_what_is_not_there_says_which_option_to_check(hub, capsys, words: list[str], hint: str) -> None:
    assert main(["model", "pull", *words]) == 3
    shown = capsys.readouterr().err
    assert hint in shown
    assert "Traceback" not in shown


def test_pull_stays_inside_its_folder(hub, capsys) -> None:
    assert main(["model", "pull", "--file", "../../x"]) == 2
    assert hub.requests == []


def test_pull_without_a_hub_is_one_sentence(monkeypatch, capsys) -> None:
    with HubServer({}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
    assert main(["model", "pull"]) == 3
    shown = capsys.readouterr().err
    assert "cannot fetch qwen3-devops.gguf from ubermorgen/qwen3-devops: Connection refused\n" in shown
    assert "hint: check the network" in shown


@pytest.mark.parametrize("action", ["pull", "install"])
def test_without_a_network_the_reason_is_said_in_words(action: str) -> None:
    done = run("model", action, HF_ENDPOINT="http://hub.invalid")
    assert done.code == 3 and "cannot fetch qwen3-devops.gguf" in done.err and "Errno" not in done.err
    assert "hint: check the network" in done.err


def test_create_makes_the_model_with_our_template_and_parameters(hub, ollama, capsys) -> None:
    main(["model", "pull"])
    assert main(["model", "create"]) == 0
    made = ollama.models["qwen3-devops:latest"]
    assert (made.template, made.parameters) == (packaged().template, packaged().parameters)
    assert list(ollama.blobs.values()) == [GGUF]
    assert "qwen3-devops:latest is ready" in capsys.readouterr().out


def test_install_fetches_and_makes_the_model_at_once(hub, ollama, capsys) -> None:
    assert main(["model", "install", "mine", "--output", "json"]) == 0
    assert ollama.models["mine:latest"].template == packaged().template
    digest = hashlib.sha256(GGUF).hexdigest()
    assert json.loads(capsys.readouterr().out) == {"model": "mine:latest", "sha256": digest}


def test_create_sends_a_file_only_once(hub, ollama, capsys) -> None:
    main(["model", "pull"])
    main(["model", "create"])
    assert main(["model", "create", "second"]) == 0
    sent = [request for request in ollama.requests if request.method == "POST" and "/blobs/" in request.path]
    assert len(sent) == 1
    assert "second:latest" in ollama.models


def test_create_without_a_file_says_how_to_get_it(ollama, capsys) -> None:
    assert main(["model", "create"]) == 2
    assert "devops-agent model pull" in capsys.readouterr().err


def test_create_of_a_file_that_is_no_model_sends_nothing(ollama, tmp_path, capsys) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    assert main(["model", "create", "--file", str(path)]) == 2
    assert "is not a GGUF file" in capsys.readouterr().err
    assert ollama.requests == []


def test_create_passes_on_what_the_server_refuses(hub, ollama, capsys) -> None:
    main(["model", "pull"])
    assert main(["model", "create", "two words"]) == 3
    assert "invalid model name" in capsys.readouterr().err


def test_list_shows_what_there_is_and_marks_the_chosen_one(ollama, capsys) -> None:
    assert main(["model", "list", "--model", "llama3:8b"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"* {'llama3:8b':<40}   4.66 GB  2026-08-01  ollama"
    assert lines[1].startswith("  qwen3-devops-mini ") and lines[1].endswith("  shipped")


def test_list_as_json(ollama, capsys) -> None:
    assert main(["model", "list", "--output", "json"]) == 0
    listed = {model["name"]: model["origin"] for model in json.loads(capsys.readouterr().out)}
    assert listed == {"llama3:8b": "ollama", "qwen3-devops-mini": "shipped"}


def test_list_names_what_was_fetched(hub, ollama, capsys) -> None:
    main(["model", "pull"])
    capsys.readouterr()
    assert main(["model", "list", "--output", "json"]) == 0
    fetched = [model for model in json.loads(capsys.readouterr().out) if model["origin"] == "fetched"]
    assert [(model["name"], model["size"]) for model in fetched] == [("qwen3-devops", len(GGUF))]


def test_list_without_our_model_says_how_to_get_it(ollama, capsys) -> None:
    ollama.models.clear()
    assert main(["model", "list"]) == 0
    assert "devops-agent model install" in capsys.readouterr().out


def test_list_without_a_server_names_what_is_here_and_why_there_is_no_more(ollama, monkeypatch, capsys) -> None:
    monkeypatch.setenv("DEVOPS_AGENT_BACKEND", "auto")
    ollama.close()
    assert main(["model", "list"]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("* qwen3-devops-mini ")
    assert last.startswith("none of a server: cannot reach the model server at ")


def test_list_of_a_server_that_was_asked_for_and_is_down_is_exit_3(ollama, capsys) -> None:
    ollama.close()
    assert main(["model", "list", "--backend", "ollama"]) == 3
    assert "ollama serve" in capsys.readouterr().err


def test_show_tells_the_context_and_the_template(ollama, capsys) -> None:
    ollama.models["llama3:8b"].template = "{{ .Prompt }}\x1b[2J"
    assert main(["model", "show", "llama3:8b"]) == 0
    shown = capsys.readouterr().out
    assert "context: 40960" in shown
    assert "template: {{ .Prompt }}\n" in shown


def test_show_of_a_missing_model_lists_the_others(ollama, capsys) -> None:
    assert main(["model", "show", "none"]) == 3
    shown = capsys.readouterr().err
    assert "installed: llama3:8b" in shown
    assert "ollama pull none" in shown


def test_an_unknown_action_is_a_usage_error(capsys) -> None:
    assert main(["model", "burn"]) == 2


def test_a_task_at_a_terminal_offers_to_fetch_the_missing_model_and_goes_on(hub, ollama, own_home) -> None:
    ollama._replies = [runs("echo hello"), answers("It said hello.")]
    words = ["-m", "devops_agent", "say hello"]
    terminal = pexpect.spawn(sys.executable, words, dimensions=(30, 100), timeout=30, encoding="utf-8")
    terminal.expect("fetch it from the Hugging Face hub")
    terminal.send("y")
    terminal.expect("It said hello.")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0 and "qwen3-devops:latest" in ollama.models


def test_who_says_no_gets_the_error_and_nothing_is_fetched(hub, ollama, own_home) -> None:
    terminal = pexpect.spawn(sys.executable, ["-m", "devops_agent", "say hello"], dimensions=(30, 100), timeout=30)
    terminal.expect("fetch it from the Hugging Face hub")
    terminal.send("n")
    terminal.expect("hint: installed: llama3:8b")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 3 and not fetched(own_home).exists()
