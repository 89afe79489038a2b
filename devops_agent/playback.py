"""An agent whose calls get the outputs of a kept session; nothing is run."""

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from devops_agent.agent import DevOpsAgent
from devops_agent.approval import allow_all
from devops_agent.backends import open_backend
from devops_agent.events import Call, Observed, Proposed, ToolResult, Verdict, Watch
from devops_agent.gate import Gate
from devops_agent.loops import fingerprint
from devops_agent.place import current_folder
from devops_agent.sessions.library import KeptTask
from devops_agent.settings import Settings
from devops_agent.tools import default_tools
from devops_agent.tools.base import Tool, Workspace

NOT_RECORDED = "[not run: a replay has only the outputs that were recorded, and this call was not made]"


class Recording:
    """The outcomes of a session's calls, by call, in their order; the last one of a call is given again and again."""

    def __init__(self, tasks: Iterable[KeptTask]) -> None:
        self._results: dict[str, deque[ToolResult]] = defaultdict(deque)
        self._verdicts: dict[str, Verdict] = {}
        for task in tasks:
            proposed = None
            for event in task.events:
                if isinstance(event, Proposed):
                    proposed = event
                    self._verdicts[fingerprint(event.call)] = event.verdict
                elif isinstance(event, Observed) and proposed:
                    for one in {fingerprint(proposed.call), fingerprint(event.call)}:  # as asked for, as it ran
                        self._results[one].append(event.result)

    def result(self, call: Call) -> ToolResult:
        results = self._results.get(fingerprint(call))
        if not results:
            return ToolResult(NOT_RECORDED, ok=False)
        return results.popleft() if len(results) > 1 else results[0]

    def verdict(self, call: Call) -> Verdict:
        return self._verdicts.get(fingerprint(call), Verdict("CHANGE"))


def open_playback(tasks: Iterable[KeptTask], settings: Settings, watch: Watch) -> DevOpsAgent:
    """An agent with the model of these settings and the tools of the recording. Raises DevOpsAgentError."""
    recording = Recording(tasks)
    workspace = Workspace(current_folder(), {}, settings.state_folder)
    model = open_backend(settings)
    model.watch = watch
    gate = Gate("never", allow_all, recording.verdict)
    tools = [_played(tool, recording) for tool in default_tools(workspace)]
    return DevOpsAgent(tools, model, gate=gate, max_steps=settings.max_steps)


def _played(tool: Tool, recording: Recording) -> Tool:
    class Played(Tool):
        """A tool that only remembers."""

        name = tool.name
        description = tool.description
        parameters = tool.parameters

        def run(self, **arguments: Any) -> ToolResult:
            return recording.result(Call(tool.name, arguments))

    return Played(tool.workspace)
