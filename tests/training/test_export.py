"""The exported file against what it was made from, asked through the engine that ships."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("xllamacpp", reason="the package xllamacpp (extra: embedded) is not installed")

import jinja2

from devops_agent.backends.chatml import render
from devops_agent.backends.embedded.engine import Engine
from devops_agent.transcript import Message
from tests.tiny_model import TinyModel, write_tiny_model
from training.gguf_file import CHAT_TEMPLATE

POSITIONS = 512
WORDS = (
    "get describe logs apply rollout docker compose up down --tail=5 -n 'x y' \"q\" $(id) | && > <tool_call> <|im_end|>"
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="module")
def engine(model: TinyModel) -> Iterator[Engine]:
    engine = Engine(model.path, 2048)
    yield engine
    engine.close()


def some_text(source: random.Random) -> str:
    kinds = [
        lambda: source.choice(WORDS.split()),
        lambda: "".join(source.choice("abcxyz0189-_./:=") for _ in range(source.randint(1, 12))),
        lambda: source.choice([" ", "  ", "\n", "\n\n", "\t", "\r\n", "   \n"]),
        lambda: chr(source.choice([source.randint(160, 1000), source.randint(0x3040, 0x30FF), 0x1F600, 0x301])),
        lambda: str(source.randint(0, 99999)),
    ]
    return "".join(source.choice(kinds)() + source.choice(["", " "]) for _ in range(source.randint(1, 12)))


def test_the_engine_reads_every_text_as_the_tokenizer_does(engine: Engine, model: TinyModel) -> None:
    source = random.Random(0)
    for text in (some_text(source) for _ in range(2000)):
        assert engine.tokens(text) == model.tokenizer.encode(text, add_special_tokens=False).ids, repr(text)


def test_the_template_in_the_file_renders_our_prompts() -> None:
    turns = [
        Message("system", "You work.\n{tools}"),
        Message("user", "go <b> & {{ x }}"),
        Message("assistant", "<tool_call>\n{}\n</tool_call>"),
        Message("tool", "ok\n"),
    ]
    template = jinja2.Environment(trim_blocks=True, lstrip_blocks=True).from_string(CHAT_TEMPLATE.read_text())
    messages = [{"role": turn.role, "content": turn.content} for turn in turns]
    assert template.render(messages=messages, add_generation_prompt=True) == render(turns)
    assert template.render(messages=messages, add_generation_prompt=False) == render(turns, open_turn=False)


def test_the_file_computes_what_pytorch_computes(tmp_path: Path) -> None:
    """At 512 positions, the probabilities of all tokens; the engine rounds what it remembers to 16 bits."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")
    from tests.tiny_run import write_random_run
    from training.checkpoints import load_model
    from training.export import export

    tokenizer = write_random_run(tmp_path)
    digest = export(tmp_path, tmp_path / "model.gguf", "f32")
    assert hashlib.sha256((tmp_path / "model.gguf").read_bytes()).hexdigest() == digest
    assert (tmp_path / "model.gguf.sha256").read_text() == f"{digest}  model.gguf\n"
    tokens = np.random.default_rng(0).integers(0, 256, POSITIONS)
    with torch.no_grad():
        ours = torch.log_softmax(load_model(tmp_path).logits(torch.from_numpy(tokens)[None])[0], -1).numpy()
    engine = Engine(tmp_path / "model.gguf", 2048)
    theirs = [
        log_probabilities(engine, tokens[: end + 1].tolist(), tokenizer.get_vocab_size()) for end in range(POSITIONS)
    ]
    engine.close()
    difference = np.abs(ours - np.stack(theirs))
    assert difference.max() < 0.1 and difference.mean() < 0.01
    assert np.mean(ours.argmax(-1) == np.stack(theirs).argmax(-1)) > 0.98


def log_probabilities(engine: Engine, tokens: list[int], vocabulary: int) -> np.ndarray:
    """The engine tells them only with a token that does not end the text, so ask until it draws one."""
    body = {"prompt": tokens, "n_predict": 1, "n_probs": vocabulary, "temperature": 1.0, "samplers": ["temperature"]}
    answers = (engine._api.ask("POST", "/completion", {**body, "seed": seed}) for seed in range(100))
    told = next(answer["completion_probabilities"] for answer in answers if "completion_probabilities" in answer)
    found = np.full(vocabulary, np.nan)
    for token in told[0]["top_logprobs"]:
        found[token["id"]] = token["logprob"]
    return found
