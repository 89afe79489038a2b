"""The model's own tokenizer: byte-level BPE, nothing normalised, digits one by one.

A name must be the same tokens after a blank, a quote or a dash, or it could not be copied. So merges are learned inside
runs of letters only; the blank is then joined to common words, by merges that rank behind all others.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

END_OF_TEXT, TURN_START, TURN_END = CONTROL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
TAG_TOKENS = (
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
)
SIZE = 4096
SPACED_SHARE = 6
"""One token in so many is a common word with its blank."""
LONGEST_TOKEN = 16
BLANK = "\u0120"
"""How the byte-level alphabet writes a blank."""

_PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_SPACED_WORD = re.compile(r" ([A-Za-z]{2,})")


def train_tokenizer(texts: Sequence[str], size: int = SIZE) -> Tokenizer:
    """A tokenizer of at most `size` tokens for texts like these; the special tokens have the highest numbers."""
    spaced_words = size // SPACED_SHARE
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = _pre_tokenizer(Regex(_PIECES), Regex(r"\p{L}+"))
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(CONTROL_TOKENS) - len(TAG_TOKENS) - spaced_words,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        max_token_length=LONGEST_TOKEN,
        show_progress=False,
    )
    learner.train_from_iterator(_without_special(texts), trainer)
    model = json.loads(learner.to_str())["model"]
    return _finished(model["vocab"], [tuple(pair) for pair in model["merges"]], _common_words(texts, spaced_words))


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer a run was made with."""
    return Tokenizer.from_file(str(path))


def _finished(vocabulary: dict[str, int], merges: list[tuple[str, str]], words: Iterable[str]) -> Tokenizer:
    for word in words:
        if word in vocabulary and BLANK + word not in vocabulary:
            vocabulary[BLANK + word] = len(vocabulary)
            merges.append((BLANK, word))
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = _pre_tokenizer(Regex(_PIECES))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, normalized=False, special=True) for text in CONTROL_TOKENS])
    tokenizer.add_tokens([AddedToken(text, normalized=False, special=False) for text in TAG_TOKENS])
    return tokenizer


def _pre_tokenizer(*patterns: Regex) -> pre_tokenizers.PreTokenizer:
    splits = [pre_tokenizers.Split(pattern, "isolated") for pattern in patterns]
    return pre_tokenizers.Sequence([*splits, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def _without_special(texts: Iterable[str]) -> Iterator[str]:
    special = re.compile("|".join(map(re.escape, (*CONTROL_TOKENS, *TAG_TOKENS))))
    for text in texts:
        yield from filter(None, special.split(text))


def _common_words(texts: Iterable[str], count: int) -> list[str]:
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(_SPACED_WORD.findall(text))
    return [word for word, _ in sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:count]]
