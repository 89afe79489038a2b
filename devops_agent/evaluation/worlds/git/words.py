"""What the sub-commands of git share."""

from typing import TYPE_CHECKING

from devops_agent.evaluation.worlds.git.repository import Git

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World


class GitWords:
    """Sub-commands, one method each: options to result."""

    def __init__(self, world: "World") -> None:
        self.world = world

    @property
    def git(self) -> Git:
        return self.world.git
