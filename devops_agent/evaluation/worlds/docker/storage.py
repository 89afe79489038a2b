"""docker's sub-commands about volumes, networks and the engine itself."""

import json

from devops_agent.evaluation.render import docker as render
from devops_agent.evaluation.render.sizes import decimal_size
from devops_agent.evaluation.worlds.docker.objects import Network
from devops_agent.evaluation.worlds.docker.words import DockerWords
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints


class Storage(DockerWords):
    """`docker volume`, `docker network` and `docker system`."""

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

    def _volume_prune(self, options: Options) -> Result:
        used = {name for one in self.world.docker.containers for name, _ in one.volumes}
        gone = [one for one in self.world.docker.volumes if one.name not in used]
        for one in gone:
            self.world.docker.volumes.remove(one)
        listed = "Deleted Volumes:\n" + "".join(f"{one.name}\n" for one in gone) + "\n" if gone else ""
        return prints(f"{listed}Total reclaimed space: {decimal_size(sum(one.size for one in gone))}")

    def _network_ls(self, options: Options) -> Result:
        names = [found.removeprefix("name=") for found in options.all("-f", "--filter")]
        shown = [one for one in self.world.docker.networks if all(name in one.name for name in names)]
        return Result(render.networks_table(sorted(shown, key=lambda one: one.name)))

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

    def _version(self, options: Options) -> Result:
        return (
            prints("28.2.2")
            if options.has("--format")
            else prints(
                "Client:\n Version:           28.2.2\n API version:       1.50\n\nServer:\n Engine:\n"
                "  Version:          28.2.2\n  API version:      1.50 (minimum version 1.24)"
            )
        )
