"""Is the exported file the model that was trained? Its probabilities and tokens, asked of the engine that ships."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from devops_agent.backends.embedded.engine import Engine
from numpy.typing import NDArray

from training.checkpoints import TOKENIZER, load_model
from training.probes import POSITIONS, STRINGS, some_texts, some_tokens
from training.tokenizer import load_tokenizer

SEEDS = 100
TOLERANCES = {"f32": (0.01, 0.98), "f16": (0.01, 0.98), "q8_0": (0.02, 0.95), "q4_k_m": (0.1, 0.7)}
"""By precision: how far its probabilities may be from PyTorch's (mean divergence in nats), and how often its likeliest
token must be PyTorch's."""


@dataclass(frozen=True)
class Findings:
    """The mean divergence from PyTorch in nats, the largest difference of a log-probability, and the share of positions
    with the same likeliest token."""

    divergence: float
    largest: float
    agreement: float

    def __str__(self) -> str:
        return (
            f"{POSITIONS} positions: divergence {self.divergence:.2g} nats, largest difference {self.largest:.2g}, "
            f"the same likeliest token at {self.agreement:.1%}"
        )


def verify(run: Path, model: Path, precision: str) -> Findings:
    """Compare a file with the run it was exported from. Raises ValueError where they differ too much."""
    tokenizer = load_tokenizer(run / TOKENIZER)
    with closing(Engine(model, 2 * POSITIONS)) as engine:
        for text in some_texts(STRINGS):
            if engine.tokens(text) != tokenizer.encode(text, add_special_tokens=False).ids:
                raise ValueError(f"{model} reads {text!r} as other tokens than {run / TOKENIZER}")
    findings = compare(run, model, some_tokens(tokenizer))
    divergence, agreement = TOLERANCES[precision]
    if findings.divergence > divergence or findings.agreement < agreement:
        raise ValueError(f"{model} does not compute what {run} does: {findings}")
    return findings


def compare(run: Path, model: Path, tokens: list[int]) -> Findings:
    """What a file in the engine and its run in PyTorch think of each token of a text, given those before it."""
    with torch.no_grad():
        return compare_logits(load_model(run).logits(torch.tensor([tokens]))[0], model, tokens)


def compare_logits(logits: torch.Tensor, model: Path, tokens: list[int]) -> Findings:
    """The same for what PyTorch computed already: logits of (token, vocabulary)."""
    ours = torch.log_softmax(logits.float(), -1).numpy()
    with closing(Engine(model, 2 * len(tokens))) as engine:
        theirs = np.stack([_log_probabilities(engine, tokens[: end + 1], ours.shape[1]) for end in range(len(tokens))])
    return Findings(
        float((np.exp(ours) * (ours - theirs)).sum(-1).mean()),
        float(np.abs(ours - theirs).max()),
        float(np.mean(ours.argmax(-1) == theirs.argmax(-1))),
    )


def _log_probabilities(engine: Engine, tokens: list[int], vocabulary: int) -> NDArray[np.float64]:
    """The engine tells them only with a token that does not end the text, so ask until it draws one."""
    body = {"prompt": tokens, "n_predict": 1, "n_probs": vocabulary, "temperature": 1.0, "samplers": ["temperature"]}
    answers = (engine._api.ask("POST", "/completion", {**body, "seed": seed}) for seed in range(SEEDS))
    told = next(answer["completion_probabilities"] for answer in answers if "completion_probabilities" in answer)
    found = np.full(vocabulary, np.nan)
    for token in told[0]["top_logprobs"]:
        found[token["id"]] = token["logprob"]
    return found
