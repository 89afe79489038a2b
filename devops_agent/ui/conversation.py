"""The agent as a conversation at a screen sees it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from devops_agent.agent import DevOpsAgent
from devops_agent.approval import Mode
from devops_agent.backends import open_backend
from devops_agent.events import Event
from devops_agent.sessions.undo import UndoStore
from devops_agent.settings import Settings
from devops_agent.undoing import run_back


class AgentConversation:
    """What `slash_commands.Conversation` asks for, answered by a `DevOpsAgent` that was made from `settings`."""

    def __init__(self, agent: DevOpsAgent, settings: Settings) -> None:
        self._agent = agent
        self._settings = settings

    @property
    def mode(self) -> Mode:
        return self._agent.gate.mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._agent.gate.mode = mode

    @property
    def environment(self) -> Mapping[str, str]:
        return self._agent.gate.guard.environment or self._settings.environment

    @property
    def model_name(self) -> str:
        return str(self._agent.model.model_id)

    @property
    def tool_descriptions(self) -> Mapping[str, str]:
        return {name: tool.description for name, tool in self._agent.our_tools.items()}

    def events(self, task: str) -> Iterator[Event]:
        return self._agent.events(task)

    def redact(self, text: str) -> str:
        return self._agent.redact(text)

    def clear(self) -> None:
        self._agent.clear()

    def use_model(self, name: str) -> None:
        """Go on with another model of the same backend. Raises BackendError."""
        before = self._agent.model
        model = open_backend(replace(self._settings, model=name))
        model.watch, model.tools = before.watch, before.tools
        self._agent.model = model
        before.close()

    def undo(self, draw: Callable[[Event], None]) -> str:
        store = UndoStore(self._settings.state_folder)
        entry = store.entry()
        if not entry.command:
            return store.undo(entry.number)
        done = run_back(entry, store, self._agent, draw)
        return f"{'taken back' if done else 'not taken back'}: {entry.command}"

    def parting(self, *, always: bool) -> str:
        return self._agent.journal.parting(always=always)
