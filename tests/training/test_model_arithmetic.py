import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")

import torch
import torch.nn.functional as F

from training.batches import NOT_LEARNED
from training.model import Qwen3, Shape, parameter_count

SHAPE = Shape(97, hidden=64, feed_forward=96, layers=3, heads=4, key_heads=2, head_size=16)


@pytest.fixture
def model() -> Qwen3:
    torch.manual_seed(3)
    return Qwen3(SHAPE)


def tokens(*size: int) -> torch.Tensor:
    return torch.randint(0, SHAPE.vocabulary, size)


@pytest.mark.parametrize("short", [0, 320])
def test_a_shared_past_gives_each_row_what_it_would_have_alone(
    model: Qwen3, short: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.model.SHORT", short)
    prefix, rows = tokens(1, 11), tokens(4, 7)
    together = model.logits(rows, model.hidden(prefix)[1])
    for row, logits in zip(rows, together, strict=True):
        alone = model.logits(torch.cat([prefix[0], row])[None])[0, 11:]
        torch.testing.assert_close(logits, alone, atol=1e-4, rtol=1e-4)


def test_no_token_sees_what_follows_it(model: Qwen3) -> None:
    prefix, rows = tokens(1, 5), tokens(2, 9)
    before = model.logits(rows, model.hidden(prefix)[1])
    rows[:, 6:] = tokens(2, 3)
    after = model.logits(rows, model.hidden(prefix)[1])
    torch.testing.assert_close(before[:, :6], after[:, :6])
    assert not torch.allclose(before[:, 6:], after[:, 6:])


def test_the_loss_counts_learned_tokens_only(model: Qwen3) -> None:
    prefix, rows = tokens(1, 5), tokens(2, 9)
    targets = torch.full_like(rows, NOT_LEARNED)
    targets[0, 3], targets[1, 8] = 5, 6
    logits = model.logits(rows, model.hidden(prefix)[1])
    expected = F.cross_entropy(torch.stack([logits[0, 3], logits[1, 8]]), torch.tensor([5, 6]))
    torch.testing.assert_close(model.loss(rows, targets, prefix), expected)


def test_the_prefix_learns_too(model: Qwen3) -> None:
    prefix = torch.tensor([[90, 91, 92]])
    rows = tokens(2, 9) % 80
    model.loss(rows, rows, prefix).backward()
    assert model.model.embed_tokens.weight.grad[90].abs().sum() > 0


def test_matrices_and_others_are_all_parameters(model: Qwen3) -> None:
    counted = sum(p.numel() for p in model.matrices()) + sum(p.numel() for p in model.others())
    assert counted == parameter_count(model)
    assert all(p.dim() == 2 for p in model.matrices())
