"""A whole machine: its files, its Docker host, the cluster it reaches, and the shell that answers for all of them."""

import random
from functools import cached_property

from devops_agent.evaluation.worlds.docker.cli import DockerCli
from devops_agent.evaluation.worlds.docker.host import DockerHost
from devops_agent.evaluation.worlds.files.coreutils import file_programs
from devops_agent.evaluation.worlds.files.text_tools import text_programs
from devops_agent.evaluation.worlds.files.tree import Files
from devops_agent.evaluation.worlds.git.cli import GitCli
from devops_agent.evaluation.worlds.git.repository import Git
from devops_agent.evaluation.worlds.kubernetes.cluster import Cluster
from devops_agent.evaluation.worlds.kubernetes.helm import Helm, HelmCli
from devops_agent.evaluation.worlds.kubernetes.kubectl import Kubectl
from devops_agent.evaluation.worlds.shell import Program, Ran, run_line
from devops_agent.evaluation.worlds.system.state import System
from devops_agent.evaluation.worlds.system.systemd import systemd_programs
from devops_agent.evaluation.worlds.system.tools import system_programs
from devops_agent.evaluation.worlds.values import Pool, Values

FIRST_MOMENT, LAST_MOMENT = 1_704_000_000, 1_830_000_000


class World:
    """One made-up machine. Its parts are made when first used, each from a random generator of its own."""

    def __init__(self, seed: str, pool: Pool = "train") -> None:
        self.seed = seed
        self.pool = pool
        self.values = self.source("world")
        self.now = self.values.between(FIRST_MOMENT, LAST_MOMENT)
        self.user = self.values.user()
        self.home = "/root" if self.values.chance(0.1) else f"/home/{self.user}"
        self.project = self.values.name()
        self.cwd = f"{self.home}/{self.project}" if self.values.chance(0.8) else self.home
        self.files = Files(self.now, "root" if self.home == "/root" else self.user)
        self.files.make_folder(self.cwd)
        self.environment = {"HOME": self.home, "USER": self.user, "PWD": self.cwd, "SHELL": "/bin/bash"}
        self.environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        self.missing: set[str] = set()

    def source(self, name: str) -> Values:
        """Values for one part, independent of what other parts draw."""
        return Values(random.Random(f"{self.seed}/{name}"), self.pool)

    @cached_property
    def docker(self) -> DockerHost:
        return DockerHost(self.source("docker"), self.now)

    @cached_property
    def cluster(self) -> Cluster:
        return Cluster(self.source("cluster"), self.now)

    @cached_property
    def system(self) -> System:
        return System(self.source("system"), self.now, self.user)

    @cached_property
    def git(self) -> Git:
        return Git(self.source("git"), self.now, self.cwd, self.files)

    @cached_property
    def helm(self) -> Helm:
        return Helm(self.source("helm"), self.now)

    @cached_property
    def programs(self) -> dict[str, Program]:
        """Every program that is installed."""
        found: dict[str, Program] = {"docker": DockerCli(self).run, "kubectl": Kubectl(self).run}
        found |= {"helm": HelmCli(self).run, "git": GitCli(self).run}
        return {
            **found,
            **text_programs(self),
            **file_programs(self),
            **system_programs(self),
            **systemd_programs(self),
        }

    def program(self, name: str) -> Program | None:
        return None if name in self.missing else self.programs.get(name)

    def run(self, command: str) -> tuple[str, str, int]:
        """Answer a command: (standard output, standard error, exit code). Changes change the world."""
        ran = self.perform(command)
        return ran.out, ran.err, ran.code

    def perform(self, command: str) -> Ran:
        """Like `run`, with the exit codes along the last pipe."""
        return run_line(self, command)
