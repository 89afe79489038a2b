"""Muon for the matrices, AdamW for the rest, and one course of the learning rate for both."""

from collections.abc import Sequence

import torch

from training.model import Qwen3

MATRIX_RATE = 0.02
OTHER_RATE = 2e-3
WARM_UP_STEPS = 100
DECAY_FROM = 0.7
"""Share of the tokens after which the rate falls, in a straight line."""
LEAST_RATE = 0.03


def make_optimizers(model: Qwen3) -> list[torch.optim.Optimizer]:
    matrices = torch.optim.Muon(
        list(model.matrices()), lr=MATRIX_RATE, weight_decay=0.01, momentum=0.95, adjust_lr_fn="original"
    )
    others = torch.optim.AdamW(model.others(), lr=OTHER_RATE, betas=(0.9, 0.95), weight_decay=0.0)
    return [matrices, others]


def rate(step: int, progress: float) -> float:
    """The share of the full learning rate at a step, where `progress` (0 to 1) is how much of the run is done."""
    falling = (1 - progress) / (1 - DECAY_FROM)
    return min(1.0, (step + 1) / WARM_UP_STEPS) * max(LEAST_RATE, min(1.0, falling))


def set_rate(optimizers: Sequence[torch.optim.Optimizer], share: float) -> None:
    for optimizer, full in zip(optimizers, (MATRIX_RATE, OTHER_RATE), strict=True):
        for group in optimizer.param_groups:
            group["lr"] = full * share
