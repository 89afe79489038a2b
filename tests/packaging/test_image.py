"""The image and the services around it, as far as their files alone can say."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STAGES = DOCKERFILE.split("\nFROM ")
CLIENTS = ROOT / "packaging" / "image" / "get-clients"
ARGUMENTS = dict(re.findall(r"^ARG (\w+)=(\S+)$", DOCKERFILE, re.MULTILINE))


def services() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return loaded


def test_the_image_runs_as_a_user_without_rights_in_the_workspace() -> None:
    last = STAGES[-1]
    assert "\nUSER devops\n" in last and "\nWORKDIR /workspace\n" in last and "ENV HOME=/home/devops" in last
    assert "USER root" not in last


def test_signals_reach_the_program_and_a_task_can_follow_the_name_of_the_image() -> None:
    assert '\nENTRYPOINT ["/usr/bin/tini", "--", "devops-agent"]\n' in STAGES[-1] and "\nCMD" not in STAGES[-1]


def test_what_only_building_needs_stays_out_of_the_image() -> None:
    assert re.findall(r"--from=(\w+)", STAGES[-1]) == ["clients", "program"]
    assert not re.search(r"pip install|binutils|curl", STAGES[-1])


def test_every_base_can_be_replaced() -> None:
    assert {line.split()[0] for line in re.findall(r"^FROM (.*)$", DOCKERFILE, re.MULTILINE)} == {
        "${BASE}",
        "${PYTHON_BASE}",
    }


@pytest.mark.parametrize("client", ["KUBECTL", "HELM", "DOCKER"])
def test_every_client_is_pinned_with_its_digests(client: str) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", ARGUMENTS[f"{client}_VERSION"])
    digests = {ARGUMENTS[f"{client}_SHA256_{platform}"] for platform in ("AMD64", "ARM64")}
    assert len(digests) == 2 and all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


def fake(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def get_clients(tmp_path: Path, how: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the script on a made-up Debian whose server has one file."""
    tools = tmp_path / "tools"
    fake(tools, "dpkg", "echo amd64")
    fake(tools, "apt-get", "test $1 != download")
    fake(tools, "curl", 'while [ "$1" != --output ]; do shift; done; echo "a client" > "$2"')
    environment = {**ARGUMENTS, "PATH": f"{tools}:{os.environ['PATH']}", **variables}
    words = ["sh", str(CLIENTS), how, str(tmp_path / "clients")]
    return subprocess.run(words, capture_output=True, text=True, env=environment)


def test_a_client_with_another_digest_fails_the_build(tmp_path: Path) -> None:
    done = get_clients(tmp_path, "download")
    assert done.returncode != 0 and "FAILED" in done.stdout + done.stderr
    assert list((tmp_path / "clients").iterdir()) == []


def test_a_client_without_a_digest_for_the_platform_fails_the_build(tmp_path: Path) -> None:
    done = get_clients(tmp_path, "download", KUBECTL_SHA256_AMD64="")
    assert done.returncode != 0 and "there is no digest of this client for amd64" in done.stderr


def test_a_client_that_the_distribution_lacks_is_said_and_left_out(tmp_path: Path) -> None:
    fake(tmp_path / "clients", "kept", "true")
    done = get_clients(tmp_path, "distribution")
    assert done.returncode == 0
    for name in ("kubectl", "docker", "helm"):
        assert f"{name}: the distribution has no package of it" in done.stderr


def test_an_unknown_way_to_get_clients_is_refused(tmp_path: Path) -> None:
    done = get_clients(tmp_path, "dowload")
    assert done.returncode == 2 and "neither download, distribution nor none" in done.stderr


def test_nothing_but_what_the_build_needs_is_sent_to_it() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    needed = {word.rstrip("/").split("/")[0] for line in STAGES[1].splitlines() for word in copied(line)}
    assert lines[0] == "*" and {line[1:] for line in lines if line.startswith("!")} == needed


def copied(line: str) -> list[str]:
    return line.split()[1:-1] if line.startswith("COPY ") else []


def test_every_published_port_is_bound_to_this_machine() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_no_service_is_open_to_every_website_or_has_more_rights_than_it_needs() -> None:
    for name, service in services().items():
        assert "OLLAMA_ORIGINS" not in service.get("environment", {}) and not service.get("privileged"), name
    agent = services()["agent"]
    assert agent["read_only"] and agent["cap_drop"] == ["ALL"] and "no-new-privileges:true" in agent["security_opt"]
    assert [volume for volume in agent["volumes"] if ".kube" in volume][0].endswith(":ro")


def test_the_health_of_ollama_is_asked_with_a_program_that_its_image_has() -> None:
    assert services()["ollama"]["healthcheck"]["test"] == ["CMD", "ollama", "list"]
    assert services()["agent"]["depends_on"] == {"ollama": {"condition": "service_healthy"}}
