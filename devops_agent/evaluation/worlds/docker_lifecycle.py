"""docker's sub-commands that make, start, stop and remove containers."""

from devops_agent.evaluation.render.sizes import decimal_size
from devops_agent.evaluation.worlds.docker_objects import Container, split_image
from devops_agent.evaluation.worlds.docker_words import DockerWords, no_image, tagged
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints


class Lifecycle(DockerWords):
    """run, start, stop, rm and their like."""

    def _start(self, options: Options) -> Result:
        def act(container: Container) -> str:
            taken = {
                host for one in self.world.docker.containers if one.up and one is not container for host, _ in one.ports
            }
            clash = next((host for host, _ in container.ports if host in taken), None)
            if clash is not None:
                return (
                    f"failed to set up container networking: driver failed programming external connectivity on endpoint "
                    f"{container.name} ({container.id[:12]}): Bind for 0.0.0.0:{clash} failed: port is already allocated"
                )
            if not container.up:
                self.world.docker.start(container)
            return ""

        result = self._each(options, act)
        names = ", ".join(name for name in options.operands if f"{name}\n" not in result.out)
        return Result(
            result.out,
            result.err + (f"Error: failed to start containers: {names}\n" if result.err else ""),
            result.code,
        )

    def _stop(self, options: Options) -> Result:
        return self._each(
            options,
            lambda one: self.world.docker.stop(one, 143 if one.id[0] in "01234567" else 0) or "" if one.up else "",
        )

    def _kill(self, options: Options) -> Result:
        def act(container: Container) -> str:
            if not container.up:
                return f"cannot kill container: {container.name}: container {container.id} is not running"
            return self.world.docker.stop(container, 137) or ""

        return self._each(options, act)

    def _restart(self, options: Options) -> Result:
        return self._each(options, lambda one: self.world.docker.start(one) or "")

    def _pause(self, options: Options) -> Result:
        def act(container: Container) -> str:
            if container.state == "paused":
                return f"Container {container.id} is already paused"
            if container.state != "running":
                return f"Container {container.id} is not running"
            container.state = "paused"
            return ""

        return self._each(options, act)

    def _unpause(self, options: Options) -> Result:
        def act(container: Container) -> str:
            if container.state != "paused":
                return f"Container {container.id} is not paused"
            container.state = "running"
            return ""

        return self._each(options, act)

    def _rm(self, options: Options) -> Result:
        forced = options.has("-f", "--force")

        def act(container: Container) -> str:
            if container.up and not forced:
                state = "running" if container.state != "paused" else "paused"
                return (
                    f'cannot remove container "{container.name}": container is {state}: '
                    "stop the container before removing or force remove"
                )
            return self.world.docker.remove(container) or ""

        return self._each(options, act)

    def _rename(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        new = options.operand(1)
        if not container:
            return missing
        other = self.world.docker.find(new)
        if other:
            return fails(
                f'Error response from daemon: Conflict. The container name "/{new}" is already in use by container '
                f'"{other.id}". You have to remove (or rename) that container to be able to reuse that name.'
            )
        container.name = new
        return Result()

    def _update(self, options: Options) -> Result:
        return self._each(
            options,
            lambda one: setattr(one, "restart_policy", options.get("--restart", default=one.restart_policy)) or "",
        )

    def _run(self, options: Options) -> Result:
        host, image, name = self.world.docker, options.operand(0), options.get("--name")
        taken = host.find(name) if name else None
        if taken:
            return Result(
                "",
                f'docker: Error response from daemon: Conflict. The container name "/{name}" is already in use by container '
                f'"{taken.id}". You have to remove (or rename) that container to be able to reuse that name.\n\n'
                "Run 'docker run --help' for more information\n",
                125,
            )
        if split_image(image)[0] in host.remote_missing:
            return Result(
                "",
                f"Unable to find image '{tagged(image)}' locally\ndocker: Error response from daemon: {no_image(image)}\n\nRun 'docker run --help' for more information\n",
                125,
            )
        container = host.add("plain", name or f"{host.values.name()}_{host.values.name()}", image)
        container.age, container.since, container.restart_policy = 1, 1, options.get("--restart", default="no")
        container.ports = [tuple(map(int, pair.split(":")[-2:])) for pair in options.all("-p", "--publish")]  # type: ignore[misc]
        container.network = options.get("--network", default="bridge")
        container.env |= dict(pair.partition("=")[::2] for pair in options.all("-e", "--env"))
        clash = next(
            (
                port
                for port, _ in container.ports
                if any(
                    port == taken
                    for one in host.containers
                    if one is not container and one.up
                    for taken, _ in one.ports
                )
            ),
            None,
        )
        if clash is not None:
            container.state = "created"
            return Result(
                f"{container.id}\n",
                f"docker: Error response from daemon: failed to set up container networking: driver failed programming external "
                f"connectivity on endpoint {container.name} ({container.id}): Bind for 0.0.0.0:{clash} failed: port is "
                "already allocated\n\nRun 'docker run --help' for more information\n",
                125,
            )
        return prints(container.id)

    def _container_prune(self, options: Options) -> Result:
        gone = [one for one in self.world.docker.containers if not one.up]
        for one in gone:
            self.world.docker.remove(one)
        listed = "Deleted Containers:\n" + "".join(f"{one.id}\n" for one in gone) + "\n" if gone else ""
        return prints(f"{listed}Total reclaimed space: {decimal_size(48_213 * len(gone))}")
