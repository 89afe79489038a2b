"""The tool `get_env`: one variable of the user's environment, unless it looks like a secret."""

from typing import ClassVar

from devops_agent.events import ToolResult
from devops_agent.secrets.names import is_secret
from devops_agent.text import printable
from devops_agent.tools.base import Parameters, Tool
from devops_agent.tools.observation import cut


class GetEnv(Tool):
    """Reads a variable; of a secret, only whether it is set and how long it is."""

    name: ClassVar[str] = "get_env"
    description: ClassVar[str] = "Read an environment variable. Secrets are hidden."
    parameters: ClassVar[Parameters] = {"key": {"type": "string", "description": "The variable's name."}}

    def run(self, key: str) -> ToolResult:
        value = self.workspace.environment.get(key)
        if value is None:
            return ToolResult("[not set]")
        if not value:
            return ToolResult("[set, empty]")
        size = len(value.encode("utf-8", "surrogateescape"))
        if is_secret(key, value):
            return ToolResult(f"[set, {len(value)} characters, hidden]", size=size)
        text, truncated = cut(printable(value), self.workspace.observation_limit)
        return ToolResult(text, size=size, truncated=truncated)
