"""Which traces are learned from together: rows of about equal length under one system turn, in a fixed random order.

A row is one trace, or a few one after the other, as tasks follow each other in a talk. The same seed, epoch and data
give the same batches, so that a run which was killed goes on exactly where its last checkpoint was.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from training.encoding import Encoded

NOT_LEARNED = -100
TALKS = {1: 0.80, 2: 0.12, 3: 0.06, 4: 0.02}
"""How many tasks a row holds, and how often."""
LONGEST_TALK = 1536
WINDOW = 2000
"""Rows that are sorted by length together: enough for tight batches, few enough to stay random."""


@dataclass(frozen=True)
class Batch:
    """`prefix` (P,), `tokens` (rows, length) and `targets` of the same shape: the next token, or NOT_LEARNED."""

    prefix: NDArray[np.int64]
    tokens: NDArray[np.int64]
    targets: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Tokens the model computes for this batch."""
        return int(self.tokens.size + self.prefix.size)


@dataclass(frozen=True)
class Position:
    """The next batch of a run: the data it reads, how often it has read all of it, and how far it is."""

    digest: str
    epoch: int = 0
    index: int = 0


class Batches:
    """The batches of one file of traces, each of about `tokens` tokens."""

    def __init__(self, data: Encoded, tokens: int, seed: int) -> None:
        self._data = data
        self._tokens = tokens
        self._seed = seed
        self._plan = lru_cache(maxsize=1)(self._plan_of)

    def after(self, position: Position) -> Iterator[tuple[Batch, Position]]:
        """Every batch from a position on, with the position after it, for ever.

        New data in mid-run starts from its beginning, in the mixed order of a later epoch.
        """
        if position.digest != self._data.digest:
            position = Position(self._data.digest, position.epoch + 1)
        while True:
            plan = self._plan(position.epoch)
            for index in range(position.index, len(plan)):
                yield self._batch(plan[index]), replace(position, index=index + 1)
            position = Position(position.digest, position.epoch + 1)

    def _batch(self, rows: list[list[int]]) -> Batch:
        traces = [[self._data.trace(index) for index in row] for row in rows]
        length = max(sum(len(tokens) for tokens, _ in row) for row in traces)
        tokens = np.zeros((len(rows), length), np.int64)
        targets = np.full((len(rows), length), NOT_LEARNED, np.int64)
        for number, row in enumerate(traces):
            said = np.concatenate([tokens for tokens, _ in row]).astype(np.int64)
            learned = np.concatenate([flags for _, flags in row])
            tokens[number, : len(said)] = said
            targets[number, : len(said) - 1] = np.where(learned[1:], said[1:], NOT_LEARNED)
        prefix = self._data.prefixes[self._data.systems[rows[0][0]]]
        return Batch(prefix.astype(np.int64), tokens, targets)

    def _plan_of(self, epoch: int) -> list[list[list[int]]]:
        """The rows of every batch of an epoch. The first epoch begins with the shorter half: copying comes first."""
        random = np.random.default_rng([self._seed, epoch])
        batches = [batch for system in range(len(self._data.prefixes)) for batch in self._batches_under(system, random)]
        order = [batches[index] for index in random.permutation(len(batches))]
        if epoch == 0:
            middle = float(np.median(self._data.lengths))
            order.sort(key=lambda batch: self._length(batch[-1]) > middle)
        return order

    def _batches_under(self, system: int, random: np.random.Generator) -> Iterator[list[list[int]]]:
        shuffled = random.permutation(np.flatnonzero(self._data.systems == system))
        rows = list(self._rows(shuffled.tolist(), random))
        for start in range(0, len(rows), WINDOW):
            yield from self._cut(sorted(rows[start : start + WINDOW], key=self._length))

    def _rows(self, traces: list[int], random: np.random.Generator) -> Iterator[list[int]]:
        counts = random.choice(list(TALKS), size=len(traces), p=list(TALKS.values()))
        row: list[int] = []
        wanted = iter(counts.tolist())
        most = next(wanted, 1)
        for trace in traces:
            if row and (len(row) == most or self._length([*row, trace]) > LONGEST_TALK):
                yield row
                row, most = [], next(wanted, 1)
            row.append(trace)
        if row:
            yield row

    def _cut(self, rows: list[list[int]]) -> Iterator[list[list[int]]]:
        """Batches of rows that are sorted by length; padding counts as tokens."""
        batch: list[list[int]] = []
        for row in rows:
            if batch and (len(batch) + 1) * self._length(row) > self._tokens:
                yield batch
                batch = []
            batch.append(row)
        if batch:
            yield batch

    def _length(self, row: list[int]) -> int:
        return int(sum(self._data.lengths[index] for index in row))
