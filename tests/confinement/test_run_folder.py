"""The folder of one run: private, and gone in every case."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devops_agent.confinement.run_folder import RunFolder


def test_it_is_the_users_alone_and_goes_with_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devops_agent.confinement.run_folder.LONGEST_BASE", 4096)
    folder = RunFolder(tmp_path / "state")
    assert folder.path.parent == tmp_path / "state" / "run"
    assert [path.stat().st_mode & 0o777 for path in (folder.path, folder.path.parent)] == [0o700, 0o700]
    (folder.path / "file").write_text("x")
    folder.close()
    assert list((tmp_path / "state" / "run").iterdir()) == []


def test_what_a_killed_run_left_is_removed_and_that_of_a_living_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devops_agent.confinement.run_folder.LONGEST_BASE", 4096)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    base = tmp_path / "run"
    for name in (f"{ended.pid}-dead", f"{os.getpid()}-alive", "notes"):
        (base / name).mkdir(parents=True)
        (base / name / "file").write_text("x")
    folder = RunFolder(tmp_path)
    assert {path.name for path in base.iterdir()} == {f"{os.getpid()}-alive", "notes", folder.path.name}


@pytest.mark.parametrize("state", ["x" * 200, "file/state"])
def test_where_the_state_folder_cannot_serve_it_lies_elsewhere(tmp_path: Path, state: str) -> None:
    """A socket's name is limited to 107 bytes, and a home may be read-only."""
    (tmp_path / "file").write_text("x")
    folder = RunFolder(tmp_path / state)
    assert not folder.path.is_relative_to(tmp_path / state)
    assert folder.path.stat().st_mode & 0o777 == 0o700
    folder.close()
    assert not folder.path.exists()
