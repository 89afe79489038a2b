"""Where docker would go, by its files alone."""

import hashlib
import json
from pathlib import Path

import pytest

from devops_agent.docker_endpoint import DEFAULT_ENDPOINT, UNKNOWN, read_endpoint


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home with a Docker context `far` that is not the current one."""
    folder = tmp_path / ".docker" / "contexts" / "meta" / hashlib.sha256(b"far").hexdigest()
    folder.mkdir(parents=True)
    (folder / "meta.json").write_text(json.dumps({"Endpoints": {"docker": {"Host": "ssh://far.example"}}}))
    return {"HOME": str(tmp_path)}


def endpoint(environment: dict[str, str], command: str = "docker ps") -> str:
    return read_endpoint(environment, command.split())


def test_without_any_word_it_is_the_local_socket(environment: dict[str, str]) -> None:
    assert endpoint(environment) == DEFAULT_ENDPOINT
    assert endpoint(environment | {"DOCKER_CONTEXT": "default"}) == DEFAULT_ENDPOINT


@pytest.mark.parametrize("options", ["-H tcp://far:1", "--host=tcp://far:1", "--debug --host tcp://far:1"])
def test_a_host_in_the_command_wins(environment: dict[str, str], options: str) -> None:
    assert endpoint(environment | {"DOCKER_HOST": "tcp://near:1"}, f"docker {options} ps") == "tcp://far:1"


def test_docker_host_wins_over_the_contexts(environment: dict[str, str]) -> None:
    assert endpoint(environment | {"DOCKER_HOST": "tcp://near:1", "DOCKER_CONTEXT": "far"}) == "tcp://near:1"


@pytest.mark.parametrize("command", ["docker --context far ps", "docker -c far ps"])
def test_a_context_is_looked_up(environment: dict[str, str], command: str) -> None:
    assert endpoint(environment, command) == "ssh://far.example (context far)"
    assert endpoint(environment | {"DOCKER_HOST": "tcp://near:1"}, command) == "ssh://far.example (context far)"


def test_the_current_context_comes_from_the_configuration(environment: dict[str, str]) -> None:
    Path(environment["HOME"], ".docker/config.json").write_text('{"currentContext": "far"}')
    assert endpoint(environment) == "ssh://far.example (context far)"


def test_options_of_the_sub_command_are_not_docker_s_own(environment: dict[str, str]) -> None:
    assert endpoint(environment, "docker run -H x --context far image") == DEFAULT_ENDPOINT


@pytest.mark.parametrize(
    "command", ["docker -H $HOST ps", "docker --unheard-of x ps", "docker -Htcp://far ps", "docker -H"]
)
def test_what_cannot_be_told_is_unknown(environment: dict[str, str], command: str) -> None:
    assert endpoint(environment, command) == UNKNOWN


@pytest.mark.parametrize("content", ["{", "[" * 100_000, "[1]", '{"currentContext": "gone"}', "\xff"])
def test_a_broken_configuration_is_no_crash(environment: dict[str, str], content: str) -> None:
    Path(environment["HOME"], ".docker/config.json").write_bytes(content.encode("latin-1"))
    found = endpoint(environment)
    assert found == DEFAULT_ENDPOINT if content == "[1]" else UNKNOWN in found
