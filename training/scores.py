"""How well a model continues traces it has not seen, told the right past at each token."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from training.encoding import Encoded
from training.model import Qwen3

ROWS = 16


@dataclass(frozen=True)
class Turns:
    """Of one trace: which assistant turns the model would have written token for token, taking the likeliest."""

    right: list[bool]


def score(model: Qwen3, data: Encoded, traces: int, device: torch.device) -> dict[str, float]:
    """Shares of the first `traces` traces: the first turn right, the last turn right, all turns right."""
    model.eval()
    turns = [turn for rows in _alike(data, traces) for turn in _scored(model, data, rows, device)]
    model.train()
    return {
        "first": float(np.mean([turn.right[0] for turn in turns])),
        "last": float(np.mean([turn.right[-1] for turn in turns])),
        "all": float(np.mean([all(turn.right) for turn in turns])),
    }


def _alike(data: Encoded, traces: int) -> Iterator[list[int]]:
    """Groups of traces under one system turn, of about the same length."""
    chosen = range(min(traces, len(data)))
    order = sorted(chosen, key=lambda index: (data.systems[index], data.lengths[index]))
    group: list[int] = []
    for index in order:
        if group and (len(group) == ROWS or data.systems[index] != data.systems[group[0]]):
            yield group
            group = []
        group.append(index)
    if group:
        yield group


@torch.no_grad()
def _scored(model: Qwen3, data: Encoded, group: list[int], device: torch.device) -> Iterator[Turns]:
    tokens = np.zeros((len(group), int(max(data.lengths[index] for index in group))), np.int64)
    for row, index in enumerate(group):
        said, _ = data.trace(index)
        tokens[row, : len(said)] = said
    prefix = torch.from_numpy(data.prefixes[data.systems[group[0]]].astype(np.int64))[None].to(device)
    with torch.autocast(device.type, torch.bfloat16):
        past = model.hidden(prefix)[1]
        likeliest = model.logits(torch.from_numpy(tokens).to(device), past).argmax(-1).cpu().numpy()
    for row, index in enumerate(group):
        said, learned = data.trace(index)
        right = np.ones(len(said), np.bool_)
        right[1:] = likeliest[row, : len(said) - 1] == said[1:]
        yield Turns([bool(right[part].all()) for part in _runs(learned)])


def _runs(flags: NDArray[np.bool_]) -> list[slice]:
    """Where a row of flags is true, run by run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [slice(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]
