import subprocess
import sys
from pathlib import Path

import pytest

from devops_agent.disk import replace_file, snapshot
from devops_agent.errors import DevOpsAgentError
from devops_agent.sessions import undo
from devops_agent.sessions.undo import UndoStore


@pytest.fixture
def store(tmp_path):
    return UndoStore(tmp_path / "state")


def write(store: UndoStore, path: Path, data: bytes) -> int:
    """What the tool does: keep, then write."""
    number = store.save(path, snapshot(path, 1000), data)
    replace_file(path, data)
    return number


@pytest.fixture
def path(tmp_path):
    return tmp_path.resolve() / "file"


def test_writes_are_undone_one_by_one_back_to_no_file_at_all(store, path):
    for data in (b"one", b"two", b"three"):
        write(store, path, data)
    assert store.undo() == f"restored {path} to what it held before write 3 (3 bytes)"
    assert path.read_bytes() == b"two"
    store.undo()
    assert path.read_bytes() == b"one"
    assert store.undo() == f"deleted {path}, which did not exist before write 1"
    assert not path.exists()
    with pytest.raises(DevOpsAgentError, match="there is nothing to undo"):
        store.undo()


def test_the_mode_comes_back_too(store, path):
    path.write_bytes(b"#!/bin/sh\n")
    path.chmod(0o750)
    write(store, path, b"new")
    path.chmod(0o600)
    store.undo()
    assert path.stat().st_mode & 0o777 == 0o750


def test_a_given_write_is_undone(store, path):
    other = path.with_name("other")
    first = write(store, path, b"one")
    write(store, other, b"two")
    store.undo(first)
    assert not path.exists()
    assert other.read_bytes() == b"two"
    with pytest.raises(DevOpsAgentError, match="there is no write 1 to undo"):
        store.undo(first)


def test_a_later_change_is_never_lost(store, path):
    write(store, path, b"the agent's")
    path.write_bytes(b"the user's")
    with pytest.raises(DevOpsAgentError, match="was changed after write 1"):
        store.undo()
    assert path.read_bytes() == b"the user's"
    assert len(store.entries()) == 1


def test_a_file_deleted_since_is_not_brought_back_by_surprise(store, path):
    path.write_bytes(b"old")
    write(store, path, b"new")
    path.unlink()
    with pytest.raises(DevOpsAgentError, match="was changed after write 1"):
        store.undo()


def test_a_write_that_never_happened_needs_no_undoing(store, path):
    path.write_bytes(b"old")
    store.save(path, snapshot(path, 1000), b"new")
    assert store.undo() == f"{path} already is as it was before write 1"
    assert store.entries() == []


def test_a_link_put_in_the_place_of_the_file_is_not_followed(store, path):
    write(store, path, b"new")
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")
    with pytest.raises(DevOpsAgentError, match="cannot restore"):
        store.undo()


def test_names_of_any_bytes_are_kept(store, tmp_path):
    path = tmp_path.resolve() / "na\udcffme"
    try:
        path.touch()
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    write(store, path, b"new")
    assert store.entries()[0].path == path
    store.undo()
    assert path.read_bytes() == b""


def test_the_list_has_the_latest_first(store, path):
    path.write_bytes(b"four")
    write(store, path, b"x")
    write(store, path.with_name("new"), b"y")
    assert [(entry.number, entry.path, entry.size) for entry in store.entries()] == [
        (2, path.with_name("new"), None),
        (1, path, 4),
    ]


def test_the_oldest_copies_are_forgotten_first(store, path, monkeypatch):
    monkeypatch.setattr(undo, "KEPT", 250)
    path.write_bytes(bytes(100))
    for number in range(5):
        write(store, path, bytes([number]) * 100)
    assert [entry.number for entry in store.entries()] == [5, 4]


def test_nobody_else_can_read_the_copies(store, tmp_path, path):
    write(store, path, b"secret")
    state = tmp_path / "state"
    assert state.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in state.iterdir()} == {0o600}


def test_a_folder_that_was_open_is_closed(tmp_path, path):
    (tmp_path / "state").mkdir(mode=0o755)
    UndoStore(tmp_path / "state").entries()
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


WRITER = """
import sys
from pathlib import Path
from devops_agent.sessions.undo import UndoStore

store = UndoStore(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    store.save(Path(sys.argv[2]), None, b"%d" % number)
"""


def test_two_processes_write_at_once_from_the_very_first_moment(store, tmp_path):
    command = [sys.executable, "-c", WRITER, str(tmp_path / "state")]
    writers = [
        subprocess.Popen([*command, f"/{name}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path.cwd())
        for name in ("one", "two")
    ]
    for writer in writers:
        writer.stdout.readline()
    for writer in writers:
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert sorted(entry.number for entry in store.entries()) == list(range(1, 41))
    assert {str(entry.path) for entry in store.entries()} == {"/one", "/two"}
