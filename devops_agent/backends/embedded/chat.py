"""The model in this process as smolagents and the agent see it."""

from collections.abc import Sequence

from devops_agent.backends.base import ChatModel
from devops_agent.backends.embedded.model_file import find_model
from devops_agent.backends.embedded.speaker import Question, Speaker, temperature_of
from devops_agent.backends.toolcalls import Reply
from devops_agent.settings import Settings
from devops_agent.transcript import Message


class EmbeddedChat(ChatModel):
    """A smolagents model that runs inside this process."""

    def __init__(self, speaker: Speaker, settings: Settings) -> None:
        super().__init__(model_id=speaker.name, window=speaker.window)
        self._speaker = speaker
        self._temperature = temperature_of(settings)

    @classmethod
    def open(cls, settings: Settings) -> "EmbeddedChat":
        """Load the model these settings name. Raises BackendError when it cannot run here."""
        return cls(Speaker(settings, find_model(settings)), settings)

    def reply(self, messages: Sequence[Message]) -> Reply:
        """Ask the model once; see `ChatModel.reply`."""
        temperature = self.sampling.temperature(self._temperature)
        return self._speaker.reply(Question(messages, self.tools, temperature), self.watch)

    def cancel(self) -> None:
        """Stop a `reply` that is under way in another thread, at once; it raises CancelledError."""
        self._speaker.cancel()

    def close(self) -> None:
        """Give back the engine and its files."""
        self._speaker.close()
