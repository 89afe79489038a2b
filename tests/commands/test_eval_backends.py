"""`devops-agent eval` of models behind servers: what they say is scored as what anybody says."""

import json
from pathlib import Path
from typing import Any

import pytest

from devops_agent.backends.toolcalls import FINAL_ANSWER, written_call
from devops_agent.evaluation.tasks import Task, chosen, load_tasks
from devops_agent.opening import SUGGESTED
from tests.backends.test_openai import completions, words
from tests.commands.test_eval import models, share
from tests.ollama_server import Installed, OllamaServer
from tests.playing import answers
from tests.program import Finished, ollama, run

COUNT, SEED = 3, 11
SAMPLE = ("--tasks", str(COUNT), "--seed", str(SEED), "--no-advice")
NO_IDEA = answers("I do not know.")


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    return chosen(load_tasks(), count=COUNT, seed=SEED)


def script(tasks: list[Task]) -> list[str]:
    """What a model says that knows every task."""
    told = [[*((call.tool, call.arguments) for call in task.reference), _answer(task)] for task in tasks]
    return [written_call(*call) for calls in told for call in calls]


def _answer(task: Task) -> tuple[str, dict[str, Any]]:
    return FINAL_ANSWER, {"answer": task.answer}


def evaluated(url: str, model: str, path: Path) -> tuple[Finished, list[dict[str, Any]]]:
    """A run of the program that saves its results, and what the file holds then."""
    finished = run("eval", "--model", model, *SAMPLE, "--save", str(path), **ollama(url))
    assert finished.code == 0, finished.err
    return finished, json.loads(path.read_text())["models"]


def test_a_model_in_ollama_is_scored_by_what_it_says(tasks: list[Task], tmp_path: Path) -> None:
    with OllamaServer(replies=script(tasks)) as server:
        evaluated(server.url, "ollama:qwen3-devops", tmp_path / "results.json")
        assert server.waiting_replies == 0
        asked = [body["messages"][1]["content"].partition(SUGGESTED)[0] for body in server.chats]
    assert list(dict.fromkeys(asked)) == [f"New task:\n{task.question}" for task in tasks]
    (model,) = models((tmp_path / "results.json").read_text()).values()
    for name in ("well_formed", "first_right", "solved"):
        assert share(model, name) == 1.0
    assert model["figures"]["all"]["prompt_tokens"] > 0


def test_another_model_of_the_same_name_in_ollama_gets_figures_of_its_own(tasks: list[Task], tmp_path: Path) -> None:
    path, kept = tmp_path / "results.json", Installed(digest="a1" * 32)
    with OllamaServer(replies=script(tasks), models={"qwen3-devops": kept}) as server:
        evaluated(server.url, "ollama:qwen3-devops", path)
        again, _ = evaluated(server.url, "ollama:qwen3-devops", path)
    assert f"going on after {COUNT} tasks" in again.err
    with OllamaServer(replies=[NO_IDEA] * 9, models={"qwen3-devops": Installed(digest="b2" * 32)}) as server:
        other, held = evaluated(server.url, "ollama:qwen3-devops", path)
    assert "other identity" in other.err and "going on after" not in other.err
    assert [one["terms"]["identity"] for one in held] == ["a1" * 32, "b2" * 32]
    assert [share(one, "solved") for one in held] == [1.0, 0.0]


def test_a_model_behind_an_openai_interface_is_scored_and_never_taken_for_an_earlier_one(
    tasks: list[Task], tmp_path: Path
) -> None:
    path = tmp_path / "results.json"
    with completions(*map(words, script(tasks))) as (url, asked):
        _, (first,) = evaluated(url, "openai:small", path)
    assert {body["path"] for body in asked} == {"/v1/chat/completions"}
    assert [share(first, name) for name in ("well_formed", "first_right", "solved")] == [1.0] * 3
    with completions(words(NO_IDEA)) as (url, _):
        again, (only,) = evaluated(url, "openai:small", path)
    assert "nothing tells whether it is the same model" in again.err
    assert share(only, "solved") == 0.0
