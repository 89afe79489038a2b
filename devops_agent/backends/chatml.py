"""ChatML as Qwen3 speaks it, for requests that carry a finished prompt. Our Modelfile renders the same bytes.

Pure, byte-stable and append-only: a longer conversation starts with the text of the shorter one.
"""

from collections.abc import Iterable

from devops_agent.transcript import Message

REPLY_OPENING = "<|im_start|>assistant\n"
STOP = ("<|im_end|>", "<|im_start|>", "<|endoftext|>", "<tool_response>")


def render(messages: Iterable[Message], *, open_turn: bool = True) -> str:
    """The conversation as one prompt; with `open_turn` it ends where the assistant begins to speak.

    Content goes in as it is: text from outside must be harmless before: `text.neutralise`.
    """
    turns = "".join(map(_turn, messages))
    return turns + REPLY_OPENING if open_turn else turns


def as_user_turn(observation: str) -> str:
    """An observation in the words of a user turn, which is where Qwen puts it."""
    return f"<tool_response>\n{observation}\n</tool_response>"


def _turn(message: Message) -> str:
    if message.role == "tool":
        return f"<|im_start|>user\n{as_user_turn(message.content)}<|im_end|>\n"
    return f"<|im_start|>{message.role}\n{message.content}<|im_end|>\n"
