"""A Qwen3 of random weights in a real GGUF file: it says nonsense, in the real engine, under the real grammar."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("gguf", reason="the package gguf is not installed")
pytest.importorskip("tokenizers", reason="the package tokenizers is not installed")

from tokenizers import Tokenizer

from devops_agent.prompts import system_prompt
from training.gguf_file import About, write_gguf
from training.tokenizer import train_tokenizer

SYSTEM = system_prompt({"bash": ("Run a command.", {"command": {"type": "string"}})})
LAYERS, HIDDEN, HEADS, KEY_HEADS, HEAD_SIZE = 2, 64, 2, 1, 32
MATRICES = {
    "self_attn.q_proj": (HEADS * HEAD_SIZE, HIDDEN),
    "self_attn.k_proj": (KEY_HEADS * HEAD_SIZE, HIDDEN),
    "self_attn.v_proj": (KEY_HEADS * HEAD_SIZE, HIDDEN),
    "self_attn.o_proj": (HIDDEN, HEADS * HEAD_SIZE),
    "mlp.gate_proj": (HIDDEN, HIDDEN),
    "mlp.up_proj": (HIDDEN, HIDDEN),
    "mlp.down_proj": (HIDDEN, HIDDEN),
}
NORMS = {
    "input_layernorm": HIDDEN,
    "post_attention_layernorm": HIDDEN,
    "self_attn.q_norm": HEAD_SIZE,
    "self_attn.k_norm": HEAD_SIZE,
}


@dataclass(frozen=True)
class TinyModel:
    path: Path
    tokenizer: Tokenizer


def tiny_tokenizer() -> Tokenizer:
    return train_tokenizer([SYSTEM] * 20, size=512)


def write_tiny_model(path: Path, tokenizer: Tokenizer | None = None, context: int = 8192) -> TinyModel:
    """Write a model that is different for each path's name, and the same each time."""
    tokenizer = tokenizer or tiny_tokenizer()
    random = np.random.default_rng(list(path.name.encode()))
    weights = {"model.embed_tokens.weight": random.normal(0, 0.08, (tokenizer.get_vocab_size(), HIDDEN))}
    weights["model.norm.weight"] = np.ones(HIDDEN)
    for layer in range(LAYERS):
        for name, size in MATRICES.items():
            weights[f"model.layers.{layer}.{name}.weight"] = random.normal(0, 0.08, size)
        for name, width in NORMS.items():
            weights[f"model.layers.{layer}.{name}.weight"] = np.ones(width)
    write_gguf(path, _shape(context), weights, tokenizer, "f16", About(path.stem))
    return TinyModel(path, tokenizer)


def _shape(context: int) -> dict[str, Any]:
    return {
        "context": context,
        "hidden": HIDDEN,
        "layers": LAYERS,
        "feed_forward": HIDDEN,
        "heads": HEADS,
        "key_heads": KEY_HEADS,
        "head_size": HEAD_SIZE,
        "epsilon": 1e-6,
        "rope_base": 10_000.0,
    }
