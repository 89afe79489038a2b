"""One task, played by a model through the product's own front door."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from devops_agent.agent import DevOpsAgent
from devops_agent.assembly import open_agent
from devops_agent.errors import LimitError
from devops_agent.evaluation.approver import TaskApprover
from devops_agent.evaluation.grounds import Grounds
from devops_agent.evaluation.meter import MeteredModel
from devops_agent.evaluation.outcome import End, Outcome, judged
from devops_agent.evaluation.shims import Shims, shimmed
from devops_agent.evaluation.tasks import Task
from devops_agent.evaluation.world_tools import WorldWorkspace, judge_in, world_tools
from devops_agent.evaluation.worlds.condition import changes, condition
from devops_agent.evaluation.worlds.result import Result
from devops_agent.evaluation.worlds.shell import answer as answer_of
from devops_agent.evaluation.worlds.world import World
from devops_agent.events import Answered, Event, ignore
from devops_agent.gate import Gate
from devops_agent.secrets import Redactor
from devops_agent.settings import Settings

MOST_STEPS = 10
TIME_LIMIT = 20
"""Seconds that one command may run: nothing of a task is slow."""


@dataclass
class Scene:
    """What a task is played with: its machine, an agent that works there, and who answers its questions."""

    task: Task
    world: World
    agent: DevOpsAgent
    approver: TaskApprover

    def events(self) -> Iterator[Event]:
        """What happens; a conversation that no longer fits the model's window ends without an answer."""
        try:
            yield from self.agent.events(self.task.question)
        except LimitError as error:
            yield Answered(str(error), verified=False, outcome="step_limit")


def play(task: Task, model: MeteredModel, settings: Settings) -> Outcome:
    """Play one task. Raises BackendError when the model cannot be asked."""
    with staged(task, model, settings) as scene:
        before = condition(scene.world)
        started = time.monotonic()
        events = list(scene.events())
        seconds = time.monotonic() - started
        scene.approver.refresh()
        end = End(changes(before, condition(scene.world)), scene.approver.helpful, seconds)
        return judged(scene.task, events, model.exchanges, end)


@contextmanager
def staged(task: Task, model: MeteredModel, settings: Settings) -> Iterator[Scene]:
    """Everything made ready for a task, and given back at the end."""
    scene = _simulated if task.runner == "simulated" else _in_bash
    with _folder() as folder, scene(task, model, settings, folder) as made, closing(made.agent):
        yield made


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder whose path is short, as the address of a socket has to be."""
    base = None if len(tempfile.gettempdir()) < 60 else "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="eval-", dir=base)).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _simulated(task: Task, model: MeteredModel, settings: Settings, folder: Path) -> Iterator[Scene]:
    """Commands run in the made-up machine itself, whose files lie where no temporary folder can."""
    world = task.make_world()
    redactor = Redactor.of(world.environment)
    workspace = WorldWorkspace(world, folder / "r", redactor.redact)
    approver = TaskApprover(task, world)
    gate = Gate("changes", approver, judge_in(world))
    agent = DevOpsAgent(world_tools(workspace), model, gate=gate, max_steps=MOST_STEPS, redact=redactor.redact)
    yield Scene(task, world, agent, approver)


@contextmanager
def _in_bash(task: Task, model: MeteredModel, settings: Settings, folder: Path) -> Iterator[Scene]:
    """Commands run in a real bash, whose PATH leads to what the machine answers for."""
    (folder / "aside").mkdir()
    task = task.moved(folder)
    world = task.make_world()
    grounds, lock = Grounds(world), Lock()

    def refresh() -> None:
        with lock:
            grounds.absorb()

    def answer(name: str, place: str, arguments: Sequence[str], given: str) -> Result:
        with lock:
            grounds.absorb()
            world.cwd = place
            result = answer_of(world, name, list(arguments), given)
            grounds.lay()
            return result

    with closing(Shims(folder, shimmed(world), answer)) as shims, _working_in(world.cwd):
        approver = TaskApprover(task, world, refresh)
        own = replace(
            settings,
            environment={**world.environment, "PATH": str(shims.path), **_aside(folder)},
            approval="changes",
            read_only=False,
            max_steps=MOST_STEPS,
            timeout=TIME_LIMIT,
            store=False,
        )
        redactor = Redactor.of(own.environment)
        yield Scene(task, world, open_agent(own, approver, ignore, redactor, _unheard, model=model), approver)


def _aside(folder: Path) -> dict[str, str]:
    """Where the product keeps what is its own: not among the files of the task."""
    names = ("TMPDIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    return {name: str(folder / "aside") for name in names}


def _unheard(_: str) -> None:
    """Nobody reads what is said to the user of a task."""


@contextmanager
def _working_in(folder: str) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
