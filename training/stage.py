"""The product's own agent on a made-up world: its loop, policy, wording and truncation, with an oracle for a model."""

import posixpath
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from devops_agent.agent import DevOpsAgent
from devops_agent.approval import Decision, Mode, Request
from devops_agent.backends.scripted import Scripted
from devops_agent.backends.toolcalls import written_call
from devops_agent.errors import BackendError
from devops_agent.evaluation.worlds.world import World
from devops_agent.events import Answered, ToolResult, Verdict
from devops_agent.events import Call as Proposal
from devops_agent.gate import Gate
from devops_agent.policy import Place, classify
from devops_agent.tools.base import Workspace
from devops_agent.tools.get_env import GetEnv
from devops_agent.tools.read_file import ReadFile
from devops_agent.tools.runner import Ending, Runner, Sink
from devops_agent.tools.shell import Bash
from devops_agent.tools.supervisor import Request as Process
from devops_agent.tools.write_file import WriteFile
from devops_agent.transcript import ERROR_PREFIX, OBSERVATION_PREFIX

from training.tasks.scene import Call, Oracle, Scene, Turn

OBSERVATION_LIMIT = 8000


class WorldWorkspace(Workspace):
    """A workspace whose paths lie in the world; a file is put on the disk below `root` when a tool asks for it."""

    def __init__(self, world: World, root: Path, state_folder: Path) -> None:
        folder = root / world.cwd.lstrip("/")
        super().__init__(folder, world.environment, state_folder, observation_limit=OBSERVATION_LIMIT)
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


class WorldRunner(Runner):
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


class WorldBash(Bash):
    """The product's bash, but for who runs the command."""

    def __init__(self, workspace: WorldWorkspace) -> None:
        super().__init__(workspace)
        self._runner = WorldRunner(workspace)
        self._world = workspace

    def run(self, command: str) -> ToolResult:
        return self._world.in_the_world(super().run(command))


class WorldReadFile(ReadFile):
    def __init__(self, workspace: WorldWorkspace) -> None:
        super().__init__(workspace)
        self._world = workspace

    def run(self, *arguments: Any, **named: Any) -> ToolResult:
        return self._world.in_the_world(super().run(*arguments, **named))


class WorldWriteFile(WriteFile):
    """Writes below the root, then into the world."""

    def __init__(self, workspace: WorldWorkspace) -> None:
        super().__init__(workspace)
        self._world = workspace

    def run(self, path: str, content: str) -> ToolResult:
        result = super().run(path, content)
        if result.ok:
            self._world.world.files.write(posixpath.normpath(posixpath.join(self._world.world.cwd, path)), content)
        return self._world.in_the_world(result)


class Unverified(Exception):
    """The oracle's answer does not pass the product's own check of evidence; the text says why."""


class Stage:
    """Plays scenes, one after the other. Use as a context: it holds a folder for the worlds' files."""

    def __enter__(self) -> "Stage":
        base = "/dev/shm" if Path("/dev/shm").is_dir() else None
        self._folder = tempfile.TemporaryDirectory(prefix="w", dir=base)
        self.root = Path(self._folder.name) / "r"
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def play(
        self, scene: Scene, oracle: Oracle, first: "Call | str", task: str, follow: "Any", mode: Mode = "changes"
    ) -> list[dict[str, str]]:
        """Play a scene to its end; the conversation as {"role", "content"} turns.

        `follow` makes the text of the next request from a Turn's phrasings. Raises Unverified.
        """
        world = scene.world
        (self.root / world.cwd.lstrip("/")).mkdir(parents=True, exist_ok=True)
        try:
            return _Performance(world, self.root, oracle, mode, follow).run(first, task)
        finally:
            shutil.rmtree(self.root, ignore_errors=True)


class _Performance:
    """One conversation: the oracle's replies against the agent's observations."""

    def __init__(self, world: World, root: Path, oracle: Oracle, mode: Mode, follow: Any) -> None:
        self.world = world
        self.oracle = oracle
        self.follow = follow
        self.refusal: str | None = None
        self.next_task: str | None = None
        workspace = WorldWorkspace(world, root, root / ".state")
        tools = [WorldBash(workspace), WorldReadFile(workspace), WorldWriteFile(workspace), GetEnv(workspace)]
        self.model = Scripted((), window=32768)
        gate = Gate(mode, self._approve, self._judge)
        self.agent = DevOpsAgent(tools, self.model, gate=gate)

    def run(self, first: "Call | str", task: str) -> list[dict[str, str]]:
        self.model._replies = self._replies(first)
        upcoming: str | None = task
        while upcoming is not None:
            self.next_task = None
            self._one_task(upcoming)
            upcoming = self.next_task
        return [{"role": turn.role, "content": turn.content} for turn in self.agent.transcript.turns]

    def _one_task(self, task: str) -> None:
        try:
            events = list(self.agent.events(task))
        except BackendError:
            turns = self.agent.transcript.turns
            raise Unverified(f"{task!r} -> {turns[-2].content!r}: {turns[-1].content!r}") from None
        answer = next(event for event in events if isinstance(event, Answered))
        if not answer.verified or answer.outcome != "answered" or len(events) < 2:
            raise Unverified(f"{task!r} -> {answer.text!r}: {answer.problem}")

    def _replies(self, step: "Call | Turn | str") -> Iterator[str]:
        while not isinstance(step, str):
            if isinstance(step, Turn):
                self.next_task = self.follow(step.phrases)
                yield written_call("final_answer", {"answer": step.answer})
            else:
                self.refusal = step.refused
                yield written_call(step.tool, dict(step.arguments))
            told = self._told()
            if told.startswith(ERROR_PREFIX):
                return
            try:
                step = self.oracle.send(told)
            except StopIteration as end:
                step = end.value
        yield written_call("final_answer", {"answer": step})

    def _told(self) -> str:
        """What the model was told last."""
        return self.model.requests[-1][-1].content.removeprefix(OBSERVATION_PREFIX)

    def _approve(self, request: Request) -> Decision:
        if self.refusal is None:
            return Decision(allowed=True)
        return Decision(allowed=False, feedback=self.refusal)

    def _judge(self, call: Proposal) -> Verdict:
        world = self.world
        place = Place(world.cwd, world.home, world.user, {}, repository_is_clean=lambda folder: True)
        return classify(call, place)
