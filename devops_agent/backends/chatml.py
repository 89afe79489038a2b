"""ChatML as Qwen3 speaks it, for requests that carry a finished prompt. Our Modelfile renders the same bytes.

Pure, byte-stable and append-only: a longer conversation starts with the text of the shorter one.
"""

import re
from collections.abc import Iterable

from devops_agent.transcript import Message

REPLY_OPENING = "<|im_start|>assistant\n"
STOP = ("<|im_end|>", "<|im_start|>", "<|endoftext|>", "<tool_response>")
_TAGS = "tool_call|tool_response|think|start_of_turn|end_of_turn"
_CONTROL_TOKEN = re.compile(
    r"(?P<start><[|\uff5c][^\s<>|\uff5c]{1,64})(?=[|\uff5c]>)"  # <|im_end|> and its like in other families
    rf"|(?P<tag></?(?:{_TAGS}))(?=>)",
    re.IGNORECASE,
)


def render(messages: Iterable[Message], *, open_turn: bool = True) -> str:
    """The conversation as one prompt; with `open_turn` it ends where the assistant begins to speak.

    Content goes in as it is: text from outside must have gone through `neutralise` before.
    """
    turns = "".join(map(_turn, messages))
    return turns + REPLY_OPENING if open_turn else turns


def neutralise(text: str) -> str:
    """Break, visibly, everything a chat template or a reader of tool calls would take for its own structure."""
    return _CONTROL_TOKEN.sub(r"\g<0> ", text)


def as_user_turn(observation: str) -> str:
    """An observation in the words of a user turn, which is where Qwen puts it."""
    return f"<tool_response>\n{observation}\n</tool_response>"


def _turn(message: Message) -> str:
    if message.role == "tool":
        return f"<|im_start|>user\n{as_user_turn(message.content)}<|im_end|>\n"
    return f"<|im_start|>{message.role}\n{message.content}<|im_end|>\n"
