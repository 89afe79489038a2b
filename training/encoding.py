"""Traces as tokens: each with the flags of what the assistant said rightly, which is all a model learns."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from devops_agent.backends.chatml import REPLY_OPENING, render
from devops_agent.disk import file_digest
from devops_agent.transcript import ERROR_PREFIX, Message
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.tokenizer import TURN_END

LONGEST_TRACE = 4096
PIECE = 4096
"""Traces that are encoded at once."""


@dataclass(frozen=True)
class Encoded:
    """Many traces end to end. `starts` holds one more entry than there are traces; `systems` says which system turn
    each had, as an index into `prefixes`. Tokens (uint32) and `learned` (bool) leave the system turn out."""

    tokens: NDArray[np.uint32]
    learned: NDArray[np.bool_]
    starts: NDArray[np.int64]
    systems: NDArray[np.int16]
    prefixes: list[NDArray[np.uint32]]
    intents: list[str]
    digest: str

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    def trace(self, index: int) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """The tokens of one trace without its system turn, and which of them the assistant said."""
        part = slice(self.starts[index], self.starts[index + 1])
        return self.tokens[part], self.learned[part]


def read_traces(path: Path, most: int | None = None) -> Iterator[dict[str, Any]]:
    """The traces of a JSON lines file: {"intent": text, "messages": [{"role": text, "content": text}, …]}."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == most:
                return
            yield json.loads(line)


def messages_of(trace: dict[str, Any]) -> list[Message]:
    return [Message(turn["role"], turn["content"]) for turn in trace["messages"]]


def segments(messages: Sequence[Message]) -> Iterator[tuple[str, bool]]:
    """The rendered conversation in pieces, each with whether it is to be learned: what the assistant said rightly."""
    following = [*(message.content for message in messages[1:]), ""]
    for message, after in zip(messages, following, strict=True):
        if message.role == "assistant":
            yield REPLY_OPENING, False
            yield message.content + TURN_END, not after.startswith(ERROR_PREFIX)
            yield "\n", False
        else:
            yield render([message], open_turn=False), False


def encode_file(path: Path, tokenizer: Tokenizer, most: int | None = None) -> Encoded:
    """Every trace of a file that is not too long to learn from, in the file's order."""
    builder = _Builder(tokenizer)
    pending: list[dict[str, Any]] = []
    for trace in read_traces(path, most):
        pending.append(trace)
        if len(pending) == PIECE:
            builder.add(pending)
            pending = []
    builder.add(pending)
    return builder.finish(file_digest(path))


class _Builder:
    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[NDArray[np.uint32]] = []
        self._learned: list[NDArray[np.bool_]] = []
        self._systems: list[int] = []
        self._prefixes: dict[str, int] = {}
        self._intents: list[str] = []

    def add(self, traces: Sequence[dict[str, Any]]) -> None:
        pieces: list[str] = []
        flags: list[bool] = []
        ends: list[int] = []
        for trace in traces:
            for text, learned in segments(messages_of(trace)[1:]):
                pieces.append(text)
                flags.append(learned)
            ends.append(len(pieces))
        encodings = [encoding.ids for encoding in self._tokenizer.encode_batch(pieces, add_special_tokens=False)]
        start = 0
        for trace, end in zip(traces, ends, strict=True):
            self._keep(trace, encodings[start:end], flags[start:end])
            start = end

    def _keep(self, trace: dict[str, Any], pieces: Sequence[list[int]], flags: Sequence[bool]) -> None:
        lengths = [len(piece) for piece in pieces]
        if sum(lengths) > LONGEST_TRACE:
            return
        self._tokens.append(np.concatenate([np.array(piece, np.uint32) for piece in pieces]))
        self._learned.append(np.repeat(np.array(flags, np.bool_), lengths))
        system = render(messages_of(trace)[:1], open_turn=False)
        self._systems.append(self._prefixes.setdefault(system, len(self._prefixes)))
        self._intents.append(trace["intent"])

    def finish(self, digest: str) -> Encoded:
        if not self._tokens:
            raise SystemExit("there are no traces to learn from; make some with `python -m training data`")
        starts = np.concatenate([[0], np.cumsum([len(tokens) for tokens in self._tokens])])
        prefixes = [self._tokenizer.encode(text, add_special_tokens=False).ids for text in self._prefixes]
        return Encoded(
            np.concatenate(self._tokens),
            np.concatenate(self._learned),
            starts,
            np.array(self._systems, np.int16),
            [np.array(prefix, np.uint32) for prefix in prefixes],
            self._intents,
            digest,
        )
