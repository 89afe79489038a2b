"""`devops-agent eval`, as a user starts it."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.program import interrupt, run, start


def models(text: str) -> dict[str, dict[str, Any]]:
    return {one["model"]: one for one in json.loads(text)["models"]}


def share(model: dict[str, Any], name: str) -> float:
    return float(model["figures"]["all"][name]["share"])


def without_times(model: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**task, "seconds": 0} for task in model["tasks"]]


def test_the_oracle_reaches_everything_and_the_null_model_nothing(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    words = ("--tasks", "8", "--seed", "5", "--save", str(path))
    finished = run("eval", "--baseline", "oracle", "--baseline", "null", *words)
    assert finished.code == 0, finished.err
    assert "oracle" in finished.out
    found = models(path.read_text())
    for name in ("well_formed", "first_right", "solved"):
        assert (share(found["oracle"], name), share(found["null"], name)) == (1.0, 0.0)
    assert json.loads(path.read_text())["complete"] is True
    again = run("eval", "--baseline", "oracle", "--output", "json", *words[:4])
    assert without_times(models(again.out)["oracle"]) == without_times(found["oracle"])


def test_ctrl_c_keeps_what_was_finished_and_the_next_run_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    words = ("eval", "--baseline", "oracle", "--tasks", "12", "--save", str(path))
    process = start(*words)
    while process.poll() is None and not (path.exists() and models(path.read_text())["oracle"]["tasks"]):
        time.sleep(0.01)
    stopped = interrupt(process)
    kept = models(path.read_text())["oracle"]["tasks"]
    assert (stopped.code, json.loads(path.read_text())["complete"]) == (130, False), stopped.err
    assert 1 <= len(kept) < 12
    finished = run(*words)
    assert f"going on after {len(kept)} tasks" in finished.err
    whole = models(path.read_text())["oracle"]["tasks"]
    assert (len(whole), whole[: len(kept)]) == (12, kept)


def test_results_of_other_models_stay_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    for name in ("null", "oracle"):
        assert run("eval", "--baseline", name, "--tasks", "1", "--save", str(path)).code == 0
    assert set(models(path.read_text())) == {"oracle", "null"}
    assert run("eval", "--baseline", "null", "--tasks", "1", "--anew", "--save", str(path)).code == 0
    assert set(models(path.read_text())) == {"null"}


@pytest.mark.parametrize("name", ["embedded:nothere", "embedded:./nothere.gguf"])
def test_an_unknown_model_is_code_3(name: str) -> None:
    finished = run("eval", "--model", name, "--tasks", "1")
    assert finished.code == 3
    assert "nothere" in finished.err


def test_a_server_that_is_not_there_is_code_3() -> None:
    finished = run("eval", "--model", "x", "--tasks", "1", OLLAMA_HOST="127.0.0.1:9")
    assert finished.code == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--category", "dcoker"], "there is no category 'dcoker'"),
        (["--from", "nothere.jsonl"], "cannot read the tasks in nothere.jsonl"),
        (["--from", "damaged.jsonl"], "line 1 of damaged.jsonl is not a task"),
        (["--save", "damaged.jsonl"], "is not a file of results"),
        (["--baseline", "genius"], "genius"),
    ],
)
def test_what_cannot_be_is_a_usage_error(tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "damaged.jsonl").write_text('{"name": "x"}\n')
    finished = run("eval", "--baseline", "null", "--tasks", "1", *words, cwd=tmp_path)
    assert finished.code == 2
    assert said in finished.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "nothing was made"),
        (["--tasks", "1"], "--real plays tasks of its own and takes no --tasks"),
        (["--quick", "--seed", "0"], "takes no --quick, --seed"),
        (["--from", "own.jsonl"], "takes no --from"),
        (["--category", "docker", "--category", "git"], "takes no --category git"),
    ],
)
def test_the_real_tasks_are_not_chosen_among(words: list[str], said: str) -> None:
    finished = run("eval", "--baseline", "null", "--real", *words)
    assert finished.code == 2
    assert said in finished.err


@pytest.mark.parametrize("name", ["version", "prompt", "max_steps"])
def test_figures_of_another_version_or_prompt_are_not_gone_on_with(tmp_path: Path, name: str) -> None:
    path = tmp_path / "results.json"
    words = ("eval", "--baseline", "null", "--tasks", "1", "--save", str(path))
    assert run(*words).code == 0
    record = json.loads(path.read_text())
    record["models"][0]["terms"][name] = "another"
    path.write_text(json.dumps(record))
    again = run(*words)
    assert f"null: not continuing what {path} holds of it (other {name})" in again.err
    assert [one["terms"][name] == "another" for one in json.loads(path.read_text())["models"]] == [True, False]


def test_a_file_that_was_replaced_does_not_get_the_figures_of_the_old_one(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="the embedded engine is not installed")
    from tests.tiny_model import write_tiny_model

    path = tmp_path / "results.json"
    model, other = (write_tiny_model(tmp_path / name).path for name in ("model.gguf", "other.gguf"))
    digests = [hashlib.sha256(one.read_bytes()).hexdigest() for one in (model, other)]
    words = ("eval", "--model", f"embedded:{model}", "--tasks", "2", "--category", "git", "--save", str(path))
    assert "(not proven: 2 tasks do not tell these apart)" in run(*words).out
    assert "going on after 2 tasks" in run(*words, "--no-advice").err
    other.replace(model)
    finished = run(*words, "--no-advice")
    assert "other identity" in finished.err and "going on after" not in finished.err
    assert [one["terms"]["identity"] for one in json.loads(path.read_text())["models"]] == digests


def test_any_gguf_is_scored_in_this_process_and_given_advice(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="the embedded engine is not installed")
    from tests.tiny_model import write_tiny_model

    model = write_tiny_model(tmp_path / "tiny.gguf").path
    words = ("--tasks", "2", "--category", "git", "--num-ctx", "4096", "--output", "json")
    finished = run("eval", "--model", f"embedded:{model}", *words)
    assert finished.code == 0, finished.err
    scored = models(finished.out)[str(model)]
    assert scored["figures"]["all"]["solved"]["count"] == 0
    assert scored["advice"]["num_ctx"] >= 4096
    assert [row["tasks"] for row in scored["advice"]["measured"]] == [2, 2]
    assert scored["advice"]["proven"] is False


def test_the_help_says_what_the_figures_mean() -> None:
    finished = run("eval", "--help")
    assert finished.code == 0
    for word in ("well-formed", "unsafe", "--baseline", "--save", "examples:"):
        assert word in finished.out
