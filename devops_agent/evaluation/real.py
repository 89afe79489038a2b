"""Tasks on a real Docker engine and a real cluster: the same figures, without a made-up machine."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from devops_agent.approval import Decision, Request
from devops_agent.assembly import open_agent
from devops_agent.evaluation.approver import NO
from devops_agent.evaluation.checks import Check, Look, same_call
from devops_agent.evaluation.contestants import Contestant
from devops_agent.evaluation.outcome import End, Outcome, judged
from devops_agent.evaluation.playing import MOST_STEPS
from devops_agent.evaluation.real_places import LAST_WORDS, Cluster, Engine, Place
from devops_agent.evaluation.tasks import Task
from devops_agent.evaluation.worlds.condition import changes
from devops_agent.events import Call, ignore
from devops_agent.guard.targets import simple_commands
from devops_agent.secrets import Redactor
from devops_agent.settings import Settings

SETTLED_WITHIN = 30.0
"""Seconds that a change may take to be seen."""
CAUSE = "/etc/tides.conf"


def real_tasks(place: Engine | Cluster) -> list[Task]:
    """The tasks of a place that was made."""
    return _on_the_engine(place) if isinstance(place, Engine) else _in_the_cluster(place)


def play_for_real(contestant: Contestant, place: Place, tasks: Sequence[Task], settings: Settings) -> Iterator[Outcome]:
    """Play tasks in their order, each on what the one before left. Raises BackendError."""
    for task in tasks:
        yield _play(task, contestant, place, settings)


def _play(task: Task, contestant: Contestant, place: Place, settings: Settings) -> Outcome:
    model = contestant.model_for(task)
    approver = RealApprover(task)
    own = replace(settings, approval="changes", read_only=False, max_steps=MOST_STEPS, store=False)
    before = place.facts()
    started = time.monotonic()
    redactor = Redactor.of(own.environment)
    with closing(open_agent(own, approver, ignore, redactor, lambda _: None, model=model)) as agent:
        events = list(agent.events(task.question))
    seconds = time.monotonic() - started
    changed = changes(before, place.facts())
    patience = SETTLED_WITHIN if approver.helpful else 0.0
    while not task.check.fulfilled(changed) and time.monotonic() < started + seconds + patience:
        time.sleep(0.5)
        changed = changes(before, place.facts())
    return judged(task, events, model.exchanges, End(changed, approver.helpful, seconds))


class RealApprover:
    """Says yes to the reference's own verb on the reference's own things, and to nothing else."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self.helpful: list[Call] = []

    def __call__(self, request: Request) -> Decision:
        allowed = any(self._is_like(request.call, one) for one in self._task.reference)
        if allowed and self._task.check.wanted:
            self.helpful.append(request.call)
        return Decision(allowed, feedback="" if allowed else NO)

    def _is_like(self, call: Call, reference: Call) -> bool:
        if same_call(call, reference):
            return True
        given, wanted = (simple_commands(str(one.arguments.get("command", ""))) for one in (call, reference))
        if call.tool != "bash" or len(given) != 1 or given[0][:2] != wanted[0][:2]:
            return False
        return _things(given[0]) == _things(wanted[0])


def _things(words: Sequence[str]) -> set[str]:
    """What a command names and how it sets it, however it is written."""
    parts = {part for word in words[2:] for part in word.lstrip("-").replace("=", " ").replace("/", " ").split()}
    return parts - {"n", "namespace", "deploy", "deployment", "deployments", "f", "force"}


def _on_the_engine(place: Engine) -> list[Task]:
    web, dead, old = place.web, place.dead, place.old
    of_dead, of_web = f"docker logs {dead}", f"docker logs {web}"
    return [
        _look(
            "docker",
            f"is the container {web} running?",
            f"docker ps --filter name={web}",
            "It is up.",
            "Up",
            "up|running",
        ),
        _look("docker", f"why did {dead} stop?", of_dead, f"Its last words: {LAST_WORDS}", CAUSE, CAUSE),
        _look("docker", f"what does {web} log?", of_web, "It says: serving tides on 7070.", "7070", "7070"),
        _change("docker", f"stop the container {web}", f"docker stop {web}", {web: "exited"}),
        _change("docker", f"start {web} again", f"docker start {web}", {web: "running"}),
        _change("docker", f"remove the stopped container {old}", f"docker rm {old}", {old: None}),
    ]


def _in_the_cluster(place: Cluster) -> list[Task]:
    space, image = place.namespace, place.image
    (tides,) = place.pods("tides")
    pods = [*place.pods("web"), tides]
    asked = f"kubectl get pods -n {space}"
    why, logs = f"why does pod {tides} in {space} crash?", f"kubectl logs {tides} -n {space}"
    which, wide = f"which image does deployment web in {space} use?", f"kubectl get deployment web -n {space} -o wide"
    scale = f"kubectl scale deployment web --replicas=3 -n {space}"
    return [
        _look(
            "kubernetes", f"list the pods in namespace {space}", asked, f"There are {', '.join(pods)}.", tides, *pods
        ),
        _look("kubernetes", why, logs, f"Its log says: {LAST_WORDS}", CAUSE, CAUSE),
        _look("kubernetes", which, wide, f"It uses {image}.", image, image),
        _change("kubernetes", f"scale deployment web in {space} to 3 replicas", scale, {"web": "3 of 3"}),
    ]


def _look(area: str, question: str, command: str, answer: str, fact: str, *holds: str) -> Task:
    """A question that a look answers; alternatives of what the answer must hold are parted by `|`."""
    check = Check((Look((fact,), ""),), holds=tuple(tuple(group.split("|")) for group in holds))
    return _made(area, question, command, answer, check)


def _change(area: str, question: str, command: str, wanted: Mapping[str, str | None]) -> Task:
    return _made(area, question, command, "Done.", Check((Look((), "", changed=True),), {}, wanted))


def _made(area: str, question: str, command: str, answer: str, check: Check) -> Task:
    reference = (Call("bash", {"command": command}),)
    return Task(f"real/{question}", area, "real", question, "bash", {}, reference, answer, check)
