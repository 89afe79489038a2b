"""The state of a run on disk: written whole or not at all, so that a kill at any moment costs minutes."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.batches import Position
from training.model import Qwen3, Shape

CHECKPOINT = "checkpoint.pt"
TOKENIZER = "tokenizer.json"


@dataclass
class Progress:
    """How far a run is: updates made, tokens and seconds spent, and the next batch."""

    position: Position
    step: int = 0
    tokens: int = 0
    seconds: float = 0.0


@dataclass
class Checkpoint:
    """All that a run needs to go on. `average` is the moving average of the weights, which is what is exported."""

    shape: Shape
    weights: dict[str, Tensor]
    average: dict[str, Tensor]
    optimizers: list[dict[str, Any]]
    progress: Progress

    def save(self, run: Path) -> None:
        """Replace the run's checkpoint by this one."""
        state = {
            "shape": asdict(self.shape),
            "weights": self.weights,
            "average": self.average,
            "optimizers": self.optimizers,
            "progress": asdict(self.progress),
        }
        temporary = run / f"{CHECKPOINT}.new"
        with temporary.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(run / CHECKPOINT)


def load_checkpoint(run: Path) -> Checkpoint | None:
    """The last checkpoint of a run, on the CPU; None when it has none yet."""
    path = run / CHECKPOINT
    if not path.exists():
        return None
    state = torch.load(path, map_location="cpu", weights_only=True)
    progress = state["progress"]
    return Checkpoint(
        Shape(**state["shape"]),
        state["weights"],
        state["average"],
        state["optimizers"],
        Progress(**{**progress, "position": Position(**progress["position"])}),
    )


def load_model(run: Path) -> Qwen3:
    """The averaged model of a run, ready to be asked."""
    checkpoint = load_checkpoint(run)
    if checkpoint is None:
        raise SystemExit(f"{run} holds no checkpoint; make one with `python -m training train`")
    model = Qwen3(checkpoint.shape)
    model.load_state_dict(checkpoint.average)
    return model.eval()
