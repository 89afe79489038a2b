"""The exported file against what it was made from, asked through the engine that ships."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("xllamacpp", reason="the package xllamacpp is not installed")

import jinja2
from gguf import quants

from devops_agent.backends.chatml import render
from devops_agent.backends.embedded.engine import Engine
from devops_agent.transcript import Message
from tests.tiny_model import TinyModel, write_tiny_model
from tests.training.test_card import scored
from training.curve import record
from training.gguf_file import CHAT_TEMPLATE, Kind
from training.probes import STRINGS, some_texts, some_tokens
from training.quantization import UnfitShapeError, quantized

SESSION = {
    "step": 0,
    "tokens": 5,
    "seconds": 1.0,
    "settings": {},
    "shape": dict.fromkeys(("layers", "hidden", "feed_forward", "heads", "key_heads", "head_size", "vocabulary"), 1),
    "parameters": 1,
    "data": {"traces": 1, "tokens": 5, "sha256": "abc"},
    "torch": "2",
    "device": "cpu",
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="module")
def engine(model: TinyModel) -> Iterator[Engine]:
    engine = Engine(model.path, 2048)
    yield engine
    engine.close()


def test_the_engine_reads_every_text_as_the_tokenizer_does(engine: Engine, model: TinyModel) -> None:
    for text in some_texts(STRINGS):
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
    pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")
    from tests.tiny_run import write_random_run
    from training.export import export
    from training.verify import compare

    tokenizer = write_random_run(tmp_path)
    digest = export(tmp_path, tmp_path / "model.gguf", "f32")
    assert hashlib.sha256((tmp_path / "model.gguf").read_bytes()).hexdigest() == digest
    assert (tmp_path / "model.gguf.sha256").read_text() == f"{digest}  model.gguf\n"
    findings = compare(tmp_path, tmp_path / "model.gguf", some_tokens(tokenizer))
    assert findings.divergence < 0.001 and findings.largest < 0.1 and findings.agreement > 0.98


def test_few_bits_compute_nearly_the_same(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")
    from tests.tiny_run import write_random_run
    from training.export import export
    from training.verify import compare

    tokenizer = write_random_run(tmp_path, hidden=256, feed_forward=256, layers=2)
    divergences = []
    for precision in ("q8_0", "q4_k_m"):
        export(tmp_path, tmp_path / f"{precision}.gguf", precision)
        divergences.append(compare(tmp_path, tmp_path / f"{precision}.gguf", some_tokens(tokenizer)).divergence)
    sizes = [(tmp_path / f"{precision}.gguf").stat().st_size for precision in ("q8_0", "q4_k_m")]
    assert divergences[0] < divergences[1] < 0.3
    assert sizes[1] < 0.8 * sizes[0]


def test_a_shape_that_few_bits_do_not_fit_is_named(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")
    from tests.tiny_run import write_random_run
    from training.export import export

    write_random_run(tmp_path)
    with pytest.raises(UnfitShapeError, match="rows of 64 numbers, and Q6_K needs a multiple of 256"):
        export(tmp_path, tmp_path / "model.gguf", "q4_k_m")
    assert not (tmp_path / "model.gguf").exists()


@pytest.mark.parametrize(("kind", "error"), [(Kind.Q4_K, 0.3), (Kind.Q6_K, 0.08), (Kind.Q8_0, 0.02)])
def test_what_the_engine_packs_is_what_the_format_says(kind: Kind, error: float) -> None:
    """The library `gguf` unpacks by its own code."""
    weight = np.random.default_rng(0).normal(0, 1, (50, 512)).astype(np.float32)
    unpacked = quants.dequantize(quantized("weight", weight, kind), kind)
    assert 0 < np.abs(unpacked - weight).max() < error


def test_a_file_of_another_run_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")
    from tests.tiny_run import write_random_run
    from training.export import export
    from training.verify import verify

    for seed in (0, 1):
        (tmp_path / str(seed)).mkdir()
        write_random_run(tmp_path / str(seed), seed=seed)
        export(tmp_path / str(seed), tmp_path / f"{seed}.gguf", "f16")
    verify(tmp_path / "0", tmp_path / "0.gguf", "f16")
    with pytest.raises(ValueError, match="does not compute"):
        verify(tmp_path / "0", tmp_path / "1.gguf", "f16")


def test_a_release_puts_the_file_its_digest_and_its_card_in_place(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")
    from tests.tiny_run import write_random_run
    from training.__main__ import main

    run, place = tmp_path / "run", tmp_path / "place"
    run.mkdir(), place.mkdir()
    write_random_run(run)
    record(run, **SESSION)
    words = ["--run", str(run), "--place", str(place), "--name", "mini", "--precision", "f16"]
    assert main(["release", *words]) == 0
    assert sorted(path.name for path in place.iterdir()) == ["mini.gguf", "mini.gguf.sha256", "mini.md"]
    digest = hashlib.sha256((place / "mini.gguf").read_bytes()).hexdigest()
    assert (place / "mini.gguf.sha256").read_text() == f"{digest}  mini.gguf\n"
    assert digest in (place / "mini.md").read_text()


def test_a_release_refuses_results_of_another_file_and_takes_those_of_its_own(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")
    from tests.tiny_run import write_random_run
    from training.__main__ import main
    from training.export import export

    run, place = tmp_path / "run", tmp_path / "place"
    run.mkdir(), place.mkdir()
    write_random_run(run)
    record(run, **SESSION)
    digest = export(run, tmp_path / "tried.gguf", "f16", "mini")
    own, other = (scored(tmp_path / f"{name}.json", name) for name in (digest, "0f" * 32))
    words = ["--run", str(run), "--place", str(place), "--name", "mini", "--precision", "f16"]
    with pytest.raises(SystemExit, match=f"and the file has {digest}"):
        main(["release", *words, "--results", str(other)])
    assert list(place.iterdir()) == []
    assert main(["release", *words, "--results", str(own)]) == 0
    assert f"## devops-agent eval: {digest}" in (place / "mini.md").read_text()
