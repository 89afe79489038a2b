"""What a Docker host holds: containers, images, volumes, networks and Compose projects."""

from dataclasses import dataclass, field
from typing import Literal

GIB = 1024**3
State = Literal["running", "exited", "created", "paused", "restarting", "dead"]


@dataclass
class Container:
    """`age` and `since` are seconds: since it was made, and since it last started or stopped."""

    id: str
    name: str
    image: str
    command: str
    age: int
    state: State = "running"
    since: int = 0
    code: int = 0
    oom: bool = False
    health: str = ""
    error: str = ""
    ports: list[tuple[int, int]] = field(default_factory=list)
    exposed: list[int] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    cause: str = ""
    restart_policy: str = "no"
    restarts: int = 0
    network: str = "bridge"
    address: str = ""
    volumes: list[tuple[str, str]] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    project: str = ""
    service: str = ""
    cpu: float = 0.0
    memory: int = 0
    limit: int = 0
    pids: int = 1
    removes_itself: bool = False

    @property
    def up(self) -> bool:
        return self.state in ("running", "paused", "restarting")


@dataclass
class Image:
    """A local image; without a repository it is dangling."""

    id: str
    repository: str
    tag: str
    age: int
    size: int

    @property
    def name(self) -> str:
        return f"{self.repository}:{self.tag}"


@dataclass
class Volume:
    name: str
    size: int


@dataclass
class Network:
    id: str
    name: str
    driver: str = "bridge"


@dataclass
class ComposeProject:
    """A Compose project: its folder and, for each service, its image and ports."""

    name: str
    folder: str
    services: dict[str, tuple[str, list[tuple[int, int]]]]


def split_image(name: str) -> tuple[str, str]:
    """(repository, tag) of an image's name."""
    head, _, last = name.rpartition("/")
    repository, _, tag = last.partition(":")
    return f"{head}/{repository}" if head else repository, tag or "latest"
