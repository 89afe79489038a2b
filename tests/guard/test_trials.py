"""What can be tried on the server first."""

import pytest

from devops_agent.guard.trials import diff, dry_run


@pytest.mark.parametrize(
    ("command", "tried"),
    [
        ("kubectl apply -f app.yaml -n shop", "kubectl apply -f app.yaml -n shop --dry-run=server"),
        ("kubectl delete pod 'a b'", "kubectl delete pod 'a b' --dry-run=server"),
        ("kubectl scale deploy/web --replicas=3", "kubectl scale deploy/web --replicas=3 --dry-run=server"),
    ],
)
def test_a_change_is_tried_in_the_same_words(command: str, tried: str) -> None:
    assert dry_run(command) == tried


@pytest.mark.parametrize(
    "command",
    [
        "kubectl exec web -- rm -rf x",
        "kubectl exec web rm x",
        "kubectl run x --image=y -- sh -c 'rm x'",
        "kubectl apply -f - < app.yaml",
        "kubectl apply -f app.yaml --dry-run=none",
        "kubectl apply -f app.yaml; rm x",
        "kubectl delete pod $(rm x)",
        "kubectl -n shop delete pod web",
        "kubectl rollout restart deploy/web",
        "kubectl delete pod *",
        "sudo kubectl delete pod web",
        "rm x",
        "kubectl",
    ],
)
def test_what_the_server_could_not_judge_or_would_do_is_not_tried(command: str) -> None:
    assert dry_run(command) == ""


def test_only_an_apply_has_a_difference() -> None:
    assert diff("kubectl apply -f app.yaml -n shop") == "kubectl diff -f app.yaml -n shop"
    assert diff("kubectl delete -f app.yaml") == ""
