"""What the sub-commands of docker share."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from devops_agent.evaluation.worlds.docker.objects import Container, split_image
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World


class DockerWords:
    """Sub-commands, one method each: options to result."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def _container(self, name: str, prefix: str = "Error response from daemon: ") -> tuple[Container | None, Result]:
        container = self.world.docker.find(name)
        return container, Result() if container else fails(f"{prefix}No such container: {name}")

    def _each(self, options: Options, act: Callable[[Container], str | None]) -> Result:
        """Act on each container named; `act` gives a complaint or nothing."""
        out = err = ""
        for name in options.operands:
            container = self.world.docker.find(name)
            complaint = act(container) if container else f"No such container: {name}"
            if complaint:
                err += f"Error response from daemon: {complaint}\n"
            else:
                out += f"{name}\n"
        return Result(out, err, 1 if err else 0)


def tagged(name: str) -> str:
    return ":".join(split_image(name))


def no_image(name: str) -> str:
    repository, tag = split_image(name)
    if "/" in repository and "." in repository.split("/")[0]:
        return f'failed to resolve reference "{repository}:{tag}": {repository}:{tag}: not found'
    return (
        f"pull access denied for {repository}, repository does not exist or may require 'docker login': denied: "
        "requested access to the resource is denied"
    )
