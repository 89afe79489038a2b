"""A model that says what it was told to say: for tests, demonstrations and replayed runs."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from devops_agent.backends.base import ChatModel
from devops_agent.backends.toolcalls import Reply
from devops_agent.errors import BackendError, ConfigurationError
from devops_agent.events import TokenSeen
from devops_agent.settings import Settings, expanded
from devops_agent.transcript import Message

SCRIPT_HINT = "set DEVOPS_AGENT_SCRIPT to its file"
LINES_HINT = "every line must be one JSON string, a reply of the model"


class Scripted(ChatModel):
    """Answers the n-th request with the n-th reply. `requests` keeps what it was asked."""

    def __init__(self, replies: Iterable[str | Reply], *, window: int = 8192) -> None:
        super().__init__(model_id="scripted", window=window)
        self._replies = iter(replies)
        self.requests: list[list[Message]] = []

    @classmethod
    def open(cls, settings: Settings) -> "Scripted":
        """Read the replies from the file that the setting `script` names, one JSON string a line."""
        if not settings.script:
            raise ConfigurationError("the scripted backend needs a script", hint=SCRIPT_HINT)
        return cls(_read_script(expanded(settings.script)), window=settings.num_ctx)

    def reply(self, messages: Sequence[Message]) -> Reply:
        self.requests.append(list(messages))
        reply = next(self._replies, None)
        if reply is None:
            raise BackendError("the script has no further reply", hint="add a line to it")
        whole = Reply(reply) if isinstance(reply, str) else reply
        self.watch(TokenSeen(whole.text))
        return whole


def _read_script(path: Path) -> list[str]:
    try:
        replies = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise ConfigurationError(f"cannot read the script {path}: {error.strerror}", hint=SCRIPT_HINT) from None
    except ValueError as error:
        raise ConfigurationError(f"the script {path} is not JSON: {error}", hint=LINES_HINT) from None
    if not all(isinstance(reply, str) for reply in replies):
        raise ConfigurationError(f"the script {path} has lines that are no strings", hint=LINES_HINT)
    return replies
