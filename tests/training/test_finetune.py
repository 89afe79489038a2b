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


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=tiny_tokenizer(), eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    tokenizer.save_pretrained(folder)
    config = Qwen3Config(
        vocab_size=len(tokenizer) + 7,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    Qwen3ForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.mark.filterwarnings("default")
def test_a_model_is_adapted_merged_and_written(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    log = tmp_path / "ollama.log"
    fake = tmp_path / "ollama"
    fake.write_text(f'#!/bin/sh\necho "$@" > {log}\n')
    fake.chmod(0o755)
    parser = ArgumentParser()
    finetune.add_arguments(parser)
    data = write_toy_data(tmp_path / "data", traces=40)
    options = ["--steps=6", "--batch=2", "--passes=1", "--rank=4", "--precision=f32", "--learning-rate=0.01"]
    out = tmp_path / "out"
    arguments = parser.parse_args([f"--base={base}", f"--data={data}", f"--out={out}", *options])
    assert finetune.run(arguments) == 0
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
