"""The file of results: what was asked, of whom, under which settings, and what came of it."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devops_agent import __version__
from devops_agent.disk import replace_file
from devops_agent.errors import ConfigurationError
from devops_agent.evaluation.outcome import Outcome
from devops_agent.evaluation.statistics import by_group
from devops_agent.evaluation.terms import Terms

FORM = 1


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


def results_record(models: Sequence[Mapping[str, Any]], *, complete: bool) -> dict[str, Any]:
    """All results as a JSON object; `complete` says that no task was left out."""
    machine = {"system": platform.system(), "machine": platform.machine(), "python": platform.python_version()}
    about = {"form": FORM, "version": __version__, "machine": machine, "complete": complete}
    return {**about, "models": list(models)}


class ResultsFile:
    """A file of results. What it holds of other models, or of other terms, stays in it; of each it holds one."""

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        """Read what is there, unless it is to be written anew. Raises ConfigurationError for something else."""
        self._path = path
        self._held: list[dict[str, Any]] = [] if anew else _models_in(path)

    def begun(self, name: str, terms: Terms) -> list[Outcome]:
        """The outcomes to go on after: those of the very same contestant, which one of unknown identity never is."""
        if not terms.identity:
            return []
        same = [one for one in self._held if _key(one) == (name, terms.record())]
        try:
            return [Outcome.of(task) for one in same[-1:] for task in one["tasks"]]
        except (KeyError, TypeError) as error:
            raise _not_results(self._path, error) from None

    def why_anew(self, name: str, terms: Terms) -> str:
        """What is other about what the file holds of this name, in words; "" where it holds nothing."""
        held = [one["terms"] for one in self._held if one["model"] == name]
        if not held:
            return ""
        unlike = min((terms.unlike(one) for one in held), key=len)
        return f"other {', '.join(unlike)}" if unlike else "nothing tells whether it is the same model"

    def save(self, scored: Sequence[Scored], *, complete: bool) -> None:
        """Write all results, whole or not at all. Raises ConfigurationError when that cannot be."""
        made = [one.record() for one in scored if one.outcomes]
        replaced = [_key(one) for one in made]
        models = [*(one for one in self._held if _key(one) not in replaced), *made]
        text = json.dumps(results_record(models, complete=complete), ensure_ascii=False, indent=1)
        try:
            replace_file(self._path, f"{text}\n".encode())
        except OSError as error:
            raise ConfigurationError(
                f"cannot write the results to {self._path}: {error.strerror or error}", hint="choose another --save"
            ) from None


def _models_in(path: Path) -> list[dict[str, Any]]:
    try:
        models = json.loads(path.read_text(encoding="utf-8"))["models"]
        if not all({"model", "terms", "tasks"} <= set(one) and isinstance(one["terms"], dict) for one in models):
            raise ValueError("a model's results are not whole")
        return list(models)
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _not_results(path, error) from None


def _key(record: Mapping[str, Any]) -> tuple[Any, Any]:
    """Whose results these are."""
    return record["model"], record["terms"]


def _not_results(path: Path, error: Exception) -> ConfigurationError:
    return ConfigurationError(f"{path} is not a file of results: {error}", hint="choose another --save, or give --anew")
