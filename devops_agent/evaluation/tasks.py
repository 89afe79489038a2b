"""Tasks: a question, the machine it is about, how to tell whether it was solved, and what an oracle would do."""

import hashlib
import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from devops_agent.errors import ConfigurationError
from devops_agent.evaluation.checks import Check
from devops_agent.evaluation.worlds.snapshot import loaded
from devops_agent.evaluation.worlds.world import World
from devops_agent.events import Call

SHIPPED = Path(__file__).parent / "tasks"
Runner = Literal["bash", "simulated"]


@dataclass(frozen=True)
class Task:
    """One task.

    `kind` says what is new in it to a model trained on our own data: `phrasings`, `values`, `intents`, or all of it
    (`outsiders`). `runner` is where its commands run: in a real bash with shims on PATH, or in the made-up machine
    itself. `reference` are the calls of the oracle, and `answer` is what it says then.
    """

    name: str
    category: str
    kind: str
    question: str
    runner: Runner
    world: Mapping[str, Any]
    reference: tuple[Call, ...]
    answer: str
    check: Check

    def make_world(self) -> World:
        """The machine, new."""
        return loaded(self.world)

    def moved(self, root: Path) -> "Task":
        """The same task with the home of its user below a folder on the disk."""
        home = str(self.world["home"])
        place = re.compile(rf'(?<![\w.-]){re.escape(home)}(?=[/"\s:\\]|$)')
        return read_task(json.loads(place.sub(f"{root}{home}", json.dumps(record_of(self), ensure_ascii=False))))


def record_of(task: Task) -> dict[str, Any]:
    """A task as a JSON object."""
    reference = [{"tool": call.tool, "arguments": call.arguments} for call in task.reference]
    return {**vars(task), "world": task.world, "reference": reference, "check": task.check.record()}


def read_task(record: Mapping[str, Any]) -> Task:
    """The task of a record. Raises KeyError, TypeError or ValueError for one that is damaged."""
    text = {name: _text(record[name]) for name in ("name", "category", "kind", "question", "answer")}
    if record["runner"] not in ("bash", "simulated"):
        raise ValueError(f"there is no runner {record['runner']!r}")
    reference = tuple(Call(_text(one["tool"]), dict(one["arguments"])) for one in record["reference"])
    task = Task(
        **text, runner=record["runner"], world=record["world"], reference=reference, check=Check.of(record["check"])
    )
    task.make_world()
    return task


def load_tasks(path: Path | None = None) -> list[Task]:
    """The tasks of a file of JSON lines, or those that are shipped. Raises ConfigurationError naming file and line."""
    paths = [path] if path else sorted(SHIPPED.glob("*.jsonl"))
    tasks = [task for one in paths for task in _read(one)]
    names = [task.name for task in tasks]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ConfigurationError(f"two tasks have the name {twice!r}", hint="names tell tasks apart: change one")
    if not tasks:
        raise ConfigurationError("there are no tasks", hint=f"looked in {', '.join(map(str, paths)) or SHIPPED}")
    return tasks


def _read(path: Path) -> Iterable[Task]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read the tasks in {path}: {error}") from None
    for number, line in enumerate(lines, 1):
        try:
            yield read_task(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise ConfigurationError(
                f"line {number} of {path} is not a task: {type(error).__name__}: {error}",
                hint="the file is damaged; install devops-agent anew, or correct the line",
            ) from None


def chosen(tasks: Sequence[Task], *, count: int = 0, categories: Sequence[str] = (), seed: int = 0) -> list[Task]:
    """Those of some categories or kinds, and of them so many (0: all), drawn by the seed and in their usual order.

    Raises ConfigurationError for a word that is neither.
    """
    known = sorted({word for task in tasks for word in (task.category, task.kind)})
    unknown = next((word for word in categories if word not in known), None)
    if unknown:
        raise ConfigurationError(f"there is no category {unknown!r}", hint=f"choose from: {', '.join(known)}")
    found = [task for task in tasks if not categories or {task.category, task.kind} & set(categories)]
    if not count or count >= len(found):
        return found
    drawn = {task.name for task in random.Random(f"tasks/{seed}").sample(found, count)}
    return [task for task in found if task.name in drawn]


def digest_of(tasks: Sequence[Task]) -> str:
    """A name for exactly these tasks."""
    text = json.dumps([record_of(task) for task in tasks], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value
