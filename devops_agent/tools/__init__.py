"""What the model can do. A new tool is one file here and one line in `default_tools`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devops_agent.tools.base import Tool, Workspace


def default_tools(workspace: "Workspace") -> "list[Tool]":
    """The tools of every agent, in the fixed order in which the model reads of them."""
    from devops_agent.tools.get_env import GetEnv
    from devops_agent.tools.read_file import ReadFile
    from devops_agent.tools.shell import Bash
    from devops_agent.tools.write_file import WriteFile

    return [Bash(workspace), ReadFile(workspace), WriteFile(workspace), GetEnv(workspace)]
