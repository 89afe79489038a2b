"""A scripted model with real tools: the way most tests drive the agent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devops_agent.agent import DevOpsAgent
from devops_agent.approval import Approver, Decision, Mode, Request
from devops_agent.backends.scripted import Scripted
from devops_agent.backends.toolcalls import Reply
from devops_agent.events import Answered, Event
from devops_agent.gate import Gate
from devops_agent.place import real_place
from devops_agent.policy import classify
from devops_agent.tools import default_tools
from devops_agent.tools.base import Workspace

ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"}


def says(tool: str, **arguments: Any) -> str:
    """A reply that is one well-formed call."""
    return "<tool_call>\n" + json.dumps({"name": tool, "arguments": arguments}) + "\n</tool_call>"


def runs(command: str) -> str:
    return says("bash", command=command)


def answers(text: str) -> str:
    return says("final_answer", answer=text)


@dataclass
class Asked:
    """An approver that gives prepared decisions and remembers what it was asked."""

    decisions: list[Decision] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Decision:
        self.requests.append(request)
        return self.decisions.pop(0) if self.decisions else Decision(allowed=True)


class Play:
    """One conversation between a scripted model and the agent, in a folder."""

    def __init__(
        self,
        folder: Path,
        *replies: str | Reply,
        mode: Mode = "never",
        approve: Approver | None = None,
        max_steps: int = 15,
        window: int = 8192,
        environment: dict[str, str] | None = None,
    ) -> None:
        environment = ENVIRONMENT if environment is None else environment
        self.model = Scripted(replies, window=window)
        self.asked = Asked()
        self.workspace = Workspace(folder, environment, folder / "state")
        gate = Gate(
            mode, approve or self.asked, lambda call: classify(call, real_place(self.workspace.folder, environment))
        )
        self.agent = DevOpsAgent(default_tools(self.workspace), self.model, gate=gate, max_steps=max_steps)

    def events(self, task: str = "look at my system", context: str = "") -> list[Event]:
        return list(self.agent.events(task, context))

    def answer(self, task: str = "look at my system", context: str = "") -> Answered:
        return next(event for event in self.events(task, context) if isinstance(event, Answered))

    def told(self, request: int = -1) -> str:
        """The last turn of a request: what the model was told right before its reply."""
        return self.model.requests[request][-1].content


def kinds(events: Sequence[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def only(events: Sequence[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]
