"""A Qwen3 in plain PyTorch: the same arithmetic and parameter names as everywhere else, small enough to read."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.batches import NOT_LEARNED

INITIAL_DEVIATION = 0.02
SHORT = 320
"""Length of a row up to which one shared product with the past is faster than a copy for each row."""
Pair = tuple[Tensor, Tensor]
"""Keys and values, each (batch, key heads, length, head size)."""
Past = list[Pair]
"""What was read before by every row of a batch, a pair a layer; their batch is 1."""


@dataclass(frozen=True)
class Shape:
    """The sizes of a model. Multiples of 256 for `hidden`, `feed_forward` and all heads together suit K-quants."""

    vocabulary: int
    hidden: int = 256
    feed_forward: int = 512
    layers: int = 8
    heads: int = 8
    key_heads: int = 4
    head_size: int = 32
    context: int = 8192
    rope_base: float = 10_000.0
    epsilon: float = 1e-6


class Norm(nn.RMSNorm):
    """Root mean square normalisation in the precision of what it is given."""

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, self.normalized_shape, self.weight.to(x.dtype), self.eps)


class Attention(nn.Module):
    """Grouped-query attention with normalised queries and keys, over a past where there is one."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.q_proj = nn.Linear(shape.hidden, shape.heads * shape.head_size, bias=False)
        self.k_proj = nn.Linear(shape.hidden, shape.key_heads * shape.head_size, bias=False)
        self.v_proj = nn.Linear(shape.hidden, shape.key_heads * shape.head_size, bias=False)
        self.o_proj = nn.Linear(shape.heads * shape.head_size, shape.hidden, bias=False)
        self.q_norm = Norm(shape.head_size, shape.epsilon)
        self.k_norm = Norm(shape.head_size, shape.epsilon)

    def forward(self, x: Tensor, turn: Tensor, past: Pair | None) -> tuple[Tensor, Pair]:
        """x (batch, length, hidden) -> the same shape, and the keys and values to remember."""
        query = _rotated(self.q_norm(self._by_head(self.q_proj(x), self.shape.heads)), turn)
        key = _rotated(self.k_norm(self._by_head(self.k_proj(x), self.shape.key_heads)), turn)
        value = self._by_head(self.v_proj(x), self.shape.key_heads)
        mixed = _causal(query, key, value) if past is None else _after(past, query, key, value)
        return self.o_proj(mixed.transpose(1, 2).flatten(2)), (key, value)

    def _by_head(self, x: Tensor, heads: int) -> Tensor:
        return x.view(*x.shape[:2], heads, self.shape.head_size).transpose(1, 2)


class FeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden, shape.feed_forward, bias=False)
        self.up_proj = nn.Linear(shape.hidden, shape.feed_forward, bias=False)
        self.down_proj = nn.Linear(shape.feed_forward, shape.hidden, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    """Attention, then feed-forward, each normalised before and added after."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.self_attn = Attention(shape)
        self.mlp = FeedForward(shape)
        self.input_layernorm = Norm(shape.hidden, shape.epsilon)
        self.post_attention_layernorm = Norm(shape.hidden, shape.epsilon)

    def forward(self, x: Tensor, turn: Tensor, past: Pair | None) -> tuple[Tensor, Pair]:
        mixed, remembered = self.self_attn(self.input_layernorm(x), turn, past)
        x = x + mixed
        return x + self.mlp(self.post_attention_layernorm(x)), remembered


class Stack(nn.Module):
    """Embedding, layers and the last normalisation; the embedding is the output head too."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.hidden)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.hidden, shape.epsilon)


class Qwen3(nn.Module):
    """The whole model."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.model = Stack(shape)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                into_stream = name.endswith(("o_proj.weight", "down_proj.weight"))
                scale = 1 / math.sqrt(2 * shape.layers) if into_stream else 1.0
                nn.init.normal_(parameter, 0.0, INITIAL_DEVIATION * scale)

    def hidden(self, tokens: Tensor, past: Past | None = None) -> tuple[Tensor, Past]:
        """tokens (batch, length) -> states (batch, length, hidden), and the past for what follows."""
        before = past[0][0].shape[2] if past else 0
        length = tokens.shape[1]
        x = self.model.embed_tokens(tokens).to(_precision(tokens.device))
        turn = self._turn(before, length, x.device)
        remembered: Past = []
        for number, layer in enumerate(self.model.layers):
            x, pair = layer(x, turn, past[number] if past else None)
            remembered.append(pair)
        return self.model.norm(x), remembered

    def logits(self, tokens: Tensor, past: Past | None = None) -> Tensor:
        """tokens (batch, length) -> logits (batch, length, vocabulary)."""
        return F.linear(self.hidden(tokens, past)[0], self.model.embed_tokens.weight)

    def loss(self, tokens: Tensor, targets: Tensor, prefix: Tensor) -> Tensor:
        """Mean cross-entropy of the targets (batch, length) where they are learned.

        The prefix (1, length) is read once for all rows: each row sees it and itself, and no other row.
        """
        states, _ = self.hidden(tokens, self.hidden(prefix)[1])
        wanted = targets.flatten() != NOT_LEARNED
        logits = F.linear(states.flatten(0, 1)[wanted], self.model.embed_tokens.weight)
        return F.cross_entropy(logits.float(), targets.flatten()[wanted])

    def matrices(self) -> Iterator[nn.Parameter]:
        """The weights of the linear maps between states: neither embedding nor normalisation."""
        return (p for name, p in self.named_parameters() if p.dim() == 2 and "embed" not in name)

    def others(self) -> Iterator[nn.Parameter]:
        """Every parameter that is not one of the matrices."""
        return (p for name, p in self.named_parameters() if p.dim() != 2 or "embed" in name)

    def _turn(self, before: int, length: int, device: torch.device) -> Tensor:
        """Cosines and sines of the rotary embedding, (2, length, head size / 2)."""
        half = torch.arange(0, self.shape.head_size, 2, device=device) / self.shape.head_size
        angle = torch.arange(before, before + length, device=device)[:, None] * self.shape.rope_base**-half
        return torch.stack([angle.cos(), angle.sin()])


def parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def _causal(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    shared = query.shape[1] // key.shape[1]
    keys, values = key.repeat_interleave(shared, 1), value.repeat_interleave(shared, 1)
    return F.scaled_dot_product_attention(query, keys, values, is_causal=True)


def _after(past: Pair, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Attention of every row to one shared past and, causally, to itself."""
    return _after_copies(past, query, key, value) if query.shape[2] > SHORT else _after_shared(past, query, key, value)


def _after_copies(past: Pair, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """With a copy of the past for each row, in one fused kernel: for long rows up to five times as fast."""
    rows, heads, length, size = query.shape
    groups, before = key.shape[1], past[0].shape[2]
    keys = torch.cat([past[0].expand(rows, -1, -1, -1), key], 2)
    values = torch.cat([past[1].expand(rows, -1, -1, -1), value], 2)
    seen = torch.ones(length, before + length, dtype=torch.bool, device=query.device).tril(before)
    folded = query.reshape(rows, groups, -1, size)
    mixed = F.scaled_dot_product_attention(folded, keys, values, attn_mask=seen.repeat(heads // groups, 1))
    return mixed.reshape(rows, heads, length, size)


def _after_shared(past: Pair, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """With all rows meeting the past in one product a head: for short rows up to twice as fast."""
    rows, heads, length, size = query.shape
    groups = key.shape[1]
    query = (query * size**-0.5).reshape(rows, groups, -1, size)
    onto_past = _shared(query, past[0][0].transpose(1, 2))
    onto_self = (query @ key.transpose(2, 3)).view(rows, groups, -1, length, length)
    future = torch.ones(length, length, dtype=torch.bool, device=query.device).triu(1)
    onto_self = onto_self.masked_fill(future, -torch.inf).view(rows, groups, -1, length)
    weights = torch.cat([onto_past, onto_self], -1).softmax(-1).to(value.dtype)
    from_past, from_self = weights.split([past[0].shape[2], length], -1)
    return (_shared(from_past, past[1][0]) + from_self @ value).reshape(rows, heads, length, size)


def _shared(rows: Tensor, matrices: Tensor) -> Tensor:
    """(rows, groups, n, a) times (groups, a, b) -> (rows, groups, n, b)."""
    count, groups, length, size = rows.shape
    product = rows.transpose(0, 1).reshape(groups, count * length, size) @ matrices
    return product.view(groups, count, length, -1).transpose(0, 1)


def _precision(device: torch.device) -> torch.dtype:
    """What the states are kept in: that of autocast where it is on."""
    return torch.get_autocast_dtype(device.type) if torch.is_autocast_enabled(device.type) else torch.float32


def _rotated(x: Tensor, turn: Tensor) -> Tensor:
    cosine, sine = turn.to(x.dtype)
    first, second = x.chunk(2, -1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)
