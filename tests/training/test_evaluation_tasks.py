from pathlib import Path

from devops_agent.evaluation.tasks import load_tasks
from training.__main__ import main


def test_a_tiny_set_of_tasks_is_made_and_can_be_loaded(tmp_path: Path) -> None:
    assert main(["tasks", "--out", str(tmp_path), "--tiny"]) == 0
    for kind in ("phrasings", "values", "intents", "outsiders"):
        tasks = load_tasks(tmp_path / f"{kind}.jsonl")
        assert [task.kind for task in tasks] == [kind] * 3
        assert all(task.check.holds or task.check.wanted or task.check.contents for task in tasks)
