"""Files the engine was never meant to see, and what happens around it: the program ends in words, never by a signal."""

import json
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("xllamacpp", reason="the package xllamacpp is not installed")

from devops_agent.backends.embedded.chat import EmbeddedChat
from devops_agent.backends.embedded.engine import Engine
from devops_agent.backends.embedded.model_file import find_model
from devops_agent.backends.embedded.prefix import PrefixStore
from devops_agent.backends.embedded.trial import try_out
from devops_agent.errors import BackendError
from devops_agent.settings import Settings
from devops_agent.transcript import Message
from tests.program import run, start
from tests.tiny_model import SYSTEM, TinyModel, write_tiny_model

OPENING = [Message("system", SYSTEM), Message("user", "New task:\nlist the pods")]
ONE_CHARACTER = (1).to_bytes(8, "little")
OTHER_TEMPLATE = "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>{{ m.content }}{% endfor %}"
THINKING_TEMPLATE = "{{ '<|im_start|>assistant\n' }}{% if enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


def damaged(kind: str, whole: bytes) -> bytes:
    """`twice`: one token stands twice in the vocabulary, over which the engine ends its process."""
    twice = whole.replace(ONE_CHARACTER + b"#", ONE_CHARACTER + b"$", 1)
    return {
        "head": whole[:3000],
        "cut": whole[: len(whole) * 2 // 3],
        "twice": twice,
        "architecture": whole.replace(b"qwen3", b"qwenX"),
        "sizes": whole.replace(b"embedding_length" + (4).to_bytes(4, "little"), b"embedding_length\xff\xff\xff\x7f"),
    }[kind]


@pytest.mark.parametrize("kind", ["head", "cut", "twice", "architecture", "sizes"])
def test_a_damaged_model_is_one_sentence_and_code_3(model: TinyModel, tmp_path: Path, kind: str) -> None:
    whole = model.path.read_bytes()
    path = tmp_path / "harmed.gguf"
    path.write_bytes(damaged(kind, whole))
    assert path.read_bytes() != whole
    finished = run("--backend", "embedded", "--model", str(path), "hello")
    assert finished.code == 3
    assert finished.err.startswith(f"error: the embedded engine cannot load {path}\nhint: ")
    assert finished.out == ""


def test_a_model_is_tried_out_once_and_again_when_it_changed(
    model: TinyModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(model.path.read_bytes())
    settings = Settings.load({"model": str(path)})
    try_out(find_model(settings), settings)
    monkeypatch.setattr("sys.executable", "/bin/false")
    try_out(find_model(settings), settings)
    path.write_bytes(model.path.read_bytes() + b"\0")
    with pytest.raises(BackendError, match="cannot load"):
        try_out(find_model(settings), settings)


def test_the_current_folder_is_no_part_of_the_trial(
    model: TinyModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xllamacpp.py").write_text("open('was here', 'w')")
    monkeypatch.chdir(tmp_path)
    settings = Settings.load({"model": str(model.path)})
    try_out(find_model(settings), settings)
    assert not (tmp_path / "was here").exists()


def with_template(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    template = folder / "template"
    template.write_text(text)
    monkeypatch.setattr("training.gguf_file.CHAT_TEMPLATE", template)
    model = write_tiny_model(folder / "other.gguf")
    return Settings.load({"backend": "embedded", "model": str(model.path)})


def test_a_model_with_a_template_of_another_kind_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = with_template(OTHER_TEMPLATE, tmp_path, monkeypatch)
    with pytest.raises(BackendError, match="template is of another kind"):
        EmbeddedChat.open(settings)


def test_a_model_that_has_to_be_told_not_to_think_is_told(
    model: TinyModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = with_template(THINKING_TEMPLATE, tmp_path, monkeypatch)
    read = []
    for flags in ({"model": str(model.path)}, {"model": settings.model}, {"model": settings.model, "thinking": "1"}):
        chat = EmbeddedChat.open(Settings.load(flags))
        read.append(chat.reply(OPENING).prompt_tokens or 0)
        chat.close()
    plain, told, thinking = read
    assert told > plain == thinking


def test_a_memory_that_cannot_be_saved_or_restored_costs_time_only(
    model: TinyModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bytes:
        raise OSError("No space left on device")

    engine = Engine(model.path, 4096)
    store = PrefixStore(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(Engine, "state", full)
        assert not store.warm(engine, "tiny", SYSTEM)
    assert not store.warm(engine, "tiny", SYSTEM)
    with monkeypatch.context() as broken:
        broken.setattr(Engine, "restore", full)
        assert not store.warm(engine, "tiny", SYSTEM)
    assert store.warm(engine, "tiny", SYSTEM)
    engine.close()


def test_a_long_path_to_the_temporary_folder_does_no_harm(
    model: TinyModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of a socket may have about a hundred characters."""
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    Engine(model.path, 2048).close()


def test_two_programs_at_once_do_not_disturb_each_other(model: TinyModel) -> None:
    words = ("--backend", "embedded", "--model", str(model.path), "--read-only", "--max-steps", "1")
    programs = [start(*words, "--output", "json", "list the pods") for _ in range(2)]
    for program in programs:
        out, err = program.communicate(timeout=60)
        assert json.loads(out)["error"] is None, err


def test_a_flood_on_standard_input_is_cut_to_the_models_context(model: TinyModel) -> None:
    words = ("--backend", "embedded", "--model", str(model.path), "--read-only", "--max-steps", "1")
    finished = run(*words, "--output", "json", "what is this?", stdin="pod-0 Running 0/1\n" * 40_000)
    whole = json.loads(finished.out)
    assert whole["error"] is None and 1000 < whole["usage"]["prompt_tokens"] < 8192
