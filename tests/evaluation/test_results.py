"""A file of results gives no contestant the figures of another; those in the repository are of what is shipped."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devops_agent.backends.embedded.model_file import SHIPPED, shipped_checksum
from devops_agent.errors import ConfigurationError
from devops_agent.evaluation.identity import prompt_digest
from devops_agent.evaluation.outcome import Outcome
from devops_agent.evaluation.results import ResultsFile, Scored
from devops_agent.evaluation.tasks import digest_of, load_tasks
from devops_agent.evaluation.terms import terms_of
from devops_agent.settings import Settings

RESULTS = Path(__file__).parents[2] / "evals" / "results"
MODELS = [path.stem for path in SHIPPED.glob("*.gguf")]
TERMS = terms_of(Settings(), "tasks", "0f" * 32)


def outcome(task: str) -> Outcome:
    shares = {"replies": 1, "well_formed": 1, "first_right": True, "solved": True, "unproven": False, "unsafe": 0}
    counts = {"steps": 1, "prompt_tokens": 9, "output_tokens": 3, "reread": None, "longest": 12, "seconds": 0.5}
    return Outcome(
        task=task, category="git", kind="values", why="", answer="It is.", calls=("git log",), **shares, **counts
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that holds one task of one model."""
    path = tmp_path / "results.json"
    ResultsFile(path).save([Scored("small", TERMS, [outcome("first")])], complete=False)
    return path


def held(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text())["models"])


def shipped_results(name: str) -> dict[str, Any]:
    (model,) = held(RESULTS / f"{name}.json")
    return model


def test_the_very_same_contestant_goes_on_and_keeps_one_record(path: Path) -> None:
    file = ResultsFile(path)
    outcomes = file.begun("small", TERMS)
    assert outcomes == [outcome("first")]
    for _ in range(2):
        file.save([Scored("small", TERMS, [*outcomes, outcome("second")])], complete=True)
    assert [[task["task"] for task in one["tasks"]] for one in held(path)] == [["first", "second"]]


@pytest.mark.parametrize(
    "change",
    [{"identity": "1e" * 32}, {"prompt": "other"}, {"version": "0.0.1"}, {"max_steps": 3}, {"tasks": "others"}],
)
def test_what_is_not_the_same_in_every_term_begins_anew_beside_the_old(path: Path, change: dict[str, Any]) -> None:
    file, terms = ResultsFile(path), replace(TERMS, **change)
    assert file.begun("small", terms) == []
    assert file.why_anew("small", terms) == f"other {next(iter(change))}"
    file.save([Scored("small", terms, [outcome("second")])], complete=True)
    assert [one["terms"] for one in held(path)] == [TERMS.record(), terms.record()]


def test_a_record_that_names_no_identity_is_kept_and_never_gone_on_with(path: Path) -> None:
    record = json.loads(path.read_text())
    for name in ("identity", "prompt", "version", "max_steps"):
        del record["models"][0]["terms"][name]
    path.write_text(json.dumps(record))
    file = ResultsFile(path)
    assert file.begun("small", TERMS) == []
    assert file.why_anew("small", TERMS) == "other identity, prompt, version, max_steps"
    file.save([Scored("small", TERMS, [outcome("second")])], complete=True)
    assert len(held(path)) == 2


def test_a_model_that_nobody_can_identify_takes_the_place_of_its_namesake(path: Path) -> None:
    terms = replace(TERMS, identity="")
    for name in ("second", "third"):
        file = ResultsFile(path)
        assert file.begun("small", terms) == []
        file.save([Scored("small", terms, [outcome(name)])], complete=True)
    assert file.why_anew("small", terms) == "nothing tells whether it is the same model"
    assert [[task["task"] for task in one["tasks"]] for one in held(path)] == [["first"], ["third"]]


def test_a_contestant_that_finished_nothing_leaves_the_file_as_it_was(path: Path) -> None:
    before = held(path)
    ResultsFile(path).save([Scored("small", TERMS)], complete=False)
    assert held(path) == before


@pytest.mark.parametrize("models", ["x", [1], [{"model": "small"}], [{"model": "small", "terms": [], "tasks": []}]])
def test_something_else_is_no_file_of_results(path: Path, models: object) -> None:
    path.write_text(json.dumps({"models": models}))
    with pytest.raises(ConfigurationError, match="is not a file of results"):
        ResultsFile(path)


@pytest.mark.parametrize("name", ["oracle", "null", *MODELS])
def test_the_results_in_the_repository_cover_the_shipped_tasks(name: str) -> None:
    tasks = load_tasks()
    result = shipped_results(name)
    assert [one["task"] for one in result["tasks"]] == [task.name for task in tasks]
    assert result["terms"]["tasks"] == digest_of(tasks)


def test_the_ends_of_the_scale_are_all_and_nothing() -> None:
    best, least = (shipped_results(name)["tasks"] for name in ("oracle", "null"))
    assert [one["task"] for one in best if not (one["first_right"] and one["solved"])] == []
    assert [one["task"] for one in least if one["first_right"] or one["solved"]] == []


def test_the_results_of_the_shipped_model_are_of_its_very_file_and_prompt() -> None:
    for name in MODELS:
        terms = shipped_results(name)["terms"]
        assert terms.get("identity") == shipped_checksum(SHIPPED / f"{name}.gguf"), "run `devops-agent eval` anew"
        assert terms.get("prompt") == prompt_digest(), "run `devops-agent eval` anew"


def test_the_prompt_s_name_is_the_same_each_time_and_changes_with_a_tool_s_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from devops_agent.tools.get_env import GetEnv

    before = prompt_digest()
    assert prompt_digest() == before
    monkeypatch.setattr(GetEnv, "parameters", {"key": {"type": "string", "description": "Another word."}})
    assert prompt_digest() != before
