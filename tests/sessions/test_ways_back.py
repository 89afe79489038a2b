"""What brings a cluster or a container back, from the words of the command that changed it."""

import json

import pytest

from devops_agent.sessions.ways_back import as_command, filled_in, held, located, way_back

WEB = {"kind": "Deployment", "metadata": {"name": "web", "uid": "1", "resourceVersion": "7"}, "status": {}}


@pytest.mark.parametrize(
    ("command", "look", "state", "back"),
    [
        (
            "kubectl scale deploy/web -n shop --replicas=0",
            "kubectl get deploy/web -n shop -o 'jsonpath={.spec.replicas}'",
            "3",
            "kubectl scale deploy/web -n shop --replicas=3",
        ),
        (
            "kubectl --context=dev delete deploy web --grace-period 5",
            "kubectl get deploy web --context dev --ignore-not-found -o json",
            json.dumps(WEB),
            "kubectl create -f {file} --context dev",
        ),
        (
            "kubectl apply -f app.yaml",
            "kubectl get -f app.yaml --ignore-not-found -o json",
            json.dumps(WEB),
            "kubectl replace -f {file}",
        ),
        (
            "kubectl apply -f app.yaml",
            "kubectl get -f app.yaml --ignore-not-found -o json",
            "",
            "kubectl delete -f app.yaml",
        ),
        (
            """kubectl patch deploy web -p '{"spec":{"replicas":2}}'""",
            "kubectl get deploy web -o json",
            json.dumps(WEB),
            "kubectl replace -f {file}",
        ),
        (
            "kubectl set image deploy/web web=nginx:2",
            "kubectl get image deploy/web -o json".replace("image ", ""),
            json.dumps(WEB),
            "kubectl replace -f {file}",
        ),
        (
            "kubectl label pod web tier=front old-",
            "kubectl get pod web -o json",
            json.dumps(WEB),
            "kubectl replace -f {file}",
        ),
        ("kubectl cordon node1", "", "", "kubectl uncordon node1"),
        (
            "docker stop -t 5 --signal=INT web",
            "docker inspect --format '{{.State.Running}}' web",
            "true",
            "docker start web",
        ),
        (
            "kubectl config use-context prod",
            "kubectl config current-context",
            "dev\n",
            "kubectl config use-context dev",
        ),
        (
            "docker stop web db",
            "docker inspect --format '{{.State.Running}}' web db",
            "true\ntrue\n",
            "docker start web db",
        ),
        ("docker start web", "docker inspect --format '{{.State.Running}}' web", "false\n", "docker stop web"),
        ("docker rename a b", "", "", "docker rename b a"),
        ("docker network connect net web", "", "", "docker network disconnect net web"),
    ],
)
def test_the_way_back_from_a_change(command: str, look: str, state: str, back: str) -> None:
    way = way_back(command)
    assert way is not None and as_command(way.look) == look
    found = filled_in(way, state)
    assert found is not None and as_command(found[0]) == back


@pytest.mark.parametrize(
    "command",
    [
        "kubectl get pods",
        "kubectl delete ns shop",
        "kubectl delete pvc/data",
        "kubectl delete pod $(cat names)",
        "kubectl delete pod a && kubectl delete pod b",
        "kubectl delete pod a > log",
        "kubectl delete pod `x`",
        "kubectl 'delete",
        "kubectl",
        "docker stop --everything web",
        "docker rm web",
        "rm -rf build",
        "",
    ],
)
def test_what_is_not_understood_has_no_way_back(command: str) -> None:
    assert way_back(command) is None


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("docker stop web db", "true\nfalse\n"),
        ("docker stop web", ""),
        ("kubectl scale deploy/web --replicas=1", ""),
        ("kubectl scale deploy a b --replicas=1", "1 2"),
        ("kubectl delete pod web", ""),
        ("kubectl delete pod web", "not json"),
        ("kubectl delete pod -l a=b", '{"kind": "List", "items": []}'),
    ],
)
def test_an_unexpected_state_has_no_way_back(command: str, state: str) -> None:
    way = way_back(command)
    assert way is not None and filled_in(way, state) is None


def test_kept_objects_carry_nothing_that_only_the_cluster_may_set() -> None:
    way = way_back("kubectl delete deploy -l app=web")
    assert way is not None
    found = filled_in(way, json.dumps({"kind": "List", "metadata": {"resourceVersion": ""}, "items": [WEB]}))
    assert found is not None
    assert json.loads(found[1]) == {"kind": "List", "items": [{"kind": "Deployment", "metadata": {"name": "web"}}]}


@pytest.mark.parametrize(
    ("back", "there"),
    [
        ("kubectl scale deploy/web --replicas=3", "kubectl scale deploy/web --replicas=3 --context dev -n shop"),
        ("kubectl scale deploy/web -n pay --replicas=3", "kubectl scale deploy/web -n pay --replicas=3 --context dev"),
        ("kubectl create -f {file}", "kubectl create -f {file} --context dev"),
        ("kubectl delete -f app.yaml", "kubectl delete -f app.yaml --context dev"),
        ("kubectl uncordon node1 --context=other", "kubectl uncordon node1 --context=other"),
        ("kubectl config use-context other", "kubectl config use-context other"),
        ("docker start web", "docker start web"),
    ],
)
def test_a_way_back_goes_where_the_change_was_whatever_is_chosen_meanwhile(back: str, there: str) -> None:
    assert located(tuple(back.split()), "dev", "shop") == tuple(there.split())


def test_the_objects_of_a_way_back_are_named() -> None:
    assert held(json.dumps(WEB)) == "Deployment/web"
    many = [{**WEB, "metadata": {"name": f"web-{number}"}} for number in range(7)]
    assert held(json.dumps({"kind": "List", "items": many})).endswith("Deployment/web-4 ...")
    assert held(json.dumps({"kind": "Service", "metadata": {"name": "x\nrm -rf /"}})) == "..."
