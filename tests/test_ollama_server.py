"""The scripted server keeps to the real one's contract, so that a test against it means something."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.ollama_faults import FAULTS
from tests.ollama_server import Installed, OllamaServer, Turn

ASK = {"model": "qwen3-devops", "messages": [{"role": "user", "content": "hello"}]}


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer(["hello there"] * 3, models={"qwen3-devops": Installed(context_length=3000)}) as server:
        yield server


def post(server: OllamaServer, path: str, body: Any) -> requests.Response:
    return requests.post(server.url + path, json=body, timeout=10)


def test_a_chat_is_a_stream_of_lines_whose_last_is_done(server: OllamaServer) -> None:
    response = post(server, "/api/chat", ASK)
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert response.headers["Content-Type"] == "application/x-ndjson"
    assert "".join(line["message"]["content"] for line in lines) == "hello there"
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    assert lines[-1]["done_reason"] == "stop"
    assert {"total_duration", "load_duration", "eval_duration", "prompt_eval_count", "eval_count"} <= set(lines[-1])


def test_without_streaming_the_answer_is_one_object(server: OllamaServer) -> None:
    shown = post(server, "/api/chat", {**ASK, "stream": False}).json()
    assert (shown["message"]["content"], shown["done"]) == ("hello there", True)
    shown = post(server, "/api/generate", {"model": "qwen3-devops", "prompt": "x", "stream": False}).json()
    assert shown["response"] == "hello there"


def test_an_empty_chat_loads_and_takes_no_reply(server: OllamaServer) -> None:
    load = {"model": "qwen3-devops", "messages": [], "options": {"num_ctx": 8192}}
    assert post(server, "/api/chat", load).json()["done_reason"] == "load"
    assert requests.get(f"{server.url}/api/ps", timeout=10).json()["models"][0]["context_length"] == 3000
    assert post(server, "/api/chat", {**load, "keep_alive": 0}).json()["done_reason"] == "unload"
    assert requests.get(f"{server.url}/api/ps", timeout=10).json() == {"models": []}
    assert server.chats == []
    assert server.waiting_replies == 3


@pytest.mark.parametrize(
    ("path", "body", "status", "text"),
    [
        ("/api/chat", {}, 400, "model is required"),
        ("/api/chat", {"model": "x"}, 404, "model 'x' not found"),
        ("/api/chat", {**ASK, "think": True}, 400, '"qwen3-devops" does not support thinking'),
        (
            "/api/chat",
            {**ASK, "tools": [{}]},
            400,
            "registry.ollama.ai/library/qwen3-devops:latest does not support tools",
        ),
        ("/api/chat", {**ASK, "options": {"num_ctx": "8192"}}, 500, 'option "num_ctx" must be of type integer'),
        (
            "/api/chat",
            {**ASK, "format": "xml"},
            500,
            'invalid format: "xml"; expected "json" or a valid JSON Schema object',
        ),
        (
            "/api/generate",
            {"model": "qwen3-devops", "prompt": "x", "raw": True, "system": "y"},
            400,
            "raw mode does not support template, system, or context",
        ),
        ("/api/show", {"model": "x"}, 404, "model 'x' not found"),
        ("/api/create", {"model": "a b"}, 400, "invalid model name"),
        ("/api/create", {"model": "x"}, 400, "neither 'from' or 'files' was specified"),
        ("/api/create", {"model": "x", "files": {"/x": "sha256:0"}}, 400, "file path must be relative"),
        ("/api/create", {"model": "x", "files": {"x": "sha256:0"}}, 400, "supplied file was not in GGUF format"),
    ],
)
def test_errors_have_the_words_of_the_real_server(server: OllamaServer, path, body, status, text) -> None:
    response = post(server, path, body)
    assert (response.status_code, response.json()) == (status, {"error": text})


def test_what_is_no_request_is_refused_like_the_real_one(server: OllamaServer) -> None:
    assert requests.post(f"{server.url}/api/chat", timeout=10).json() == {"error": "missing request body"}
    assert requests.post(f"{server.url}/api/chat", data="x", timeout=10).status_code == 400
    assert requests.get(f"{server.url}/api/chat", timeout=10).status_code == 405
    assert requests.get(f"{server.url}/nothing", timeout=10).text == "404 page not found"
    foreign = requests.get(f"{server.url}/api/tags", headers={"Host": "example.com"}, timeout=10)
    assert (foreign.status_code, foreign.content) == (403, b"")
    assert requests.get(server.url, timeout=10).text == "Ollama is running"


def test_a_blob_is_kept_only_under_its_own_digest(server: OllamaServer) -> None:
    digest = f"sha256:{hashlib.sha256(b'GGUF').hexdigest()}"
    url = f"{server.url}/api/blobs/{digest}"
    assert requests.head(url, timeout=10).status_code == 404
    assert requests.post(url, data=b"other", timeout=10).json()["error"].startswith("digest mismatch")
    assert requests.post(url, data=b"GGUF", timeout=10).status_code == 201
    assert requests.post(url, data=b"GGUF", timeout=10).status_code == 200
    assert requests.head(url, timeout=10).status_code == 200


def test_a_fault_takes_no_reply(server: OllamaServer) -> None:
    with OllamaServer([Turn("hello", thinking="hm")], faults=["http_500", None]) as faulty:
        assert post(faulty, "/api/chat", ASK).status_code == 500
        assert '"thinking":"hm"' in post(faulty, "/api/chat", ASK).text
        assert len(faulty.chats) == 2


def test_there_are_many_faults_of_every_outcome() -> None:
    outcomes = [fault.outcome for fault in FAULTS.values()]
    assert len(outcomes) >= 60
    assert min(outcomes.count(outcome) for outcome in ("reply", "healed", "error")) >= 15
