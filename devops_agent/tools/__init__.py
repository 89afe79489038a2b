"""What the model can do. A new tool is one file here and one line in `default_tools`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from devops_agent.tools.base import Tool, Workspace


def default_tools(workspace: "Workspace", redact: "Callable[[str], str] | None" = None) -> "list[Tool]":
    """The tools of every agent, in the fixed order in which the model reads of them.

    With `redact`, which finds secrets, the shell keeps the way back from each change that it understands.
    """
    from devops_agent.tools.get_env import GetEnv
    from devops_agent.tools.read_file import ReadFile
    from devops_agent.tools.reversible import ReversibleBash
    from devops_agent.tools.shell import Bash
    from devops_agent.tools.write_file import WriteFile

    bash = ReversibleBash(workspace, redact) if redact else Bash(workspace)
    return [bash, ReadFile(workspace), WriteFile(workspace), GetEnv(workspace)]
