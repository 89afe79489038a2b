"""The product's own agent on a made-up world: its loop, policy, wording and truncation, with an oracle for a model."""

import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from devops_agent.agent import DevOpsAgent
from devops_agent.approval import Decision, Mode, Request
from devops_agent.backends.scripted import Scripted
from devops_agent.backends.toolcalls import written_call
from devops_agent.errors import BackendError
from devops_agent.evaluation.world_tools import WorldWorkspace, judge_in, world_tools
from devops_agent.events import Answered
from devops_agent.gate import Gate
from devops_agent.opening import posed
from devops_agent.transcript import ERROR_PREFIX, OBSERVATION_PREFIX

from training.slips import Slip
from training.tasks.scene import Call, Oracle, Scene, Turn


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
        self,
        scene: Scene,
        oracle: Oracle,
        first: "Call | str",
        task: str,
        follow: "Any",
        mode: Mode = "changes",
        slip: Slip | None = None,
    ) -> list[dict[str, str]]:
        """Play a scene to its end; the conversation as {"role", "content"} turns.

        `follow` makes the text of the next request from a Turn's phrasings; `slip` is a wrong answer that is given
        first and has to be sent back. Raises Unverified.
        """
        try:
            return _Performance(scene, self.root, oracle, mode, follow, slip).run(first, task, scene.context)
        finally:
            shutil.rmtree(self.root, ignore_errors=True)


class _Performance:
    """One conversation: the oracle's replies against the agent's observations."""

    def __init__(self, scene: Scene, root: Path, oracle: Oracle, mode: Mode, follow: Any, slip: Slip | None) -> None:
        self.oracle = oracle
        self.follow = follow
        self.slip = slip or Slip()
        self.wrong = self.slip.before
        self.refusal: str | None = None
        self.next_task: str | None = None
        self.model = Scripted((), window=32768)
        gate = Gate(mode, self._approve, judge_in(scene.world))
        tools = world_tools(WorldWorkspace(scene.world, root))
        self.agent = DevOpsAgent(tools, self.model, gate=gate, pose=partial(posed, suggest=scene.suggest))

    def run(self, first: "Call | str", task: str, context: str) -> list[dict[str, str]]:
        self.model._replies = self._replies(first)
        upcoming: str | None = task
        while upcoming is not None:
            self.next_task = None
            self._one_task(upcoming, context)
            upcoming, context = self.next_task, ""
        return [{"role": turn.role, "content": turn.content} for turn in self.agent.transcript.turns]

    def _one_task(self, task: str, context: str) -> None:
        try:
            events = list(self.agent.events(task, context))
        except BackendError:
            turns = self.agent.transcript.turns
            raise Unverified(f"{task!r} -> {turns[-2].content!r}: {turns[-1].content!r}") from None
        answer = next(event for event in events if isinstance(event, Answered))
        if answer.text == self.wrong:
            raise Unverified(f"{task!r} -> {answer.text!r}: it was not sent back")
        if not answer.verified or answer.outcome != "answered" or len(events) < 2:
            raise Unverified(f"{task!r} -> {answer.text!r}: {answer.problem}")

    def _replies(self, step: "Call | Turn | str") -> Iterator[str]:
        if self.slip.before:
            yield written_call("final_answer", {"answer": self.slip.before})
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
        self.wrong = self.slip.of(step)
        if self.wrong:
            yield written_call("final_answer", {"answer": self.wrong})
        yield written_call("final_answer", {"answer": step})

    def _told(self) -> str:
        """What the model was told last."""
        return self.model.requests[-1][-1].content.removeprefix(OBSERVATION_PREFIX)

    def _approve(self, request: Request) -> Decision:
        if self.refusal is None:
            return Decision(allowed=True)
        return Decision(allowed=False, feedback=self.refusal)
