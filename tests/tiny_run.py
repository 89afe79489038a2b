"""A training run of random weights, as its folder would look."""

from pathlib import Path

import torch
from tokenizers import Tokenizer

from tests.tiny_model import tiny_tokenizer
from training.batches import Position
from training.checkpoints import TOKENIZER, Checkpoint, Progress
from training.model import Qwen3, Shape


def write_random_run(
    folder: Path, *, seed: int = 0, hidden: int = 64, feed_forward: int = 96, layers: int = 3
) -> Tokenizer:
    """Fill a run's folder with a tokenizer and a checkpoint whose normalisations are far from one."""
    torch.manual_seed(seed)
    tokenizer = tiny_tokenizer()
    tokenizer.save(str(folder / TOKENIZER))
    heads = hidden // 16
    shape = Shape(tokenizer.get_vocab_size(), hidden, feed_forward, layers, heads, key_heads=heads // 2, head_size=32)
    model = Qwen3(shape)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.15 + (parameter.dim() == 1))
    weights = model.state_dict()
    Checkpoint(shape, weights, weights, [], Progress(Position("none"), tokens=5)).save(folder)
    return tokenizer
