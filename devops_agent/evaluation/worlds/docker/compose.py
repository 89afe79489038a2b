"""`docker compose`, answered by a made-up host."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from devops_agent.evaluation.render import docker as render
from devops_agent.evaluation.render.tables import docker_table
from devops_agent.evaluation.worlds.docker.objects import ComposeProject, Container
from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


class Compose:
    """Sub-commands of `docker compose`, one method each."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def run(self, words: list[str]) -> Result:
        folder = self.world.cwd
        if words[:1] == ["-f"]:
            folder, words = self.world.files.absolute(folder, words[1]).rpartition("/")[0], words[2:]
        name, rest = (words[0], words[1:]) if words else ("help", [])
        if name == "ls":
            return self._ls(read_options(rest))
        if name == "version":
            return prints("Docker Compose version v2.36.2")
        handler: Callable[[ComposeProject, Options], Result] | None = getattr(self, f"_{name}", None)
        if handler is None:
            return fails(
                f"unknown docker command: \"compose {name}\"\n\nRun 'docker compose --help' for more information"
            )
        project = self.world.docker.projects.get(folder)
        if project is None:
            return fails("no configuration file provided: not found")
        return handler(project, read_options(rest, "-n --tail --scale --since"))

    def _ls(self, options: Options) -> Result:
        rows = [("NAME", "STATUS", "CONFIG FILES")]
        for project in self.world.docker.projects.values():
            up = sum(one.state == "running" for one in self.world.docker.of_project(project))
            if up:
                rows.append((project.name, f"running({up})", f"{project.folder}/compose.yaml"))
        return Result(docker_table(rows))

    def _ps(self, project: ComposeProject, options: Options) -> Result:
        found = self.world.docker.of_project(project)
        shown = [one for one in found if one.up or options.has("-a", "--all")]
        return Result(render.compose_table(shown))

    def _unknown(self, project: ComposeProject, options: Options) -> Result | None:
        unknown = next((name for name in options.operands if name not in project.services), None)
        return fails(f"no such service: {unknown}") if unknown else None

    def _logs(self, project: ComposeProject, options: Options) -> Result:
        if refusal := self._unknown(project, options):
            return refusal
        found = [
            one
            for one in self.world.docker.of_project(project)
            if not options.operands or one.service in options.operands
        ]
        width = max((len(one.service) + 2 for one in found), default=0)
        count = options.get("--tail", "-n")
        lines = []
        for one in found:
            kept = one.logs[-int(count) :] if count.isdigit() else one.logs
            lines += [f"{one.service + '-1':<{width}}  | {line}" for line in kept]
        return prints("\n".join(lines))

    def _up(self, project: ComposeProject, options: Options) -> Result:
        if refusal := self._unknown(project, options):
            return refusal
        host = self.world.docker
        lines = []
        if all(network.name != f"{project.name}_default" for network in host.networks):
            lines += [f" Network {project.name}_default  Creating", f" Network {project.name}_default  Created"]
        for service in options.operands or project.services:
            found = next((one for one in host.of_project(project) if one.service == service), None)
            name = f"{project.name}-{service}-1"
            if found and found.state == "running":
                lines.append(f" Container {name}  Running")
                continue
            lines += [] if found else [f" Container {name}  Creating", f" Container {name}  Created"]
            lines += [f" Container {name}  Starting", f" Container {name}  Started"]
            one = found or host.add_service(project, service)
            host.start(one)
            one.age = one.age if found else 1
        return _progress(lines)

    def _down(self, project: ComposeProject, options: Options) -> Result:
        host, lines = self.world.docker, []
        for one in host.of_project(project):
            lines += [f" Container {one.name}  Stopping", f" Container {one.name}  Stopped"] if one.up else []
            lines += [f" Container {one.name}  Removing", f" Container {one.name}  Removed"]
            host.remove(one)
        network = next((one for one in host.networks if one.name == f"{project.name}_default"), None)
        if network:
            host.networks.remove(network)
            lines += [f" Network {network.name}  Removing", f" Network {network.name}  Removed"]
        return _progress(lines)

    def _restart(self, project: ComposeProject, options: Options) -> Result:
        if refusal := self._unknown(project, options):
            return refusal
        lines = []
        for one in self._named(project, options):
            self.world.docker.start(one)
            lines += [f" Container {one.name}  Restarting", f" Container {one.name}  Started"]
        return _progress(lines)

    def _stop(self, project: ComposeProject, options: Options) -> Result:
        if refusal := self._unknown(project, options):
            return refusal
        lines = []
        for one in self._named(project, options):
            if one.up:
                self.world.docker.stop(one, 0)
                lines += [f" Container {one.name}  Stopping", f" Container {one.name}  Stopped"]
        return _progress(lines)

    def _named(self, project: ComposeProject, options: Options) -> list[Container]:
        """The containers of the services that were named, or of all."""
        wanted = options.operands
        return [one for one in self.world.docker.of_project(project) if not wanted or one.service in wanted]

    def _config(self, project: ComposeProject, options: Options) -> Result:
        if options.has("--services"):
            return prints("\n".join(project.services))
        lines = [f"name: {project.name}", "services:"]
        for service, (image, ports) in sorted(project.services.items()):
            lines += [f"  {service}:", f"    image: {image}"]
            for host, inner in ports:
                lines += [
                    "    ports:",
                    "      - mode: ingress",
                    f"        target: {inner}",
                    f'        published: "{host}"',
                    "        protocol: tcp",
                ]
        return prints("\n".join(lines))

    def _pull(self, project: ComposeProject, options: Options) -> Result:
        lines = [
            line
            for service in options.operands or project.services
            for line in (f" {service} Pulling ", f" {service} Pulled ")
        ]
        return _progress(lines)


def _progress(lines: list[str]) -> Result:
    """What Compose reports of its work, on standard error."""
    return Result("", "".join(f"{line}\n" for line in lines), 0)
