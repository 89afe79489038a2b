"""What a tool is. One noun a file; `default_tools` in this folder's `__init__` lists them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from devops_agent.events import ToolResult, Watch, ignore

Parameters = Mapping[str, Mapping[str, Any]]
"""Argument name -> {"type": JSON type, "description": text, "nullable": True when it may be left out}."""


@dataclass
class Workspace:
    """Where the tools work: the folder (which `cd` moves), what children inherit, and who watches."""

    folder: Path
    environment: Mapping[str, str]
    state_folder: Path
    timeout: float = 120.0
    watch: Watch = field(default=ignore)

    def resolve(self, path: str) -> Path:
        """The absolute path a tool argument means: `~` is the user's home, relative paths start at `folder`."""
        home = self.environment.get("HOME", "")
        if home and (path == "~" or path.startswith("~/")):
            path = home + path[1:]
        return Path(self.folder, path)


class Tool(ABC):
    """One thing the model can do. Arguments arrive checked against `parameters`; failures are results, not exceptions."""

    name: ClassVar[str]
    description: ClassVar[str]
    parameters: ClassVar[Parameters]

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @abstractmethod
    def run(self, **arguments: Any) -> ToolResult:
        """Do it, and say what happened."""

    def preview(self, **arguments: Any) -> str:
        """What a human should see before saying yes, beyond the arguments themselves; "" for nothing."""
        return ""
