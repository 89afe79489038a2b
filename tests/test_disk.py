"""Files that take the place of others, and what a killed writer leaves behind."""

import fcntl
import os
from pathlib import Path

import pytest

from devops_agent import disk
from devops_agent.disk import STALE_SECONDS, replace_file

LEFT = ".devops-agent-0123456789abcdef.tmp"


@pytest.fixture(params=["nameless", "named"])
def folder(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on a system that has files without a name, and on one that has not."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    return tmp_path


def left_behind(folder: Path, name: str = LEFT, age: float = 2 * STALE_SECONDS) -> Path:
    path = folder / name
    path.write_text("half of it")
    os.utime(path, (path.stat().st_mtime - age,) * 2)
    return path


def test_a_file_is_replaced_and_nothing_is_beside_it(folder: Path) -> None:
    (folder / "a").write_text("old")
    replace_file(folder / "a", b"new")
    assert [path.name for path in folder.iterdir()] == ["a"]
    assert (folder / "a").read_text() == "new"


def test_a_new_file_obeys_the_umask_and_an_old_one_keeps_its_mode(folder: Path) -> None:
    (folder / "old").touch(0o640)
    (folder / "old").chmod(0o640)
    before = os.umask(0o027)
    try:
        for name in ("old", "new"):
            replace_file(folder / name, b"x")
    finally:
        os.umask(before)
    assert [(folder / name).stat().st_mode & 0o777 for name in ("old", "new")] == [0o640, 0o640]


def test_the_next_write_removes_what_a_killed_writer_left(folder: Path) -> None:
    left = left_behind(folder)
    replace_file(folder / "a", b"new")
    assert not left.exists()


def test_what_is_new_or_somebody_s_own_is_left_alone(folder: Path) -> None:
    kept = [left_behind(folder, age=0), left_behind(folder, ".devops-agent-notes.tmp"), left_behind(folder, "x.tmp")]
    replace_file(folder / "a", b"new")
    assert all(path.exists() for path in kept)


def test_a_writer_that_takes_long_is_left_alone(folder: Path) -> None:
    left = left_behind(folder)
    with left.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        replace_file(folder / "a", b"new")
        assert left.exists()


def test_a_system_that_cannot_name_a_file_later_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise FileNotFoundError("/proc is not mounted")

    monkeypatch.setattr(disk.os, "link", refuse)
    replace_file(tmp_path / "a", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
