"""A model for runs in which nobody asks one: the user chose the call."""

from collections.abc import Sequence

from devops_agent.backends.base import ChatModel
from devops_agent.backends.toolcalls import Reply
from devops_agent.errors import BackendError
from devops_agent.transcript import Message


class SilentModel(ChatModel):
    """A model that loads nothing and has nothing to say."""

    def __init__(self) -> None:
        super().__init__(model_id="none", window=0)

    def reply(self, messages: Sequence[Message]) -> Reply:
        raise BackendError("this run has no model")
