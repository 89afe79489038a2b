"""What a tool is. One noun a file; `default_tools` in this folder's `__init__` lists them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from devops_agent.events import ToolResult, Watch, ignore
from devops_agent.tools.environment import child_environment

Parameters = Mapping[str, Mapping[str, Any]]
"""Argument name -> {"type": JSON type, "description": text, "nullable": True when it may be left out}."""


@dataclass(frozen=True)
class Terms:
    """On what terms a command runs.

    It inherits `environment`; `rules` is the descriptor of a Landlock ruleset that takes rights away (None: it keeps
    them all), and `offline` gives it a network without any interface where the system can.
    """

    environment: Mapping[str, str]
    rules: int | None = None
    offline: bool = False


def full_rights(workspace: "Workspace", command: str) -> Terms:
    """The terms of a workspace that nobody guards."""
    return Terms(child_environment(workspace.environment))


@dataclass
class Workspace:
    """Where the tools work: the folder (which `cd` moves), the user's environment, and who watches.

    `timeout` is in seconds, for one command, and `grace` what it then gets to stop by itself; `observation_limit` is
    how many characters a model reads at once, and `redact` takes secrets out before a cut could halve them. `unasked`
    says that the call that runs now is a plain read which nobody was asked about, `undoable` that the way back from it
    is kept; `terms` decides what a command gets.
    """

    folder: Path
    environment: Mapping[str, str]
    state_folder: Path
    timeout: float = 120.0
    grace: float = 2.0
    watch: Watch = field(default=ignore)
    observation_limit: int = 8000
    redact: Callable[[str], str] = str
    unasked: bool = False
    undoable: bool = True
    terms: "Callable[[Workspace, str], Terms]" = full_rights

    def resolve(self, path: str) -> Path:
        """The absolute path a tool argument means: `~` is the user's home, relative paths start at `folder`.

        Raises ValueError for a path that no system could have.
        """
        if "\0" in path:
            raise ValueError("the path contains a NUL character")
        home = self.environment.get("HOME", "")
        if home and (path == "~" or path.startswith("~/")):
            path = home + path[1:]
        return Path(self.folder, path)


class Interrupted(KeyboardInterrupt):
    """The user pressed Ctrl-C while a tool ran. `result` is what the tool had given by then."""

    def __init__(self, result: ToolResult) -> None:
        super().__init__()
        self.result = result


class Tool(ABC):
    """One thing the model can do. Arguments arrive checked against `parameters`; failures are results, not errors."""

    name: ClassVar[str]
    description: ClassVar[str]
    parameters: ClassVar[Parameters]

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @abstractmethod
    def run(self, *_: Any, **arguments: Any) -> ToolResult:
        """Do it, and say what happened."""

    def preview(self, *_: Any, **arguments: Any) -> str:
        """What a human should see before saying yes, beyond the arguments themselves; "" for nothing."""
        return ""

    def close(self) -> None:  # noqa: B027 (most tools hold nothing)
        """Give back processes and files. The tool can still be used afterwards."""
