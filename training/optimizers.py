"""Muon for the matrices, AdamW for the rest."""

from collections.abc import Sequence

import torch

from training.model import Qwen3
from training.rates import MATRIX_RATE, OTHER_RATE


def make_optimizers(model: Qwen3) -> list[torch.optim.Optimizer]:
    matrices = torch.optim.Muon(
        list(model.matrices()), lr=MATRIX_RATE, weight_decay=0.01, momentum=0.95, adjust_lr_fn="original"
    )
    others = torch.optim.AdamW(model.others(), lr=OTHER_RATE, betas=(0.9, 0.95), weight_decay=0.0)
    return [matrices, others]


def set_rate(optimizers: Sequence[torch.optim.Optimizer], share: float) -> None:
    for optimizer, full in zip(optimizers, (MATRIX_RATE, OTHER_RATE), strict=True):
        for group in optimizer.param_groups:
            group["lr"] = full * share
