"""The docker client, answered by a made-up host."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from devops_agent.evaluation.render import docker as render
from devops_agent.evaluation.render.sizes import decimal_size
from devops_agent.evaluation.worlds.compose_cli import Compose
from devops_agent.evaluation.worlds.docker_host import Container, Network, split_image
from devops_agent.evaluation.worlds.go_template import render_template
from devops_agent.evaluation.worlds.inspection import inspected
from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World

VALUED = (
    "-f --filter --format --name -p --publish -v --volume -e --env --network --restart -t --tag --time -m --memory --cpus "
    "-n --tail --since --until -w -u --user --entrypoint --env-file --last"
)
DOWN = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
DENIED = (
    "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: "
    'Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/{path}": dial unix /var/run/docker.sock: connect: permission denied'
)
Handler = Callable[[Options], Result]


class DockerCli:
    """Sub-commands of `docker`, one method each."""

    def __init__(self, world: "World") -> None:
        self.world = world
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

    def _ps(self, options: Options) -> Result:
        shown = [
            one
            for one in self.world.docker.containers
            if options.has("-a", "--all") or one.up or options.has("-f", "--filter")
        ]
        for condition in options.all("-f", "--filter"):
            shown = [one for one in shown if _fits(one, condition)]
        if options.has("-f", "--filter") and not options.has("-a", "--all") and "status=" not in str(options.given):
            shown = [one for one in shown if one.up]
        if options.has("-l", "-n", "--last"):
            shown = shown[: int(options.get("-n", "--last", default="1"))]
        if options.has("-q"):
            return prints("\n".join(one.id[:12] for one in shown))
        if options.has("--format"):
            return prints("\n".join(_formatted(one, options.get("--format")) for one in shown))
        return Result(render.containers_table(shown))

    def _logs(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        if not container:
            return missing
        count = options.get("--tail", "-n")
        lines = container.logs[-int(count) :] if count.isdigit() else container.logs
        return prints("\n".join(lines))

    def _container(self, name: str, prefix: str = "Error response from daemon: ") -> tuple[Container | None, Result]:
        container = self.world.docker.find(name)
        return container, Result() if container else fails(f"{prefix}No such container: {name}")

    def _inspect(self, options: Options) -> Result:
        name = options.operand(0)
        container = self.world.docker.find(name)
        if container is None:
            return Result("[]\n", f"Error: No such object: {name}\n", 1)
        description = inspected(container, self.world.now)
        template = options.get("-f", "--format")
        if template:
            return prints(render_template(template, description))
        return prints(json.dumps([description], indent=4))

    def _each(self, options: Options, act: Callable[[Container], str]) -> Result:
        """Act on each container named; `act` gives a complaint or nothing."""
        out = err = ""
        for name in options.operands:
            container = self.world.docker.find(name)
            complaint = act(container) if container else f"No such container: {name}"
            if complaint:
                err += f"Error response from daemon: {complaint}\n"
            else:
                out += f"{name}\n"
        if err and any(options.given) is False and out == "" and len(options.operands) > 0:
            err += ""
        return Result(out, err, 1 if err else 0)

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
                f"Unable to find image '{_tagged(image)}' locally\ndocker: Error response from daemon: {_no_image(image)}\n\nRun 'docker run --help' for more information\n",
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

    def _exec(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        if not container:
            return missing
        if container.state != "running":
            return fails(f"Error response from daemon: container {container.id} is not running")
        return self._inside(container, options.operands[1:])

    def _inside(self, container: Container, words: list[str]) -> Result:
        if words[0] in ("env", "printenv"):
            wanted = {
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOSTNAME": container.id[:12],
                **container.env,
                "HOME": "/root",
            }
            if len(words) > 1:
                return prints(wanted[words[1]]) if words[1] in wanted else Result("", "", 1)
            return prints("\n".join(f"{key}={value}" for key, value in wanted.items()))
        if words[0] == "hostname":
            return prints(container.id[:12])
        if words[0] == "ls":
            return prints("\n".join(sorted(self.world.source(container.id).different(4))))
        if words[0] == "nginx" and "-t" in words:
            return Result(
                "",
                "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n",
                0,
            )
        return Result(
            "",
            f'OCI runtime exec failed: exec failed: unable to start container process: exec: "{words[0]}": executable file not found in $PATH: unknown\n',
            127,
        )

    def _port(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        if not container:
            return missing
        return prints(
            "\n".join(
                f"{inner}/tcp -> {where}:{host}" for host, inner in container.ports for where in ("0.0.0.0", "[::]")
            )
        )

    def _top(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        if not container:
            return missing
        if container.state != "running":
            return fails(f"Error response from daemon: container {container.id} is not running")
        head = f"{'UID':<20}{'PID':<20}{'PPID':<20}{'C':<20}{'STIME':<20}{'TTY':<20}{'TIME':<20}CMD"
        pid = 1000 + int(container.id[:4], 16) % 60000
        row = f"{'root':<20}{pid:<20}{pid - 22:<20}{0:<20}{'09:12':<20}{'?':<20}{'00:00:03':<20}{container.command.rstrip('…')}"
        return prints(f"{head}\n{row}")

    def _stats(self, options: Options) -> Result:
        named = [self._container(name)[0] for name in options.operands]
        if None in named:
            return fails(f"Error response from daemon: No such container: {options.operands[named.index(None)]}")
        shown = [one for one in named if one] or [one for one in self.world.docker.containers if one.up]
        return Result(render.stats_table(shown, self.world.docker.total_memory))

    def _diff(self, options: Options) -> Result:
        container, missing = self._container(options.operand(0))
        return missing if not container else prints("C /var\nC /var/log\nA /var/log/app.log")

    def _images(self, options: Options) -> Result:
        wanted = options.operand(0)
        shown = [
            one for one in self.world.docker.images if not wanted or one.repository == wanted or one.name == wanted
        ]
        if "dangling=true" in options.all("-f", "--filter"):
            shown = [one for one in shown if not one.repository]
        if options.has("-q"):
            return prints("\n".join(one.id for one in shown))
        return Result(render.images_table(shown))

    def _pull(self, options: Options) -> Result:
        name = options.operand(0)
        repository, tag = split_image(name)
        if repository in self.world.docker.remote_missing:
            return fails(f"Error response from daemon: {_no_image(name)}")
        known = any(one.name == f"{repository}:{tag}" for one in self.world.docker.images)
        values = self.world.docker.values
        self.world.docker.know_image(name)
        using = "" if ":" in name.rpartition("/")[2] else "Using default tag: latest\n"
        where = f"library/{repository}" if "/" not in repository else repository
        layers = "".join(f"{layer}: Pull complete\n" for layer in values.different(2, lambda: values.hexadecimal(12)))
        what = "Image is up to date for" if known else "Downloaded newer image for"
        full = f"{repository}:{tag}" if "." in repository.split("/")[0] else f"docker.io/{where}:{tag}"
        return prints(
            f"{using}{tag}: Pulling from {where}\n{'' if known else layers}Digest: sha256:{values.hexadecimal(64)}\n"
            f"Status: {what} {repository}:{tag}\n{full}"
        )

    def _rmi(self, options: Options) -> Result:
        name = options.operand(0)
        repository, tag = split_image(name)
        found = next(
            (one for one in self.world.docker.images if one.name == f"{repository}:{tag}" or one.id == name), None
        )
        if not found:
            return fails(f"Error response from daemon: No such image: {_tagged(name)}")
        user = next((one for one in self.world.docker.containers if one.image == found.name), None)
        if user and user.up:
            return fails(
                f'Error response from daemon: conflict: unable to remove repository reference "{name}" (must force) - container {user.id[:12]} is using its referenced image {found.id}'
            )
        if user and not options.has("-f", "--force"):
            return fails(
                f'Error response from daemon: conflict: unable to remove repository reference "{name}" (must force) - container {user.id[:12]} is using its referenced image {found.id}'
            )
        self.world.docker.images.remove(found)
        return prints(f"Untagged: {found.name}\nDeleted: sha256:{found.id}{self.world.docker.values.hexadecimal(52)}")

    def _tag(self, options: Options) -> Result:
        source, target = options.operand(0), options.operand(1)
        repository, tag = split_image(source)
        found = next((one for one in self.world.docker.images if one.name == f"{repository}:{tag}"), None)
        if not found:
            return fails(f"Error response from daemon: No such image: {_tagged(source)}")
        self.world.docker.know_image(target).id = found.id
        return Result()

    def _build(self, options: Options) -> Result:
        folder = self.world.files.absolute(self.world.cwd, options.operand(0, "."))
        if not self.world.files.exists(f"{folder}/Dockerfile"):
            return fails(
                "ERROR: failed to build: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory"
            )
        image = self.world.docker.know_image(options.get("-t", "--tag", default="untagged"), 1)
        digest = self.world.docker.values.hexadecimal(64)
        where = (
            f"docker.io/library/{image.name}"
            if "/" not in image.repository
            else f"docker.io/{image.name}"
            if "." not in image.repository.split("/")[0]
            else image.name
        )
        lines = [
            "#1 [internal] load build definition from Dockerfile",
            "#1 DONE 0.0s",
            "#5 exporting to image",
            "#5 exporting layers 0.1s done",
            f"#5 writing image sha256:{digest} done",
            f"#5 naming to {where} done",
            "#5 DONE 0.1s",
        ]
        return Result("", "\n".join(lines) + "\n", 0)

    def _volume_ls(self, options: Options) -> Result:
        shown = self.world.docker.volumes
        if "dangling=true" in options.all("-f", "--filter"):
            used = {name for one in self.world.docker.containers for name, _ in one.volumes}
            shown = [one for one in shown if one.name not in used]
        return (
            prints("\n".join(one.name for one in shown)) if options.has("-q") else Result(render.volumes_table(shown))
        )

    def _volume_create(self, options: Options) -> Result:
        name = options.operand(0)
        if all(one.name != name for one in self.world.docker.volumes):
            self.world.docker.new_volume(name)
        return prints(name)

    def _volume_rm(self, options: Options) -> Result:
        name = options.operand(0)
        found = next((one for one in self.world.docker.volumes if one.name == name), None)
        if not found:
            return fails(f"Error response from daemon: get {name}: no such volume")
        user = next(
            (one for one in self.world.docker.containers if any(volume == name for volume, _ in one.volumes)), None
        )
        if user:
            return fails(f"Error response from daemon: remove {name}: volume is in use - [{user.id}]")
        self.world.docker.volumes.remove(found)
        return prints(name)

    def _volume_inspect(self, options: Options) -> Result:
        name = options.operand(0)
        if all(one.name != name for one in self.world.docker.volumes):
            return Result("[]\n", f"Error response from daemon: get {name}: no such volume\n", 1)
        body = {
            "CreatedAt": "2024-05-02T10:11:12Z",
            "Driver": "local",
            "Labels": None,
            "Mountpoint": f"/var/lib/docker/volumes/{name}/_data",
            "Name": name,
            "Options": None,
            "Scope": "local",
        }
        return prints(json.dumps([body], indent=4))

    def _network_ls(self, options: Options) -> Result:
        return Result(render.networks_table(sorted(self.world.docker.networks, key=lambda one: one.name)))

    def _network_create(self, options: Options) -> Result:
        name = options.operand(0)
        if any(one.name == name for one in self.world.docker.networks):
            return fails(f"Error response from daemon: network with name {name} already exists")
        new = self.world.docker.values.hexadecimal(64)
        self.world.docker.networks.append(Network(new[:12], name))
        return prints(new)

    def _network_rm(self, options: Options) -> Result:
        name = options.operand(0)
        found = next((one for one in self.world.docker.networks if one.name == name), None)
        if not found:
            return fails(f"Error response from daemon: network {name} not found")
        self.world.docker.networks.remove(found)
        return prints(name)

    def _network_connect(self, options: Options) -> Result:
        network, name = options.operand(0), options.operand(1)
        container, missing = self._container(name)
        if all(one.name != network for one in self.world.docker.networks):
            return fails(f"Error response from daemon: network {network} not found")
        if container:
            container.network = network
        return missing

    def _system_df(self, options: Options) -> Result:
        host = self.world.docker
        return Result(
            render.disk_table(host.images, host.containers, host.volumes, {one.image for one in host.containers})
        )

    def _container_prune(self, options: Options) -> Result:
        gone = [one for one in self.world.docker.containers if not one.up]
        for one in gone:
            self.world.docker.remove(one)
        listed = "Deleted Containers:\n" + "".join(f"{one.id}\n" for one in gone) + "\n" if gone else ""
        return prints(f"{listed}Total reclaimed space: {decimal_size(48_213 * len(gone))}")

    def _image_prune(self, options: Options) -> Result:
        used = {one.image for one in self.world.docker.containers}
        gone = [
            one
            for one in self.world.docker.images
            if not one.repository or (options.has("-a") and one.name not in used)
        ]
        for one in gone:
            self.world.docker.images.remove(one)
        lines = [f"untagged: {one.name}" for one in gone if one.repository] + [
            f"deleted: sha256:{one.id}{'0' * 52}" for one in gone
        ]
        listed = "Deleted Images:\n" + "".join(f"{line}\n" for line in lines) + "\n" if gone else ""
        return prints(f"{listed}Total reclaimed space: {decimal_size(sum(one.size for one in gone))}")

    def _volume_prune(self, options: Options) -> Result:
        used = {name for one in self.world.docker.containers for name, _ in one.volumes}
        gone = [one for one in self.world.docker.volumes if one.name not in used]
        for one in gone:
            self.world.docker.volumes.remove(one)
        listed = "Deleted Volumes:\n" + "".join(f"{one.name}\n" for one in gone) + "\n" if gone else ""
        return prints(f"{listed}Total reclaimed space: {decimal_size(sum(one.size for one in gone))}")

    def _version(self, options: Options) -> Result:
        return (
            prints("28.2.2")
            if options.has("--format")
            else prints(
                "Client:\n Version:           28.2.2\n API version:       1.50\n\nServer:\n Engine:\n  Version:          28.2.2\n  API version:      1.50 (minimum version 1.24)"
            )
        )

    def _cp(self, options: Options) -> Result:
        name = next((word.partition(":")[0] for word in options.operands if ":" in word), "")
        container, _ = self._container(name)
        if not container:
            return fails(f"Error response from daemon: No such container: {name}")
        source, target = options.operands[:2]
        return Result("", f"Successfully copied 2.05kB to {target}\n", 0) if source else Result()


def _before_inner_command(words: list[str], valued: str) -> list[str]:
    """End the options where the image or container is named: what follows belongs to the inner command."""
    takes_value = set(valued.replace("-f --filter", "").replace("-n --tail", "").split())
    index = 1
    while index < len(words) and words[index].startswith("-"):
        index += 2 if words[index] in takes_value else 1
    return [*words[:index], "--", *words[index:]]


def _fits(container: Container, condition: str) -> bool:
    key, _, value = condition.partition("=")
    if key == "name":
        return value.strip("^$/") in container.name
    if key == "status":
        return container.state == value
    if key == "health":
        return container.health == value
    if key == "ancestor":
        return container.image in (value, f"{value}:latest") or split_image(container.image)[0] == value
    if key == "exited":
        return container.state == "exited" and str(container.code) == value
    if key == "publish":
        return any(str(host) == value for host, _ in container.ports)
    return key == "network" and container.network == value


def _formatted(container: Container, template: str) -> str:
    fields = {
        "Names": container.name,
        "Image": container.image,
        "Status": render.status(container),
        "ID": container.id[:12],
        "Ports": render.ports(container),
        "State": container.state,
    }
    return render_template(template, fields)


def _tagged(name: str) -> str:
    return ":".join(split_image(name))


def _no_image(name: str) -> str:
    repository, tag = split_image(name)
    if "/" in repository and "." in repository.split("/")[0]:
        return f'failed to resolve reference "{repository}:{tag}": {repository}:{tag}: not found'
    return f"pull access denied for {repository}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied"


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
