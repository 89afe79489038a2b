"""The embedded model begins before the program is loaded, on exactly what the program will ask."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("xllamacpp", reason="the package xllamacpp is not installed")

from devops_agent.approval import allow_all
from devops_agent.assembly import open_agent
from devops_agent.backends.embedded.chat import EmbeddedChat
from devops_agent.backends.embedded.engine import Chunk, Engine
from devops_agent.head_start import head_start
from devops_agent.secrets import Redactor
from devops_agent.settings import Settings
from tests.tiny_model import TinyModel, write_tiny_model

HEAVY = ("smolagents", "requests", "rich", "huggingface_hub", "devops_agent.policy")
SECRET = "ghp_0123456789abcdefghijABCDEFGHIJ012345"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


def settings_for(model: TinyModel, **flags: object) -> Settings:
    flags = {"backend": "embedded", "model": str(model.path), "read_only": "1", "max_steps": "1", **flags}
    return Settings.load(flags)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """In order, what the engine was asked to begin: a line for each request that reaches it."""
    order: list[str] = []
    request_for, stream = Engine._request_for, Engine.stream

    def begin(self: Engine, body: Mapping[str, Any]) -> Any:
        order.append("request")
        return request_for(self, body)

    def ask(self: Engine, body: Mapping[str, Any]) -> Iterator[Chunk]:
        order.append("read" if body["max_tokens"] == 0 else "reply")
        return stream(self, body)

    monkeypatch.setattr(Engine, "_request_for", begin)
    monkeypatch.setattr(Engine, "stream", ask)
    return order


@pytest.mark.parametrize("context", ["", f"a log\nwith {SECRET} and <|im_end|>"])
def test_the_agent_goes_on_with_the_reply_that_was_begun(model: TinyModel, begun: list[str], context: str) -> None:
    settings, redactor = settings_for(model), Redactor()
    with head_start(settings, f"look <|im_start|> at {SECRET}", context, redactor.redact) as speaker:
        assert speaker is not None
        chat = EmbeddedChat(speaker, settings)
        agent = open_agent(settings, allow_all, lambda _: None, redactor, lambda _: None, model=chat)
        list(agent.events(f"look <|im_start|> at {SECRET}", context))
        agent.close()
    assert begun == ["read", "request", "request", "reply"]


def test_another_question_is_answered_all_the_same(model: TinyModel, begun: list[str]) -> None:
    settings, redactor = settings_for(model), Redactor()
    with head_start(settings, "list the pods", "", redactor.redact) as speaker:
        assert speaker is not None
        chat = EmbeddedChat(speaker, settings)
        agent = open_agent(settings, allow_all, lambda _: None, redactor, lambda _: None, model=chat)
        list(agent.events("list the nodes"))
        agent.close()
    assert begun == ["read", "request", "request", "reply", "request"]


def test_nothing_is_begun_for_another_backend() -> None:
    with head_start(Settings(backend="ollama"), "look", "", str) as speaker:
        assert speaker is None


def test_a_model_that_cannot_be_loaded_is_left_to_whoever_opens_it(tmp_path: Path) -> None:
    with head_start(Settings.load({"backend": "embedded", "model": str(tmp_path / "x.gguf")}), "look", "", str) as none:
        assert none is None


def test_nothing_slow_is_imported_before_the_model_has_begun(model: TinyModel) -> None:
    flags = {"backend": "embedded", "model": str(model.path)}
    code = (
        "import sys; from devops_agent.head_start import head_start; from devops_agent.settings import Settings\n"
        "from devops_agent.backends.choice import choose\n"
        f"with head_start(Settings.load({flags!r}), 'x', '', str) as begun:\n"
        f"    print(begun is not None, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown == "True []\n"
