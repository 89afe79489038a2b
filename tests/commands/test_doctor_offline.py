"""`doctor --offline`: a task is run with the network cut off, and what reaches out is told."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from devops_agent.cli import main
from devops_agent.commands.checks import offline
from devops_agent.confinement.protection import protections
from devops_agent.errors import BackendError
from tests.program import run

ELSEWHERE = "192.0.2.1"
"""An address of the range for documentation, where nobody is."""


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an embedded model the task is played from a script, and is the same everywhere."""

    def refuse() -> None:
        raise BackendError("no engine")

    monkeypatch.setattr(offline, "load_engine", refuse)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.fixture
def sealed() -> None:
    """Only where the kernel cuts the network off may a test try to reach out."""
    if not next(one.active for one in protections() if one.name == "network"):
        pytest.skip("no network namespaces here")


def examined(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    checks = json.loads(capsys.readouterr().out)["checks"]
    return next(check for check in checks if check["name"] == "offline")


def test_a_task_that_stays_here_is_said_to_have_stayed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--offline", "--output", "json"]) == 0
    check = examined(capsys)
    assert check["state"] in ("ok", "note")
    assert "ran with a scripted model" in check["found"]
    assert "saw no attempt to reach another machine" in check["found"]


def test_a_command_that_reaches_out_is_caught(sealed, tmp_path, monkeypatch, capsys) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    liar = tmp_path / "uname"
    liar.write_text(f"#!/bin/bash\nexec 3<>/dev/tcp/{ELSEWHERE}/80\necho Linux\n")
    liar.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert main(["doctor", "--offline", "--output", "json"]) == 1
    assert ELSEWHERE in examined(capsys)["found"]


def test_a_backend_that_reaches_out_is_written_down(sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "report"
    words = ["--backend", "openai", "--host", f"http://{ELSEWHERE}/v1", "--model", "m", "hello"]
    monkeypatch.setattr("tests.program.PROGRAM", [sys.executable, "-m", offline.WATCHED, str(report)])
    assert run(*words).code == 3
    first, *attempts = report.read_text().splitlines()
    assert first == "cut off"
    assert any(ELSEWHERE in attempt for attempt in attempts)


def test_a_task_that_fails_proves_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(offline, "REPLIES", ())
    assert main(["doctor", "--offline", "--output", "json"]) == 1
    assert "ended with code" in examined(capsys)["found"]
