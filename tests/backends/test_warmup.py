import subprocess
import sys
from typing import Any

import pytest

from devops_agent.backends.ollama import OllamaChat
from devops_agent.backends.warmup import warm_up
from devops_agent.settings import Settings
from devops_agent.transcript import Message
from tests.ollama_server import OllamaServer

HEAVY = ("requests", "smolagents", "urllib3", "rich", "huggingface_hub")


def test_the_model_is_loaded_as_the_first_request_will_want_it() -> None:
    with OllamaServer(["hello"]) as server:
        warm_up(server.url, "qwen3-devops", 4096, "10m").join(10)
        assert server.loaded == {"qwen3-devops:latest": 4096}
        OllamaChat(Settings(host=server.url, num_ctx=4096)).reply([Message("user", "hi")])
        loading, asking = (request.body for request in server.requests[:2])
    assert loading["messages"] == []
    assert runner_options(loading) == runner_options(asking)
    assert loading["keep_alive"] == asking["keep_alive"]


def runner_options(body: dict[str, Any]) -> dict[str, Any]:
    """The options whose change makes the server load the model anew."""
    return {name: value for name, value in body["options"].items() if name.startswith(("num_", "main_gpu", "use_mmap"))}


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "https://127.0.0.1:1/x", "http://[::1]:1", "nonsense", "http://a:b"]
)
def test_no_failure_is_reported(url: str) -> None:
    warm_up(url, "qwen3-devops", 4096, "10m").join(10)


def test_a_server_that_speaks_nonsense_is_left_alone() -> None:
    with OllamaServer(models=()) as server:
        warm_up(server.url, "qwen3-devops", 4096, "10m").join(10)
        assert len(server.requests) == 1


def test_the_program_does_not_wait_for_it() -> None:
    with OllamaServer() as server:
        assert warm_up(server.url, "qwen3-devops", 4096, "10m").daemon


def test_nothing_heavy_is_imported_for_it() -> None:
    code = (
        "import sys; from devops_agent.backends import host, warmup; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
