"""What the programs about files share."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World


class FileWords:
    """Programs, one method each: words and standard input to result."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.files = world.files

    def _path(self, name: str) -> str:
        return self.files.absolute(self.world.cwd, name)

    def _globbed(self, names: list[str]) -> list[str]:
        return [path for name in names for path in self.files.matching(self.world.cwd, name)]
