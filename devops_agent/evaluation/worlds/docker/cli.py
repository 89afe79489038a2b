"""The docker client, answered by a made-up host."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from devops_agent.evaluation.worlds.docker.compose import Compose
from devops_agent.evaluation.worlds.docker.images import Images
from devops_agent.evaluation.worlds.docker.lifecycle import Lifecycle
from devops_agent.evaluation.worlds.docker.looking import Looking
from devops_agent.evaluation.worlds.docker.storage import Storage
from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World

VALUED = (
    "-f --filter --format --name -p --publish -v --volume -e --env --network --restart -t --tag --time -m "
    "--memory --cpus "
    "-n --tail --since --until -w -u --user --entrypoint --env-file --last"
)
DOWN = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
DENIED = (
    "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: "
    'Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/{path}": dial unix /var/run/docker.sock: connect: permission denied'
)
_GROUPS = {"volume", "network", "system", "container", "image"}
_SAME = {
    "container ls": "ps",
    "image ls": "images",
    "container stop": "stop",
    "container start": "start",
    "image rm": "rmi",
    "container rm": "rm",
    "container logs": "logs",
    "container inspect": "inspect",
    "container restart": "restart",
}
Handler = Callable[[Options], Result]


class DockerCli(Looking, Lifecycle, Images, Storage):
    """The client: what is wrong with the engine, else the sub-command."""

    def __init__(self, world: "World") -> None:
        super().__init__(world)
        self.compose = Compose(world)

    def run(self, words: list[str], stdin: str) -> Result:
        host = self.world.docker
        if words[:1] == ["--version"]:
            return prints("Docker version 28.2.2, build e6534b4")
        if host.problem == "down":
            return fails(DOWN)
        if host.problem == "denied":
            path = "containers/json" if words[:1] == ["ps"] else "info"
            return fails(DENIED.format(path=path))
        if words[:1] == ["compose"]:
            return self.compose.run(words[1:])
        return self._dispatch(words)

    def _dispatch(self, words: list[str]) -> Result:
        if words and words[0] in _GROUPS and len(words) > 1:
            words = [f"{words[0]} {words[1]}", *words[2:]]
        words = [_SAME.get(words[0], words[0]), *words[1:]] if words else ["help"]
        handler: Handler | None = getattr(self, f"_{words[0].replace(' ', '_')}", None)
        if handler is None:
            name = words[0].split()[0]
            return fails(f"docker: unknown command: docker {name}\n\nRun 'docker --help' for more information")
        valued = VALUED if words[0] not in ("logs", "rm", "kill", "compose", "tag") else VALUED.replace("-f ", "")
        if words[0] in ("run", "exec", "create"):
            words = _before_inner_command(words, VALUED)
        return handler(read_options(words[1:], valued))


def _before_inner_command(words: list[str], valued: str) -> list[str]:
    """End the options where the image or container is named: what follows belongs to the inner command."""
    takes_value = set(valued.replace("-f --filter", "").replace("-n --tail", "").split())
    index = 1
    while index < len(words) and words[index].startswith("-"):
        index += 2 if words[index] in takes_value else 1
    return [*words[:index], "--", *words[index:]]
