"""Who can be scored: a model behind a backend, and the two that show what the scale means."""

from collections.abc import Iterator
from itertools import repeat
from typing import Protocol

from devops_agent.backends import open_backend
from devops_agent.backends.base import ChatModel
from devops_agent.backends.scripted import Scripted
from devops_agent.backends.toolcalls import FINAL_ANSWER, written_call
from devops_agent.evaluation.identity import model_identity
from devops_agent.evaluation.meter import MeteredModel
from devops_agent.evaluation.tasks import Task
from devops_agent.settings import Settings

WINDOW = 32768


class Contestant(Protocol):
    """Someone who plays tasks. `name` is what the results call them."""

    name: str

    def identity(self) -> str:
        """What tells this contestant from others of its name; UNKNOWN where nobody can. Raises BackendError."""

    def model_for(self, task: Task) -> MeteredModel:
        """The model that plays this task. Raises BackendError."""

    def close(self) -> None:
        """Give back what is held."""


class Oracle:
    """Says for each task what its reference says: the most that can be reached."""

    name = "oracle"

    def identity(self) -> str:
        return self.name

    def model_for(self, task: Task) -> MeteredModel:
        return MeteredModel(Scripted(_reference(task), window=WINDOW))

    def close(self) -> None:
        """Nothing is held."""


class Null:
    """Says nothing at all: the least that can be reached."""

    name = "null"

    def identity(self) -> str:
        return self.name

    def model_for(self, task: Task) -> MeteredModel:
        return MeteredModel(Scripted(repeat(""), window=WINDOW))

    def close(self) -> None:
        """Nothing is held."""


class Served:
    """A model behind a backend, opened when first needed and kept for all tasks."""

    def __init__(self, settings: Settings, *, constrained: bool = False) -> None:
        self.name = settings.model
        self._settings = settings
        self._constrained = constrained
        self._model: ChatModel | None = None
        self._metered: MeteredModel | None = None

    def identity(self) -> str:
        return model_identity(self._settings)

    def model_for(self, task: Task) -> MeteredModel:
        if self._metered is None:
            self._model = open_backend(self._settings)
            self._metered = MeteredModel(self._model, constrained=self._constrained)
        self._metered.exchanges.clear()
        return self._metered

    def close(self) -> None:
        """Give back the engine or the connection."""
        if self._model is not None:
            self._model.close()


BASELINES: dict[str, type[Oracle] | type[Null]] = {Oracle.name: Oracle, Null.name: Null}


def _reference(task: Task) -> Iterator[str]:
    for call in task.reference:
        yield written_call(call.tool, call.arguments)
    yield from repeat(written_call(FINAL_ANSWER, {"answer": task.answer}))
