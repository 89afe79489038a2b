"""What an exported file is asked, to see whether it is the model that was trained; always the same."""

import random
from collections.abc import Iterator

from devops_agent.backends.chatml import render
from devops_agent.transcript import Message
from tokenizers import Tokenizer

POSITIONS = 512
STRINGS = 2000
WORDS = (
    "get describe logs apply rollout docker compose up down --tail=5 -n 'x y' \"q\" $(id) | && > <tool_call> <|im_end|>"
).split()


def some_texts(count: int) -> Iterator[str]:
    """Texts such as a shell and its user write, and some that nobody would."""
    source = random.Random(0)
    for _ in range(count):
        yield "".join(_piece(source) + source.choice(["", " "]) for _ in range(source.randint(1, 12)))


def some_tokens(tokenizer: Tokenizer) -> list[int]:
    """The beginning of conversations, as many tokens as there are positions to compare."""
    turns = [Message(role, text) for text in some_texts(POSITIONS) for role in ("user", "assistant")]
    return list(tokenizer.encode(render(turns), add_special_tokens=False).ids[:POSITIONS])


def _piece(source: random.Random) -> str:
    kinds = [
        lambda: source.choice(WORDS),
        lambda: "".join(source.choice("abcxyz0189-_./:=") for _ in range(source.randint(1, 12))),
        lambda: source.choice([" ", "  ", "\n", "\n\n", "\t", "\r\n", "   \n"]),
        lambda: chr(source.choice([source.randint(160, 1000), source.randint(0x3040, 0x30FF), 0x1F600, 0x301])),
        lambda: str(source.randint(0, 99999)),
    ]
    return source.choice(kinds)()
