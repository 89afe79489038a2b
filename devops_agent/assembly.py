"""Puts an agent together from settings. The one place that knows every part."""

from pathlib import Path

from devops_agent.agent import DevOpsAgent
from devops_agent.approval import Approver, Mode
from devops_agent.backends import open_backend
from devops_agent.events import Watch
from devops_agent.gate import Gate
from devops_agent.guard.session import SessionGuard
from devops_agent.rules.book import open_rules
from devops_agent.settings import Settings
from devops_agent.tools import default_tools
from devops_agent.tools.base import Workspace


def open_agent(settings: Settings, approve: Approver, watch: Watch) -> DevOpsAgent:
    """An agent with the default tools that works in the current folder. Raises DevOpsAgentError."""
    workspace = Workspace(
        folder=Path.cwd(),
        environment=settings.environment,
        state_folder=settings.state_folder,
        timeout=settings.timeout,
        watch=watch,
    )
    rules = open_rules(settings.configuration_folder, workspace.folder)
    model = open_backend(settings)
    model.watch = watch
    guard = SessionGuard(workspace, rules, settings.protect)
    gate = Gate(mode_of(settings), approve, guard.judge, guard)
    return DevOpsAgent(default_tools(workspace), model, gate=gate, max_steps=settings.max_steps)


def mode_of(settings: Settings) -> Mode:
    """The mode these settings ask for; read-only is stronger than any approval."""
    if settings.read_only:
        return "read-only"
    modes: dict[str, Mode] = {"always": "always", "changes": "changes", "never": "never"}
    return modes[settings.approval]
