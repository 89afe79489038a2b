"""The whole agent as the program assembles it, with a scripted model and an approver that notes what it was asked."""

from collections.abc import Iterator
from pathlib import Path

from devops_agent.agent import DevOpsAgent
from devops_agent.assembly import open_agent
from devops_agent.backends.scripted import Scripted
from devops_agent.events import Live, OutputSeen
from devops_agent.secrets import Redactor
from devops_agent.settings import Settings
from tests.playing import Asked


class Guarded:
    """An agent in the current folder. `replies` may look at `model.requests` when it is asked for the next one."""

    def __init__(self, script: Path, replies: Iterator[str], **settings: object) -> None:
        script.touch()
        self.settings = Settings.load({"backend": "scripted", "script": str(script), "approval": "never", **settings})
        self.redactor = Redactor.of(self.settings.environment)
        self.asked = Asked()
        self.notes: list[str] = []
        self.live = ""
        self.agent: DevOpsAgent = open_agent(self.settings, self.asked, self._watch, self.redactor, self.notes.append)
        self.model = Scripted(replies)
        self.model.tools = self.agent.model.tools
        self.agent.model = self.model

    def _watch(self, live: Live) -> None:
        if isinstance(live, OutputSeen):
            self.live += live.text

    def told(self, request: int = -1) -> str:
        """The last turn of a request."""
        return self.model.requests[request][-1].content
