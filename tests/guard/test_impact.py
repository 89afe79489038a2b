"""The questions that the guard asks before something is deleted."""

import pytest

from devops_agent.events import Call
from devops_agent.guard.impact import Question, questions, told
from devops_agent.policy import Place, classify

ASKED = {
    "kubectl delete pod web -n shop": ["kubectl get pod web -n shop -o name"],
    "kubectl delete pods -l app=web --force --grace-period 0": ["kubectl get pods -l app=web -o name"],
    "kubectl delete deploy --all -n shop": ["kubectl get deploy -n shop -o name"],
    "kubectl delete -f app.yaml --timeout=5s": ["kubectl get -f app.yaml -o name"],
    "kubectl delete ns payments": ["kubectl get ns payments -o name", "kubectl get all -n payments -o name"],
    "kubectl scale deploy/web --replicas=0 -n shop": ["kubectl get deploy/web -n shop"],
    "kubectl drain node-1 --ignore-daemonsets": ["kubectl get pods -A --field-selector=spec.nodeName=node-1 -o name"],
    "docker volume rm data": ["docker ps -a --format '{{.Names}} {{.Status}}' --filter volume=data"],
    "docker volume prune -f": ["docker volume ls -q --filter dangling=true"],
    "docker rm -f web": ["docker ps -a --format '{{.Names}} {{.Status}}' --filter name=web"],
    "rm -rf build": ["find ./build", "du -sh ./build"],
    "mkdir x; rm -r 'my folder'": ["find './my folder'", "du -sh './my folder'"],
    "cd /srv && rm -r build": [],
    "kubectl apply -f app.yaml": [],
    "docker restart web": [],
    "rm 'unclosed": [],
}


@pytest.mark.parametrize(("command", "asked"), ASKED.items())
def test_a_deletion_is_asked_about_in_its_own_words(command: str, asked: list[str]) -> None:
    assert [question.command for question in questions(command)] == asked


@pytest.mark.parametrize("command", [one for command in ASKED for one in questions(command)])
def test_every_question_is_a_plain_read(command: Question) -> None:
    assert classify(Call("bash", {"command": command.command}), Place("/srv")).risk == "READ"


@pytest.mark.parametrize(
    "hostile",
    ["rm -rf '; touch x'", "kubectl delete pod '$(touch x)'", "docker rm '`touch x`'", "kubectl delete ns 'a;touch x'"],
)
def test_words_stay_words(hostile: str) -> None:
    for question in questions(hostile):
        assert "touch x" not in question.command.split("'")[::2]


def test_the_answer_counts_and_names() -> None:
    assert told(Question("objects", ""), "pod/a\npod/b\n") == "2: pod/a, pod/b"
    assert told(Question("objects", ""), "") == "0: nothing matches"
    assert told(Question("objects", ""), "".join(f"pod/{n}\n" for n in range(30))).startswith("30: pod/0, pod/1")
    assert told(Question("now", "", counted=False), "NAME READY\nweb 3/3\n") == "NAME READY; web 3/3"
