"""What a yes rests on beyond the words of a command: the files that its programs obey."""

from pathlib import Path

import pytest

from devops_agent.events import Call
from devops_agent.guard.seal import seal


def sealed(command: str, folder: Path) -> str:
    return seal(Call("bash", {"command": command}), folder, "")


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("bash run.sh", "run.sh"),
        ("./run.sh", "run.sh"),
        ("env A=1 bash run.sh", "run.sh"),
        ("bash < run.sh", "run.sh"),
        ("cat run.sh | bash", "run.sh"),
        ("bash -c '. ./run.sh'", "run.sh"),
        ("cd sub && bash run.sh", "sub/run.sh"),
        ("cd sub && cd deeper && bash run.sh", "sub/deeper/run.sh"),
        ("make install", "Makefile"),
        ("cd sub; make", "sub/GNUmakefile"),
        ("docker compose up -d", "compose.yaml"),
        ("docker-compose up -d", "docker-compose.override.yml"),
        ("docker build -t shop .", "Dockerfile"),
        ("terraform apply", "main.tf"),
        ("terraform apply", "prod.auto.tfvars"),
        ("kubectl apply -f manifests", "manifests/web.yaml"),
        ("kubectl apply --filename=web.yaml", "web.yaml"),
    ],
)
def test_a_changed_file_that_a_program_obeys_breaks_the_seal(tmp_path: Path, command: str, file: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("one")
    before = sealed(command, tmp_path)
    assert sealed(command, tmp_path) == before
    path.write_text("two")
    assert sealed(command, tmp_path) != before


@pytest.mark.parametrize("command", ["grep error app.log | wc -l > count", "cp app.log old.log"])
def test_a_file_that_is_only_data_may_change_meanwhile(tmp_path: Path, command: str) -> None:
    (tmp_path / "app.log").write_text("one")
    before = sealed(command, tmp_path)
    (tmp_path / "app.log").write_text("one and two")
    assert sealed(command, tmp_path) == before


@pytest.mark.parametrize(
    "command", ["bash '\\0'", "bash " + "x" * 5000, "bash -c '" + ";" * 500, "make /proc/self/mem"]
)
def test_no_command_is_too_strange_to_be_sealed(tmp_path: Path, command: str) -> None:
    assert len(sealed(command, tmp_path)) == 64
