"""Tasks are files; what is shipped is whole, and what is damaged is named."""

import json
from pathlib import Path

import pytest

from devops_agent.errors import ConfigurationError
from devops_agent.evaluation.tasks import SHIPPED, Task, chosen, load_tasks, record_of


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    return load_tasks()


def test_the_shipped_tasks_are_many_and_of_every_kind(tasks: list[Task]) -> None:
    kinds = [task.kind for task in tasks]
    assert len(tasks) >= 200
    assert kinds.count("outsiders") >= 60
    assert set(kinds) == {"phrasings", "values", "intents", "outsiders"}
    assert {"docker", "kubernetes", "helm", "files", "system", "git"} <= {task.category for task in tasks}


def test_most_of_them_run_in_a_real_shell(tasks: list[Task]) -> None:
    assert sum(task.runner == "bash" for task in tasks) > 0.8 * len(tasks)


def test_every_task_can_be_failed(tasks: list[Task]) -> None:
    for task in tasks:
        assert task.check.holds or task.check.wanted or task.check.contents, task.name


def test_they_take_little_room() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.glob("*.jsonl")) < 1_500_000


def test_a_sample_depends_on_its_seed_alone(tasks: list[Task]) -> None:
    first = [task.name for task in chosen(tasks, count=20, seed=3)]
    assert first == [task.name for task in chosen(tasks, count=20, seed=3)]
    assert first != [task.name for task in chosen(tasks, count=20, seed=4)]
    assert len(set(first)) == 20


def test_a_category_may_be_an_area_or_a_kind(tasks: list[Task]) -> None:
    assert {task.category for task in chosen(tasks, categories=["helm"])} == {"helm"}
    assert {task.kind for task in chosen(tasks, categories=["outsiders"])} == {"outsiders"}
    with pytest.raises(ConfigurationError, match="no category 'dcoker'") as failure:
        chosen(tasks, categories=["dcoker"])
    assert "docker" in failure.value.hint


def test_a_task_survives_being_written_down(tasks: list[Task], tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_text("".join(json.dumps(record_of(task)) + "\n" for task in tasks[:5]))
    assert load_tasks(path) == tasks[:5]


def test_a_moved_task_lies_below_its_new_root(tasks: list[Task], tmp_path: Path) -> None:
    task = next(one for one in tasks if one.runner == "bash")
    moved = task.moved(tmp_path)
    assert moved.make_world().cwd == f"{tmp_path}{task.make_world().cwd}"
    assert all(path == "/" or not path.startswith(task.world["home"]) for path in moved.make_world().files.tree)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("question", None),
        ("runner", "ssh"),
        ("reference", [{"tool": "bash"}]),
        ("world", {"seed": "x"}),
        ("check", []),
    ],
)
def test_a_damaged_line_is_named(tasks: list[Task], tmp_path: Path, key: str, value: object) -> None:
    path = tmp_path / "tasks.jsonl"
    good = record_of(tasks[0])
    path.write_text(json.dumps(good) + "\n" + json.dumps({**good, "name": "x", key: value}) + "\n")
    with pytest.raises(ConfigurationError, match=r"line 2 of .*tasks\.jsonl is not a task"):
        load_tasks(path)


def test_a_world_holds_only_what_worlds_hold(tasks: list[Task], tmp_path: Path) -> None:
    record = json.loads(json.dumps(record_of(tasks[0])))
    record["world"]["parts"]["docker"] = {"containers": [{"$": "Popen", "args": ["id"]}]}
    path = tmp_path / "tasks.jsonl"
    path.write_text(json.dumps(record))
    with pytest.raises(ConfigurationError, match="a world holds no 'Popen'"):
        load_tasks(path)


def test_two_tasks_of_one_name_are_refused(tasks: list[Task], tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_text(2 * (json.dumps(record_of(tasks[0])) + "\n"))
    with pytest.raises(ConfigurationError, match="two tasks have the name"):
        load_tasks(path)
