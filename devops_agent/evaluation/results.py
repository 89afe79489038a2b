"""The file of results: what was asked, of whom, under which settings, and what came of it."""

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devops_agent import __version__
from devops_agent.disk import replace_file
from devops_agent.errors import ConfigurationError
from devops_agent.evaluation.outcome import Outcome
from devops_agent.evaluation.statistics import by_group

FORM = 1


@dataclass(frozen=True)
class Terms:
    """Under what a model was scored: two results can be compared, or one continued, when these are equal."""

    tasks: str
    backend: str
    num_ctx: int
    temperature: float
    thinking: bool
    constrained: bool

    def record(self) -> dict[str, Any]:
        """The terms as a JSON object."""
        return dict(vars(self))


@dataclass
class Scored:
    """One contestant's outcomes. `advice` are the settings its own figures speak for."""

    name: str
    terms: Terms
    outcomes: list[Outcome] = field(default_factory=list)
    advice: dict[str, Any] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The whole as a JSON object."""
        return {
            "model": self.name,
            "terms": self.terms.record(),
            "figures": {name: one.record() for name, one in by_group(self.outcomes).items()},
            "advice": self.advice,
            "tasks": [one.record() for one in self.outcomes],
        }


def results_record(scored: Sequence[Scored], *, complete: bool) -> dict[str, Any]:
    """All results as a JSON object; `complete` says that no task was left out."""
    machine = {"system": platform.system(), "machine": platform.machine(), "python": platform.python_version()}
    about = {"form": FORM, "version": __version__, "machine": machine, "complete": complete}
    return {**about, "models": [one.record() for one in scored]}


def save(path: Path, scored: Sequence[Scored], *, complete: bool) -> None:
    """Write the results, whole or not at all. Raises ConfigurationError when they cannot be written."""
    text = json.dumps(results_record(scored, complete=complete), ensure_ascii=False, indent=1)
    try:
        replace_file(path, f"{text}\n".encode())
    except OSError as error:
        raise ConfigurationError(f"cannot write the results to {path}: {error.strerror or error}") from None


def kept(path: Path, name: str, terms: Terms) -> list[Outcome]:
    """The outcomes that a file of results holds for a contestant under the same terms.

    Raises ConfigurationError for a file that is something else.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        models = [one for one in record["models"] if (one["model"], one["terms"]) == (name, terms.record())]
        return [Outcome.of(task) for model in models for task in model["tasks"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path} is not a file of results: {type(error).__name__}: {error}", hint="choose another --save"
        ) from None
