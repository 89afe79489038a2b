"""What is played on a real engine touches what was made for it, and nothing else."""

import json
import os
import re
from pathlib import Path

import pytest

from devops_agent.approval import Request
from devops_agent.evaluation.real import RealApprover, real_tasks
from devops_agent.evaluation.real_places import Engine
from devops_agent.events import Call, Verdict
from tests.commands.test_eval import models, share
from tests.evaluation.golden_cluster import RealCluster, vanishing, wait_until
from tests.program import run

PLACE = Engine({"PATH": "/usr/bin:/bin"}, "busybox:1.36")
CLUSTER = os.environ.get("DEVOPS_AGENT_TEST_KUBECONFIG", "")
IMAGE = os.environ.get("DEVOPS_AGENT_TEST_IMAGE", "busybox:1.36")
TASKS = {task.question.split()[0]: task for task in real_tasks(PLACE)}

ENGINE = """\
#!/bin/sh
folder=$(dirname "$0")
[ "$1" = run ] && echo "$6" >> "$folder/$6.container"
[ "$1" = rm ] && rm -f "$folder/$3.container"
[ "$1" = ps ] || exit 0
for file in "$folder"/*.container; do
    name=$(basename "$file" .container)
    case $name in *-web) state=running ;; *) state=exited ;; esac
    echo "{\\"Names\\": \\"$name\\", \\"State\\": \\"$state\\"}"
done
"""


def allows(word: str, command: str) -> bool:
    """Whether the task lets a command run, which calls the containers of the task `old` and `web`."""
    command = command.format(old=PLACE.old, web=PLACE.web)
    approve = RealApprover(TASKS[word])
    return approve(Request(Call("bash", {"command": command}), Verdict("CHANGE"), Path("/"))).allowed


def test_every_name_is_of_its_own() -> None:
    names = {PLACE.web, PLACE.dead, PLACE.old}
    assert len(names) == 3
    assert all(name.startswith("devops-agent-eval-") for name in names)
    assert names.isdisjoint({Engine({}, "x").web})


@pytest.mark.parametrize("command", ["docker rm {old}", "docker rm -f {old}", "docker  rm '{old}'"])
def test_what_the_task_names_may_be_changed(command: str) -> None:
    assert allows("remove", command)


@pytest.mark.parametrize(
    "command",
    [
        "docker rm {web}",
        "docker rm {old} production-db",
        "docker stop {old}",
        "docker container prune -f",
        "docker rm {old}; docker rm production-db",
        "docker rm -v {old}",
        "docker -H tcp://elsewhere rm {old}",
        "docker rm {old} $(docker ps -q)",
    ],
)
def test_nothing_else_may(command: str) -> None:
    assert not allows("remove", command)


def test_a_second_run_takes_the_place_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "docker").write_text(ENGINE)
    (tmp_path / "docker").chmod(0o755)
    words = ("--real", "--yes", "--category", "docker", "--save", str(tmp_path / "results.json"))
    for _ in range(2):
        finished = run("eval", "--baseline", "null", *words, PATH=f"{tmp_path}:{os.environ['PATH']}")
        assert finished.code == 0, finished.err
    (only,) = json.loads((tmp_path / "results.json").read_text())["models"]
    assert len(only["tasks"]) == len(TASKS)
    assert only["terms"]["tasks"] == "real docker busybox:1.36"


@pytest.mark.skipif(
    os.environ.get("DEVOPS_AGENT_TEST_DOCKER") != "1", reason="DEVOPS_AGENT_TEST_DOCKER=1 uses an engine"
)
def test_the_oracle_solves_the_tasks_on_a_real_engine(tmp_path: Path) -> None:
    words = ("--real", "--yes", "--category", "docker", "--image", IMAGE, "--output", "json")
    finished = run("eval", "--baseline", "oracle", *words)
    assert finished.code == 0, finished.err
    assert share(models(finished.out)["oracle"], "solved") == 1.0


@pytest.mark.skipif(not CLUSTER, reason="DEVOPS_AGENT_TEST_KUBECONFIG names no test cluster")
@pytest.mark.parametrize(("baseline", "solved"), [("oracle", 1.0), ("null", 0.0)])
def test_a_real_cluster_tells_who_knows_all_from_who_says_nothing(baseline: str, solved: float) -> None:
    words = ("--real", "--yes", "--category", "kubernetes", "--image", IMAGE, "--output", "json")
    finished = run("eval", "--baseline", baseline, *words, KUBECONFIG=CLUSTER)
    assert finished.code == 0, finished.err
    (only,) = json.loads(finished.out)["models"]
    assert len(only["tasks"]) == 4
    assert share(only, "solved") == solved
    (namespace,) = re.findall(r"the namespace (\S+) with pods", finished.err)
    wait_until(lambda: vanishing(RealCluster(CLUSTER, namespace, IMAGE)))
