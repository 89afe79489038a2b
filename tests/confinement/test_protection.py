"""What is enforced is said, and so is what is not."""

import pytest

from devops_agent.confinement import landlock
from devops_agent.confinement.protection import missing, protections
from tests.program import run


@pytest.mark.parametrize(
    ("version", "names"),
    [(0, {"confinement", "connections", "network"}), (3, {"connections"}), (4, set()), (7, set())],
)
def test_each_kernel_s_gaps_are_named(monkeypatch: pytest.MonkeyPatch, version: int, names: set[str]) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: version)
    absent = {one.name for one in protections() if not one.active}
    assert absent - {"network"} == names - {"network"}
    assert len(missing({})) == len(absent)
    assert all(line.startswith("not enforced here: ") for line in missing({}))


def test_the_doctor_says_what_is_active() -> None:
    done = run("doctor", DEVOPS_AGENT_BACKEND="scripted")
    rows = {line[6:].split()[0]: line for line in done.out.splitlines() if line[:5].strip() in ("ok", "note")}
    assert rows["confinement"].startswith("ok" if landlock.abi() else "note")
    assert rows["connections"].startswith("ok" if landlock.abi() >= 4 else "note")
    assert "network" in rows


def test_an_engine_that_cannot_be_held_to_questions_is_missing_too() -> None:
    said = set(missing({"DOCKER_HOST": "ssh://me@far"})) - set(missing({}))
    assert said == {
        "a read-only run cannot hold docker to questions at ssh://me@far: only a socket and TCP can be watched; "
        "such a run refuses docker commands"
    }
