"""A reply in the making: the pieces of one stream, shown as they come, whole only at the end."""

import time
from typing import Any, Literal

from devops_agent.backends.repetition import LoopDetector
from devops_agent.backends.toolcalls import Reply
from devops_agent.events import TokenSeen, Watch

Done = Literal["stop", "length", "loop", ""]
REASONS: dict[str, Done] = {"stop": "stop", "length": "length", "tool_calls": "stop"}


class Draft:
    """Collects one reply. `looping` turns true when the model only repeats itself."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._pieces: dict[str, list[str]] = {"text": [], "thinking": []}
        self._loops = LoopDetector()
        self._started = time.monotonic()
        self.calls: list[tuple[str, Any]] = []
        self.looping = False

    def add(self, piece: str, kind: Literal["thinking", "text"] = "text") -> None:
        """Take the next piece and show it."""
        if piece:
            self._pieces[kind].append(piece)
            self._watch(TokenSeen(piece, kind))
            self.looping |= self._loops.add(piece)

    def finish(
        self,
        reason: str,
        prompt_tokens: int | None = None,
        output_tokens: int | None = None,
        cached_tokens: int | None = None,
    ) -> Reply:
        """The reply as it stands, with the server's reason for stopping."""
        return Reply(
            text="".join(self._pieces["text"]),
            thinking="".join(self._pieces["thinking"]),
            native_calls=tuple(self.calls),
            done="loop" if self.looping else REASONS.get(reason, ""),
            prompt_tokens=prompt_tokens,
            output_tokens=output_tokens,
            cached_tokens=cached_tokens,
            seconds=time.monotonic() - self._started,
        )
