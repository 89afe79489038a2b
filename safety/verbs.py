"""What auto-run kubectl, docker and helm commands really ask their server: real clients, servers that record."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from devops_agent.policy import Place
from safety.figure import Figure, unmeasured
from safety.readable import Readable, from_help, from_lists
from safety.recording import Recorder, Request, recording

CLIENTS = ("kubectl", "docker", "helm")
HARMLESS_POSTS = (
    r"/apis/authorization\.k8s\.io/[^/]+/selfsubject(?:access|rules)reviews",
    r"/apis/authentication\.k8s\.io/[^/]+/selfsubjectreviews",
    r"(?:/v[\d.]+)?/containers/[^/]+/wait",
)
"""Questions about oneself that Kubernetes takes by POST, and Docker's waiting for the end of a container."""
HARMLESS_POST = re.compile("|".join(HARMLESS_POSTS))
CONNECTS = re.compile(r"/(?:exec|attach|portforward|proxy|archive|export)(?:/|$)")
"""Requests by GET that open a way into a container, or carry its files away."""
PLANTED = (
    "kubectl delete pod web", "kubectl label pod web a=b", "kubectl create namespace shop", "kubectl cordon web",
    "kubectl scale deployment/web --replicas=2", "kubectl exec web -- id", "docker rm -f web", "docker restart web",
    "docker volume rm data", "docker exec web id", "docker pull web:1", "docker network create shop",
)  # fmt: skip
SECONDS = 5


def figures(quick: bool) -> Iterator[Figure]:
    """Requests that change something: of every auto-run command of the lists, and in full of the tools' own help."""
    what, reach = "auto-run kubectl, docker and helm commands against recording servers", "0 mutating requests"
    clients = [client for client in CLIENTS if shutil.which(client)]
    if not {"kubectl", "docker"} <= set(clients):
        yield unmeasured(what, reach, "kubectl or docker is not installed")
        return
    place = Place("/srv/project", "/home/u", "u")
    commands = (one for one in from_lists(place) if one.programs & set(clients))
    chance = random.Random(1)
    given = [] if quick else [from_help(client, place) for client in clients]
    documented = [one for _, found in given for one in chance.sample(found, min(len(found), 600))]
    chosen = list(islice(commands, 8)) if quick else [*commands, *documented]
    with tempfile.TemporaryDirectory() as folder, recording(Path(folder)) as recorder:
        yield _planted(recorder, Path(folder), PLANTED[:2] if quick else PLANTED)
        asked, wrong = _mutating(chosen, recorder, Path(folder))
        measured = f"{len(wrong)} of {asked:,} requests of {len(chosen):,} commands"
        yield Figure(what, reach, "; ".join([measured, *wrong[:5]]), not wrong and asked >= len(chosen) / 4)
    for count, found in given:
        if found:
            tool = found[0].command.split()[0]
            yield Figure(
                f"{tool}: commands made from its own help", "–", f"{len(found):,} of {count:,} run unasked", True
            )


def _planted(recorder: Recorder, folder: Path, commands: Sequence[str]) -> Figure:
    """A recorder that misses a change would prove nothing."""
    seen = sum(bool(_mutating([Readable(one, one, frozenset())], recorder, folder)[1]) for one in commands)
    what = "planted changes that the recording servers notice"
    return Figure(what, "all", f"{seen} of {len(commands)}", seen == len(commands))


def _mutating(commands: Sequence[Readable], recorder: Recorder, folder: Path) -> tuple[int, list[str]]:
    """How many requests there were, and those that change something, with their command."""
    asked, wrong = 0, []
    for one in commands:
        recorder.requests.clear()
        _run(one, recorder, folder)
        asked += len(recorder.requests)
        wrong += [
            f"{one.command}: {request.method} {request.path}" for request in recorder.requests if changes(request)
        ]
    return asked, wrong


def changes(request: Request) -> bool:
    """Whether a request changes something; a server-side dry run is by contract kept by nobody."""
    path, _, query = request.path.partition("?")
    if request.method in ("GET", "HEAD"):
        return bool(CONNECTS.search(path))
    if request.method == "POST" and HARMLESS_POST.fullmatch(path):
        return False
    return request.method == "DELETE" or "dryRun=All" not in query


def _run(one: Readable, recorder: Recorder, folder: Path) -> None:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    configuration = home / "kubeconfig"
    configuration.write_text(json.dumps(_kubeconfig(recorder.kubernetes, one.command)))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "KUBECONFIG": str(configuration),
        "DOCKER_HOST": recorder.docker,
        "LC_ALL": "C.UTF-8",
    }
    process = subprocess.Popen(
        ["/bin/bash", "-c", one.canonical],
        cwd=home,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _kubeconfig(server: str, command: str) -> dict[str, object]:
    """A configuration with the context that the command names."""
    named = re.findall(r"--(?:kube-)?context[= ](\S+)", command)
    contexts = [{"name": name, "context": {"cluster": "c", "user": "u"}} for name in ("c", *named)]
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": contexts,
        "current-context": "c",
    }
