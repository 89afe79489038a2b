"""A Docker host: the state of its engine."""

from typing import Literal

from devops_agent.evaluation.worlds.docker.fates import RUNNING_FATES, STOPPED_FATES, Fate, befall
from devops_agent.evaluation.worlds.docker.objects import (
    GIB,
    ComposeProject,
    Container,
    Image,
    Network,
    Volume,
    split_image,
)
from devops_agent.evaluation.worlds.logs import log_lines
from devops_agent.evaluation.worlds.values import Values

COMMANDS = (
    "/docker-entrypoint.…",
    "docker-entrypoint.s…",
    "/bin/sh -c 'node se…",
    "python app.py",
    "/entrypoint.sh",
    "java -jar /app.jar",
    "nginx -g 'daemon of…",
    "npm start",
    "/app/server",
    "gunicorn app:app",
)
_USUAL_NETWORKS = (("bridge", "bridge"), ("host", "host"), ("none", "null"))


class DockerHost:
    """The state of the engine. `problem` says why it cannot be reached."""

    def __init__(self, values: Values, now: int) -> None:
        self.values = values
        self.now = now
        self.problem: Literal["", "down", "denied"] = ""
        self.containers: list[Container] = []
        self.images: list[Image] = []
        self.volumes: list[Volume] = []
        self.networks = [Network(values.hexadecimal(12), name, driver) for name, driver in _USUAL_NETWORKS]
        self.projects: dict[str, ComposeProject] = {}
        self.remote_missing: set[str] = set()
        self.total_memory = values.pick([4, 8, 16, 32]) * GIB

    def populate(self, running: int, stopped: int) -> None:
        """Add so many containers of each kind."""
        for count, fates in ((running, RUNNING_FATES), (stopped, STOPPED_FATES)):
            for _ in range(count):
                self.add(self.values.pick(fates))

    def add(self, fate: Fate = "plain", name: str = "", image: str = "") -> Container:
        """A new container that has met this fate."""
        values = self.values
        spans = ((2, 60), (5, 3500), (3600, 90_000), (90_000, 9_000_000))
        age = values.between(*values.pick(spans))
        container = Container(
            values.hexadecimal(64), name or self.free_name(), image or values.image(), values.pick(COMMANDS), age
        )
        port = values.port()
        container.exposed = [port] if values.chance(0.7) else []
        container.ports = [(self.free_port(port), port)] if container.exposed and values.chance(0.6) else []
        container.address = values.address(172, 17)
        container.env = {values.variable(): values.setting() for _ in range(values.between(1, 3))}
        container.restart_policy = values.pick(["no", "no", "always", "unless-stopped", "on-failure"])
        container.limit = values.pick([0, 0, GIB // 4, GIB // 2, GIB])
        container.volumes = (
            [(self.new_volume().name, f"/{values.pick(['data', 'var/lib/' + values.name(), 'app'])}")]
            if values.chance(0.3)
            else []
        )
        self._decide(container, fate)
        self.containers.insert(0, container)
        self.containers.sort(key=lambda one: one.age)
        self.know_image(container.image)
        return container

    def free_name(self) -> str:
        while self.find(name := self.values.container()):
            pass
        return name

    def free_port(self, wanted: int) -> int:
        taken = {host for container in self.containers for host, _ in container.ports}
        while wanted in taken:
            wanted += 1
        return wanted

    def new_volume(self, name: str = "") -> Volume:
        values = self.values
        volume = Volume(
            name or (values.hexadecimal(64) if values.chance(0.15) else values.name()),
            values.between(1000, 5_000_000_000),
        )
        self.volumes.append(volume)
        self.volumes.sort(key=lambda one: one.name)
        return volume

    def know_image(self, name: str, age: int = 0) -> Image:
        """The image of this name, pulled now if it was not there."""
        repository, tag = split_image(name)
        found = next((image for image in self.images if image.repository == repository and image.tag == tag), None)
        if found is None:
            values = self.values
            age = age or values.between(90_000, 20_000_000)
            found = Image(values.hexadecimal(12), repository, tag, age, values.between(5_000_000, 1_500_000_000))
            self.images.append(found)
            self.images.sort(key=lambda image: image.age)
        return found

    def _decide(self, container: Container, fate: Fate) -> None:
        values = self.values
        container.since = values.between(1, max(2, container.age - 1))
        container.cpu, container.memory, container.pids = (
            round(values.rng.random() ** 3 * 120, 2),
            values.between(3_000_000, 900_000_000),
            values.between(1, 60),
        )
        if container.limit:
            container.memory = min(container.memory, container.limit)
        container.cause = befall(container, fate, values)
        count = values.between(2, 6)
        container.logs = (
            [] if fate == "created" else log_lines(values, count, self.now - container.since, container.cause)
        )

    def find(self, reference: str) -> Container | None:
        """The container of this name, or whose id starts so."""
        named = next((one for one in self.containers if one.name == reference), None)
        by_id = (one for one in self.containers if len(reference) >= 4 and one.id.startswith(reference))
        return named or next(by_id, None)

    def start(self, container: Container) -> None:
        container.state, container.since, container.code, container.oom = "running", self.moment(), 0, False
        container.health = "starting" if container.health else ""
        container.logs = [*container.logs, *log_lines(self.values, 2, self.now, troubled=0)]

    def stop(self, container: Container, code: int) -> None:
        container.state, container.since, container.code = "exited", self.moment(), code

    def moment(self) -> int:
        """Seconds from one command to the next."""
        return self.values.pick([0, 0, 1, 2])

    def remove(self, container: Container) -> None:
        self.containers.remove(container)

    def compose(self, folder: str, count: int, fates: "list[Fate] | None" = None) -> ComposeProject:
        """A Compose project in a folder, with its containers when `fates` are given."""
        values = self.values
        name = folder.rsplit("/", 1)[-1].lower()
        services = {}
        for service in values.different(count, values.service):
            port = values.port()
            services[service] = (values.image(), [(self.free_port(port), port)] if values.chance(0.5) else [])
        project = ComposeProject(name, folder, services)
        self.projects[folder] = project
        for service, fate in zip(services, fates or [], strict=False):
            self.add_service(project, service, fate)
        return project

    def add_service(self, project: ComposeProject, service: str, fate: Fate = "plain") -> Container:
        image, ports = project.services[service]
        container = self.add(fate, f"{project.name}-{service}-1", image)
        container.project, container.service, container.network = project.name, service, f"{project.name}_default"
        container.ports, container.exposed = ports, [inner for _, inner in ports]
        if all(network.name != container.network for network in self.networks):
            self.networks.append(Network(self.values.hexadecimal(12), container.network))
        return container

    def of_project(self, project: ComposeProject) -> list[Container]:
        return sorted((one for one in self.containers if one.project == project.name), key=lambda one: one.name)
