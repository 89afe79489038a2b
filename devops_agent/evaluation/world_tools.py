"""The product's tools on a made-up machine, without a process: for what no temporary folder can stand in for."""

import posixpath
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from devops_agent.backends.embedded.model_file import SHIPPED_WINDOW
from devops_agent.evaluation.worlds.world import World
from devops_agent.events import Call, ToolResult, Verdict
from devops_agent.policy import Place, classify
from devops_agent.tools.base import Tool, Workspace
from devops_agent.tools.get_env import GetEnv
from devops_agent.tools.read_file import ReadFile
from devops_agent.tools.runner import Ending, Runner, Sink
from devops_agent.tools.shell import Bash
from devops_agent.tools.supervisor import Request as Process
from devops_agent.tools.write_file import WriteFile

OBSERVATION_LIMIT = SHIPPED_WINDOW
"""As much as the shipped model reads at once, in characters."""


class WorldWorkspace(Workspace):
    """A workspace whose paths lie in the world; a file is put on the disk below `root` when a tool asks for it."""

    def __init__(self, world: World, root: Path, redact: Callable[[str], str] = str) -> None:
        folder, state = root / world.cwd.lstrip("/"), root / ".state"
        super().__init__(folder, world.environment, state, observation_limit=OBSERVATION_LIMIT, redact=redact)
        folder.mkdir(parents=True, exist_ok=True)
        self.world = world
        self.root = root

    def resolve(self, path: str) -> Path:
        home = self.world.home
        if path == "~" or path.startswith("~/"):
            path = home + path[1:]
        absolute = posixpath.normpath(posixpath.join(self.world.cwd, path))
        self._put(absolute)
        return self.root / absolute.lstrip("/")

    def _put(self, path: str) -> None:
        real = self.root / path.lstrip("/")
        files = self.world.files
        if files.is_folder(path):
            real.mkdir(parents=True, exist_ok=True)
            for name in files.children(path):
                self._put_entry(posixpath.join(path, name))
        elif files.exists(path):
            real.parent.mkdir(parents=True, exist_ok=True)
            real.write_text(files.text(path) or "")

    def _put_entry(self, path: str) -> None:
        real = self.root / path.lstrip("/")
        if self.world.files.is_folder(path):
            real.mkdir(exist_ok=True)
        else:
            real.touch()

    def in_the_world(self, result: ToolResult) -> ToolResult:
        """A tool's result without the place the world's files lie in."""
        return replace(result, text=result.text.replace(str(self.root), ""))


class _WorldRunner(Runner):
    """Runs commands in the world."""

    def __init__(self, workspace: WorldWorkspace) -> None:
        super().__init__()
        self.workspace = workspace

    def run(self, request: Process, sink: Sink, *_: Any) -> Ending:
        world = self.workspace.world
        ran = world.perform(request.arguments[-1].decode().partition("EXIT; ")[2])
        sink.feed("stdout", ran.out.encode())
        sink.feed("stderr", ran.err.encode())
        folder = self.workspace.root / world.cwd.lstrip("/")
        folder.mkdir(parents=True, exist_ok=True)
        report = f"{' '.join(map(str, ran.pipeline))}\0{folder}\0"
        return Ending(status=ran.code, report=report.encode())


class _WorldBash(Bash):
    """The product's bash, but for who runs the command."""

    def __init__(self, workspace: WorldWorkspace) -> None:
        super().__init__(workspace)
        self._runner = _WorldRunner(workspace)
        self._world = workspace

    def run(self, command: str) -> ToolResult:
        return self._world.in_the_world(super().run(command))


class _WorldReadFile(ReadFile):
    def __init__(self, workspace: WorldWorkspace) -> None:
        super().__init__(workspace)
        self._world = workspace

    def run(self, *arguments: Any, **named: Any) -> ToolResult:
        return self._world.in_the_world(super().run(*arguments, **named))


class _WorldWriteFile(WriteFile):
    """Writes below the root, then into the world."""

    def __init__(self, workspace: WorldWorkspace) -> None:
        super().__init__(workspace)
        self._world = workspace

    def run(self, path: str, content: str) -> ToolResult:
        result = super().run(path, content)
        if result.ok:
            world = self._world.world
            world.files.write(posixpath.normpath(posixpath.join(world.cwd, path)), content)
        return self._world.in_the_world(result)


def world_tools(workspace: WorldWorkspace) -> list[Tool]:
    """The tools of every agent, in their fixed order, on the machine of this workspace."""
    return [
        _WorldBash(workspace),
        _WorldReadFile(workspace),
        _WorldWriteFile(workspace),
        GetEnv(workspace),
    ]


def judge_in(world: World) -> Callable[[Call], Verdict]:
    """The product's policy, with the world for the place a call is judged in."""

    def judge(call: Call) -> Verdict:
        place = Place(world.cwd, world.home, world.user, {}, repository_is_clean=lambda folder: True)
        return classify(call, place)

    return judge
