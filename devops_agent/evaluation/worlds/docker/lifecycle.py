"""docker's sub-commands that make, start, stop and remove containers."""

from devops_agent.evaluation.render.sizes import decimal_size
from devops_agent.evaluation.worlds.docker.objects import Container, split_image
from devops_agent.evaluation.worlds.docker.words import DockerWords, no_image, tagged
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints

NO_NETWORK = (
    "failed to set up container networking: driver failed programming external connectivity on endpoint {name} ({id}): "
    "Bind for 0.0.0.0:{port} failed: port is already allocated"
)
CONFLICT = (
    'Error response from daemon: Conflict. The container name "/{name}" is already in use by container "{id}". '
    "You have to remove (or rename) that container to be able to reuse that name."
)


class Lifecycle(DockerWords):
    """run, start, stop, rm and their like."""

    def _clash(self, container: Container) -> int | None:
        """The port of the host that the container needs and another one has."""
        others = [one for one in self.world.docker.containers if one.up and one is not container]
        taken = {host for one in others for host, _ in one.ports}
        return next((host for host, _ in container.ports if host in taken), None)

    def _start(self, options: Options) -> Result:
        def act(container: Container) -> str | None:
            clash = self._clash(container)
            if clash is not None:
                return NO_NETWORK.format(name=container.name, id=container.id[:12], port=clash)
            if not container.up:
                self.world.docker.start(container)
            return None

        result = self._each(options, act)
        names = ", ".join(name for name in options.operands if f"{name}\n" not in result.out)
        summary = f"Error: failed to start containers: {names}\n" if result.err else ""
        return Result(result.out, result.err + summary, result.code)

    def _stop(self, options: Options) -> Result:
        def act(container: Container) -> None:
            if container.up:
                self.world.docker.stop(container, 143 if container.id[0] in "01234567" else 0)

        return self._each(options, act)

    def _kill(self, options: Options) -> Result:
        def act(container: Container) -> str | None:
            if not container.up:
                return f"cannot kill container: {container.name}: container {container.id} is not running"
            self.world.docker.stop(container, 137)
            return None

        return self._each(options, act)

    def _restart(self, options: Options) -> Result:
        return self._each(options, self.world.docker.start)

    def _pause(self, options: Options) -> Result:
        def act(container: Container) -> str | None:
            if container.state == "paused":
                return f"Container {container.id} is already paused"
            if container.state != "running":
                return f"Container {container.id} is not running"
            container.state = "paused"
            return None

        return self._each(options, act)

    def _unpause(self, options: Options) -> Result:
        def act(container: Container) -> str | None:
            if container.state != "paused":
                return f"Container {container.id} is not paused"
            container.state = "running"
            return None

        return self._each(options, act)

    def _rm(self, options: Options) -> Result:
        forced = options.has("-f", "--force")

        def act(container: Container) -> str | None:
            if container.up and not forced:
                state = "running" if container.state != "paused" else "paused"
                return (
                    f'cannot remove container "{container.name}": container is {state}: '
                    "stop the container before removing or force remove"
                )
            self.world.docker.remove(container)
            return None

        return self._each(options, act)

    def _rename(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        new = options.operand(1)
        if not container:
            return missing
        other = self.world.docker.find(new)
        if other:
            return fails(CONFLICT.format(name=new, id=other.id))
        container.name = new
        return Result()

    def _update(self, options: Options) -> Result:
        def act(container: Container) -> None:
            container.restart_policy = options.get("--restart", default=container.restart_policy)

        return self._each(options, act)

    def _run(self, options: Options) -> Result:
        host, image, name = self.world.docker, options.operand(0), options.get("--name")
        taken = host.find(name) if name else None
        if taken:
            return _not_run(f"docker: {CONFLICT.format(name=name, id=taken.id)}")
        if split_image(image)[0] in host.remote_missing:
            refusal = f"docker: Error response from daemon: {no_image(image)}"
            return _not_run(f"Unable to find image '{tagged(image)}' locally\n{refusal}")
        container = host.add("plain", name or f"{host.values.name()}_{host.values.name()}", image)
        container.age, container.since = 2, host.moment()
        container.restart_policy = options.get("--restart", default="no")
        container.ports = [_published(pair) for pair in options.all("-p", "--publish")]
        container.network = options.get("--network", default="bridge")
        container.env |= dict(pair.partition("=")[::2] for pair in options.all("-e", "--env"))
        clash = self._clash(container)
        if clash is not None:
            container.state = "created"
            refusal = NO_NETWORK.format(name=container.name, id=container.id, port=clash)
            return _not_run(f"docker: Error response from daemon: {refusal}", f"{container.id}\n")
        return prints(container.id)

    def _container_prune(self, options: Options) -> Result:
        gone = [one for one in self.world.docker.containers if not one.up]
        for one in gone:
            self.world.docker.remove(one)
        listed = "Deleted Containers:\n" + "".join(f"{one.id}\n" for one in gone) + "\n" if gone else ""
        return prints(f"{listed}Total reclaimed space: {decimal_size(48_213 * len(gone))}")


def _not_run(why: str, out: str = "") -> Result:
    return Result(out, f"{why}\n\nRun 'docker run --help' for more information\n", 125)


def _published(pair: str) -> tuple[int, int]:
    host, inner = pair.split(":")[-2:]
    return int(host), int(inner)
