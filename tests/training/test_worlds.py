"""Worlds answer commands, remember changes, and say of mistakes what real tools say."""

import random

import pytest

from devops_agent.evaluation.worlds.values import Values, for_testing
from devops_agent.evaluation.worlds.world import World


@pytest.fixture
def world() -> World:
    return World("a world")


def test_the_same_seed_makes_the_same_world() -> None:
    one, other = World("x"), World("x")
    for world in (one, other):
        world.docker.populate(3, 2)
        world.cluster.populate("shop", 3)
    for command in ("docker ps -a", "kubectl get pods -A", "df -h", "git status", "uptime"):
        assert one.run(command) == other.run(command)


def test_a_stopped_container_leaves_the_list_and_comes_back(world: World) -> None:
    one = world.docker.add("plain", "shop")
    assert "shop" in world.run("docker ps")[0]
    assert world.run("docker stop shop") == ("shop\n", "", 0)
    assert "shop" not in world.run("docker ps")[0]
    assert "Exited" in world.run("docker ps -a --filter name=shop")[0]
    world.run("docker start shop")
    assert one.state == "running"


def test_an_unknown_container_is_refused_in_docker_s_own_words(world: World) -> None:
    assert world.run("docker stop ghost") == ("", "Error response from daemon: No such container: ghost\n", 1)
    assert world.run("docker inspect ghost")[1:] == ("Error: No such object: ghost\n", 1)


def test_a_taken_port_keeps_a_container_from_starting(world: World) -> None:
    first, second = world.docker.add("plain", "first"), world.docker.add("stopped", "second")
    first.ports = second.ports = [(8080, 80)]
    _, error, code = world.run("docker start second")
    assert code == 1
    assert "Bind for 0.0.0.0:8080 failed: port is already allocated" in error


def test_scaling_a_deployment_changes_its_pods(world: World) -> None:
    world.cluster.deploy("shop", "running", "cart", 1)
    assert world.run("kubectl scale deployment cart --replicas=4 -n shop") == ("deployment.apps/cart scaled\n", "", 0)
    assert "4/4" in world.run("kubectl get deployment cart -n shop")[0]
    assert world.run("kubectl get pods -n shop --no-headers | wc -l")[0] == "4\n"


def test_a_missing_pod_is_reported_as_kubectl_does(world: World) -> None:
    world.cluster.namespace("shop")
    assert '(NotFound): pods "ghost" not found' in world.run("kubectl logs ghost -n shop")[1]
    assert world.run("kubectl get pods -n shop") == ("", "No resources found in shop namespace.\n", 0)


@pytest.mark.parametrize(
    "health", ["crashloop", "oom", "imagepull", "pending", "unready", "liveness", "config", "creating"]
)
def test_every_illness_shows_in_the_events_or_the_last_state(world: World, health: str) -> None:
    pod = world.cluster.pods_of(world.cluster.deploy("shop", health, "cart", 1))[0]  # type: ignore[arg-type]
    described = world.run(f"kubectl describe pod {pod.name} -n shop")[0]
    cause = "OOMKilled" if health == "oom" else "Exit Code:" if health == "crashloop" else pod.cause
    assert cause in described


def test_a_service_whose_selector_matches_nothing_has_no_endpoints(world: World) -> None:
    workload = world.cluster.deploy("shop", "running", "cart", 2)
    world.cluster.expose(workload, "good")
    world.cluster.expose(workload, "bad", selects="other")
    assert "<none>" in world.run("kubectl get endpoints bad -n shop")[0]
    assert "<none>" not in world.run("kubectl get endpoints good -n shop")[0]


def test_pipes_lists_and_redirections_work(world: World) -> None:
    world.run("echo one > list.txt; echo two >> list.txt")
    assert world.run("cat list.txt | grep -c o && echo yes") == ("2\nyes\n", "", 0)
    assert world.run("cat missing.txt 2>/dev/null || echo no")[0] == "no\n"
    assert world.run("grep 'a|b' list.txt | head -n 1")[2] == 0
    assert world.perform("cat missing.txt | wc -l").pipeline == (1, 0)


def test_an_unknown_program_is_not_found(world: World) -> None:
    assert world.run("frobnicate now") == ("", "bash: line 1: frobnicate: command not found\n", 127)


def test_a_failed_unit_says_why_in_its_journal(world: World) -> None:
    unit = world.system.add_unit("failed", "mailer")
    assert world.run("systemctl is-active mailer") == ("failed\n", "", 3)
    assert unit.cause in world.run("journalctl -u mailer -n 20 --no-pager")[0]


def test_a_commit_takes_what_was_staged(world: World) -> None:
    world.git.touch(2, 1)
    world.run("git add -A")
    assert world.run('git commit -m "a change"')[2] == 0
    assert "nothing to commit, working tree clean" in world.run("git status")[0]
    assert world.run("git log --oneline -1")[0].endswith("a change\n")


def test_helm_installs_only_from_repositories_it_knows(world: World) -> None:
    assert "repo shop not found" in world.run("helm install web shop/web")[1]
    world.run("helm repo add shop https://charts.example.com")
    assert "STATUS: deployed" in world.run("helm install web shop/web")[0]
    assert "web" in world.run("helm list")[0]


def test_no_name_is_used_for_training_and_testing_alike() -> None:
    train, test = Values(random.Random(1), "train"), Values(random.Random(1), "test")
    assert not any(for_testing(train.name()) for _ in range(500))
    assert all(for_testing(test.name()) for _ in range(500))
