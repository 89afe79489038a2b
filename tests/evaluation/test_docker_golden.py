"""The made-up Docker client prints what the real one prints. Real containers; only on request, as it touches an engine.

DEVOPS_AGENT_TEST_DOCKER=1 python -m pytest tests/evaluation/test_docker_golden.py
"""

import io
import json
import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devops_agent.evaluation.worlds.docker.objects import Container, Image, Network, Volume
from devops_agent.evaluation.worlds.world import World

pytestmark = pytest.mark.skipif(
    os.environ.get("DEVOPS_AGENT_TEST_DOCKER") != "1", reason="DEVOPS_AGENT_TEST_DOCKER=1 compares with a real engine"
)

IMAGE = "golden.test/shop:1"
RUNNING, CRASHED, CREATED = "golden-web", "golden-worker", "golden-new"
PAUSED, LIMITED = "golden-paused", "golden-cache"
STATE = "{{.State.Status}} exit={{.State.ExitCode}} oom={{.State.OOMKilled}} error={{.State.Error}}"
LOOKS = [
    "ps --filter name=golden",
    "ps -a --filter name=golden",
    "ps -q --filter name=golden",
    "ps -a --filter name=golden --filter status=exited",
    "ps -a --filter name=golden --format '{{.Names}} {{.State}} {{.Status}} {{.Image}} {{.Ports}}'",
    "ps -a --filter name=golden --format 'table {{.Names}}\t{{.Status}}'",
    "images golden.test/shop",
    f"logs {CRASHED}",
    f"logs --tail 1 {CRASHED}",
    f"port {RUNNING}",
    f"inspect -f '{{{{.State.Status}}}}' {PAUSED}",
    f"inspect -f '{STATE}' {CRASHED}",
    f"inspect -f '{{{{.RestartCount}}}} {{{{.HostConfig.RestartPolicy.Name}}}}' {CRASHED}",
    f"inspect -f '{{{{.HostConfig.Memory}}}}' {LIMITED}",
    f"inspect -f '{{{{.Config.Image}}}}' {RUNNING}",
    f"exec {RUNNING} hostname",
    f"exec {RUNNING} nothing-of-this-name",
    "volume ls --filter name=golden",
    "network ls --filter name=golden",
]
MISTAKES = [
    "logs golden-ghost",
    "inspect golden-ghost",
    "stop golden-ghost",
    "start golden-ghost",
    "restart golden-ghost",
    "rm golden-ghost",
    "port golden-ghost",
    "top golden-ghost",
    "exec golden-ghost ls",
    f"exec {CRASHED} ls",
    f"top {CRASHED}",
    f"rm {RUNNING}",
    "rmi golden.test/ghost:1",
    "volume rm golden-ghost",
    "network rm golden-ghost",
    "frobnicate",
]
CHANGES = [
    f"stop -t 0 {RUNNING}",
    f"start {RUNNING}",
    f"restart -t 0 {RUNNING}",
    f"pause {RUNNING}",
    f"unpause {RUNNING}",
    f"kill {RUNNING}",
    f"rm {RUNNING}",
    f"rm -f {PAUSED}",
    f"rename {CREATED} golden-renamed",
    "volume create golden-more",
    "volume rm golden-data",
    "tag golden.test/shop:1 golden.test/shop:2",
]


def docker(command: str) -> tuple[str, str, int]:
    ran = subprocess.run(["bash", "-c", f"docker {command}"], capture_output=True, text=True, timeout=60)
    return ran.stdout, ran.stderr, ran.returncode


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[None]:
    """A few containers in different states, and nothing of them afterwards."""
    clean()
    rootfs = tmp_path / "rootfs.tar"
    with tarfile.open(rootfs, "w") as tar:
        tar.add(Path("/bin/busybox").resolve(), "bin/busybox")
        for name in ("sh", "sleep", "echo", "hostname", "nc"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link, io.BytesIO())
    for command in (
        f"import --change 'ENV PATH=/bin' --change 'EXPOSE 8080' {rootfs} {IMAGE}",
        f"run -d --name {RUNNING} -p 127.0.0.1:18080:8080 {IMAGE} sleep 600",
        f"run --name {CRASHED} {IMAGE} sh -c 'echo starting; echo fatal: no database; exit 3'",
        f"create --name {CREATED} {IMAGE} sleep 600",
        f"run -d --name {PAUSED} {IMAGE} sleep 600",
        f"pause {PAUSED}",
        f"run -d --name {LIMITED} --memory 64m {IMAGE} sleep 600",
        "volume create golden-data",
        "network create golden-net",
    ):
        docker(command)
    yield
    clean()


def clean() -> None:
    docker("rm -f $(docker ps -aq --filter name=golden) 2>/dev/null")
    docker("rmi -f golden.test/shop:1 golden.test/shop:2 2>/dev/null")
    docker("volume rm golden-data golden-more 2>/dev/null")
    docker("network rm golden-net 2>/dev/null")


def mirrored() -> World:
    """A made-up world that holds what the real engine holds."""
    world = World("golden")
    host = world.docker
    ids = docker("ps -aq --no-trunc --filter name=golden")[0].split()
    facts = json.loads(docker(f"inspect {' '.join(ids)}")[0])
    shown = dict(line.split("\t") for line in docker("ps -a --format '{{.Names}}\t{{.Command}}'")[0].splitlines())
    host.containers = [container(one, shown[one["Name"][1:]].strip('"')) for one in facts]
    image = json.loads(docker(f"image inspect {IMAGE}")[0])[0]
    host.images = [Image(image["Id"][7:19], "golden.test/shop", "1", 1, image["Size"])]
    host.volumes = [Volume("golden-data", 0)]
    found = docker("network ls --filter name=golden --format '{{.ID}}'")[0].strip()
    host.networks = [*host.networks, Network(found, "golden-net")]
    return world


def container(facts: dict[str, Any], command: str) -> Container:
    state = facts["State"]
    ports = facts["HostConfig"]["PortBindings"] or {}
    one = Container(facts["Id"], facts["Name"][1:], facts["Config"]["Image"], command, 1, state["Status"], 1)
    one.code, one.oom, one.error = state["ExitCode"], state["OOMKilled"], state["Error"]
    one.exposed = [int(port.partition("/")[0]) for port in facts["Config"]["ExposedPorts"] or {}]
    one.ports = [(int(bound[0]["HostPort"]), int(port.partition("/")[0])) for port, bound in ports.items()]
    one.restart_policy, one.restarts = facts["HostConfig"]["RestartPolicy"]["Name"], facts["RestartCount"]
    one.limit = facts["HostConfig"]["Memory"]
    one.logs = docker(f"logs {one.name}")[0].splitlines()
    return one


OLD_WORDS = {
    r"Container (\w{64}) is not running": r"container \1 is not running",
    r"You cannot remove a running container \w{64}\. Stop the container before attempting removal or force remove": (
        f'cannot remove container "{RUNNING}": container is running: stop the container before removing or force remove'
    ),
    r"not found\nexit status 1$": "not found",
}
"""What engines up to 24 say otherwise than those of today, which the made-up one follows."""


def plain(text: str) -> str:
    """Without what no two machines share: how long ago, image ids, an address, and the width these give a column."""
    text = re.sub(r"(Less than a second|About a minute|\d+ (second|minute)s?)( ago)?", "AGE", text)
    text = re.sub(r", \[::\]:\d+->\d+/tcp|\n8080/tcp -> \[::\]:\d+", "", text).replace("127.0.0.1", "0.0.0.0")
    for old, new in OLD_WORDS.items():
        text = re.sub(old, new, text.strip())
    return re.sub(r" {2,}", "  ", text)


def compared(command: str) -> tuple[tuple[str, str, int], tuple[str, str, int]]:
    world = mirrored()
    out, err, code = docker(command)
    made_out, made_err, made_code = world.run(f"docker {command}")
    code = 127 if "executable file not found" in out else code
    return (plain(out), plain(err), code), (plain(made_out), plain(made_err), made_code)


@pytest.mark.usefixtures("engine")
def test_looks_and_mistakes_are_answered_as_by_the_real_client() -> None:
    differing = [(command, *compared(command)) for command in (*LOOKS, *MISTAKES)]
    assert [(command, real, made) for command, real, made in differing if real != made] == []


@pytest.mark.usefixtures("engine")
def test_changes_are_reported_and_leave_the_host_as_the_real_ones_do() -> None:
    for command in CHANGES:
        world = mirrored()
        out, err, code = docker(command)
        made = world.run(f"docker {command}")
        assert (plain(out), plain(err), code) == (plain(made[0]), plain(made[1]), made[2]), command
        assert real_states() == {one.name: one.state for one in world.docker.containers}, command


def real_states() -> dict[str, str]:
    lines = docker("ps -a --filter name=golden --format '{{.Names}} {{.State}}'")[0].splitlines()
    return dict(line.split() for line in lines)
