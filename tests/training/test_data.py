"""The word `data`, end to end at its tiny setting."""

import json
from pathlib import Path
from typing import Any

import pytest

from devops_agent.evaluation.worlds.values import for_testing
from training.__main__ import main
from training.tasks.catalogue import HELD_OUT_INTENTS

FILES = ("train", "test_phrasings", "test_values", "test_intents")


def made(folder: Path, *more: str) -> dict[str, list[dict[str, Any]]]:
    assert main(["data", "--out", str(folder), "--tokens", "30000", "--seed", "5", "--tiny", *more]) == 0
    return {name: [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()] for name in FILES}


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    return made(tmp_path_factory.mktemp("data"))


def first_task(trace: dict[str, Any]) -> str:
    text: str = trace["messages"][1]["content"]
    return text


def test_each_line_is_a_conversation_that_ends_with_an_answer(sets: dict[str, list[dict[str, Any]]]) -> None:
    for traces in sets.values():
        assert len(traces) >= 20
        for trace in traces:
            assert sorted(trace) == ["intent", "messages"]
            assert trace["messages"][0]["content"].startswith("You are a DevOps agent")
            assert first_task(trace).startswith("New task:\n")
            assert '{"name": "final_answer"' in trace["messages"][-1]["content"]


def test_the_same_seed_writes_the_same_bytes(sets: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    assert made(tmp_path) == sets


def test_held_out_intents_are_in_no_other_set(sets: dict[str, list[dict[str, Any]]]) -> None:
    assert {trace["intent"] for trace in sets["test_intents"]} <= HELD_OUT_INTENTS
    for name in ("train", "test_phrasings", "test_values"):
        assert not {trace["intent"] for trace in sets[name]} & HELD_OUT_INTENTS


def test_no_request_of_a_test_with_new_values_is_in_training(sets: dict[str, list[dict[str, Any]]]) -> None:
    train = {first_task(trace) for trace in sets["train"]}
    with_names = [
        trace for trace in sets["test_values"] if any(for_testing(word) for word in first_task(trace).split())
    ]
    assert with_names
    assert not train & {first_task(trace) for trace in with_names}


def test_a_list_of_commands_adds_questions_for_them(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(
        json.dumps({"page": "frob", "description": "Polish a thing", "command": "frob {{path/to/thing}}"}) + "\n"
    )
    traces = made(tmp_path / "out", "--tldr", str(pairs))["train"]
    answers = [trace["messages"][-1]["content"] for trace in traces if trace["intent"] == "talk.tldr"]
    assert answers
    assert all("Use `frob PATH_TO_THING`." in answer for answer in answers)
