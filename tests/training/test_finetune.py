"""Fine-tuning from beginning to end, on a Qwen3 of random weights."""

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")
pytest.importorskip("trl", reason="trl is not installed (training/requirements-finetune.txt)")

import torch
from gguf import GGUFReader
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from tests.tiny_model import tiny_tokenizer
from tests.toy_traces import write_toy_data
from training import finetune
from training.probes import some_tokens


def write_base(folder: Path, width: int = 64) -> Path:
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=tiny_tokenizer(), eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    tokenizer.save_pretrained(folder)
    config = Qwen3Config(
        vocab_size=len(tokenizer) + 7,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=width // 4,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    Qwen3ForCausalLM(config).save_pretrained(folder)
    return folder


def adapted(base: Path, folder: Path, *options: str) -> Path:
    """The folder in which a few steps on toy traces left their GGUF."""
    parser = ArgumentParser()
    finetune.add_arguments(parser)
    data, out = write_toy_data(folder / "data", traces=40), folder / "out"
    few = ["--steps=6", "--batch=2", "--passes=1", "--rank=4", "--learning-rate=0.01"]
    assert finetune.run(parser.parse_args([f"--base={base}", f"--data={data}", f"--out={out}", *few, *options])) == 0
    return out


@pytest.mark.filterwarnings("default")
def test_a_model_is_adapted_merged_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    log = tmp_path / "ollama.log"
    fake = tmp_path / "ollama"
    fake.write_text(f'#!/bin/sh\necho "$@" > {log}\n')
    fake.chmod(0o755)
    base = write_base(tmp_path / "base")
    out = adapted(base, tmp_path, "--precision=f32")
    assert log.read_text() == "create qwen3-devops -f Modelfile\n"
    assert (out / "Modelfile").read_text().splitlines()[1] == "FROM ./qwen3-devops.gguf"
    tensors = {tensor.name: tensor.data for tensor in GGUFReader(out / "qwen3-devops.gguf").tensors}
    before = Qwen3ForCausalLM.from_pretrained(base).state_dict()
    assert tensors["token_embd.weight"].shape == before["model.embed_tokens.weight"].shape
    assert (tensors["token_embd.weight"] == before["model.embed_tokens.weight"].numpy()).all()
    changed = tensors["blk.1.ffn_up.weight"] - before["model.layers.1.mlp.up_proj.weight"].numpy()
    assert abs(changed).max() > 1e-4
    state = json.loads(next(out.glob("checkpoint-*/trainer_state.json")).read_text())
    assert state["global_step"] == 6


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("precision", ["q8_0", "q4_k_m"])
def test_the_engine_computes_what_was_adapted(precision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quantised file, loaded by the engine that ships, against the merged model in PyTorch."""
    pytest.importorskip("xllamacpp", reason="the package xllamacpp is not installed")
    from training.verify import TOLERANCES, compare_logits

    monkeypatch.setenv("PATH", str(tmp_path))
    adapt, models = finetune._adapt, []
    monkeypatch.setattr(finetune, "_adapt", lambda arguments: models.append(adapt(arguments)) or models[0])
    out = adapted(write_base(tmp_path / "base", 256), tmp_path, f"--precision={precision}")
    (model, tokenizer), tokens = models[0], some_tokens(models[0][1])[:128]
    assert model.config.vocab_size > tokenizer.get_vocab_size()
    with torch.no_grad():
        logits = model(torch.tensor([tokens])).logits[0]
    findings = compare_logits(logits, out / "qwen3-devops.gguf", tokens)
    divergence, agreement = TOLERANCES[precision]
    assert findings.divergence < divergence and findings.agreement > agreement, findings
