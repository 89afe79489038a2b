"""The word `data`, end to end at its tiny setting."""

import json
import re
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest

from devops_agent.evaluation.worlds.values import for_testing
from devops_agent.opening import SUGGESTED
from devops_agent.transcript import ERROR_PREFIX
from training.__main__ import main
from training.data import Maker
from training.data import traces as endless
from training.encoding import messages_of, segments
from training.stage import Stage
from training.tasks.catalogue import HELD_OUT_INTENTS, INTENTS
from training.tasks.commands import KEPT_FOR_TESTING
from training.tasks.referenced import referenced_intent
from training.tasks.tldr import tldr_intents

FILES = ("train", "test_phrasings", "test_values", "test_intents")


def made(folder: Path, *more: str) -> dict[str, list[dict[str, Any]]]:
    assert main(["data", "--out", str(folder), "--tokens", "30000", "--seed", "5", "--tiny", *more]) == 0
    return {name: [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()] for name in FILES}


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    return made(tmp_path_factory.mktemp("data"))


def first_task(trace: dict[str, Any]) -> str:
    text: str = trace["messages"][1]["content"]
    return text.partition(SUGGESTED)[0]


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


def first_command(trace: dict[str, Any]) -> str:
    call = json.loads(trace["messages"][2]["content"].removeprefix("<tool_call>").removesuffix("</tool_call>"))
    return str(call["arguments"].get("command", ""))


def test_a_list_of_commands_is_run_but_for_what_is_kept_for_testing(tmp_path: Path) -> None:
    described = {"docker top {{container}}": "Show processes of a container", "kubectl uncordon {{n}}": "Use a node"}
    pairs = [{"page": text.split()[0], "description": what, "command": text} for text, what in described.items()]
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, pairs)))
    with Stage() as stage:
        intents = tldr_intents(tmp_path / "pairs.jsonl")
        found = list(islice(endless(Maker(stage, "listed"), intents, "train", "train"), 40))
    run = [trace for trace in found if trace["intent"] != "talk.tldr"]
    assert {trace["intent"] for trace in run} == {"command.typed", "command.described"}
    for trace in run:
        program, verb, name = first_command(trace).split()
        assert (program, verb) == ("docker", "top")
        assert name in first_task(trace)
        assert (first_command(trace) in first_task(trace)) == (trace["intent"] == "command.typed")
    assert not any("uncordon" in json.dumps(trace["messages"][1:]) for trace in found)


def test_what_the_reference_says_of_a_command_is_a_request_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.slips.SHARE", 0.0)
    with Stage() as stage:
        found = list(islice(endless(Maker(stage, "own"), [referenced_intent()], "train", "train"), 60))
    hits = 0
    for trace in found:
        command, suggested = first_command(trace), trace["messages"][1]["content"].partition(SUGGESTED)[2]
        assert not KEPT_FOR_TESTING.search(suggested)
        assert not re.search(r"\b(CONTAINER|POD|NAMESPACE|FILE)\b", command)
        hits += command.split()[0] in {one.split()[0] for one in suggested.splitlines()}
    assert hits > 0.9 * len(found)


def test_a_wrong_answer_is_sent_back_and_mended_and_not_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.slips.SHARE", 1.0)
    intents = [one for one in INTENTS if one.name in ("docker.running", "docker.why_stopped", "k8s.pods")]
    with Stage() as stage:
        found = list(islice(endless(Maker(stage, "slips"), intents, "train", "train"), 30))
    early = late = 0
    for trace in found:
        messages = messages_of(trace)
        wrong = [at for at, one in enumerate(messages) if one.content.startswith(ERROR_PREFIX)]
        early += wrong == [3]
        late += wrong == [len(messages) - 2]
        learned = [text for text, is_learned in segments(messages) if is_learned]
        said = [one.content for at, one in enumerate(messages) if one.role == "assistant" and at + 1 not in wrong]
        assert [text.partition("<|im_end|>")[0] for text in learned] == said
    assert early > 3 and late > 3


def test_a_request_that_is_the_command_itself_takes_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.data.TYPED_SHARE", 1.0)
    intents = [one for one in INTENTS if one.name in ("docker.restart", "system.what_eats_disk", "talk.which_service")]
    with Stage() as stage:
        found = list(islice(endless(Maker(stage, "typed"), intents, "train", "train"), 40))
    by_name = {name: [one for one in found if one["intent"] == name] for name in {one["intent"] for one in found}}
    assert set(by_name) == {one.name for one in intents}
    assert not any(first_command(one) in first_task(one) for one in by_name.pop("talk.which_service"))
    for trace in chain(*by_name.values()):
        assert first_command(trace) in first_task(trace)
        assert len(trace["messages"]) == 5
