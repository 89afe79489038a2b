import os

import pytest

from devops_agent.settings import Settings
from devops_agent.tools.base import Workspace
from devops_agent.tools.write_file import WriteFile
from tests.program import run


@pytest.fixture
def path(tmp_path):
    """A file the agent overwrote."""
    path = tmp_path.resolve() / "a\x1b[31m.conf"
    path.write_text("old")
    settings = Settings.load()
    WriteFile(Workspace(tmp_path, os.environ, settings.state_folder)).run(str(path), "new")
    return path


def test_the_last_write_is_undone(path):
    done = run("undo")
    assert (done.code, done.err) == (0, "")
    assert path.read_text() == "old"
    assert done.out == f"restored {path.parent}/a‹ESC›[31m.conf to what it held before write 1 (3 bytes)\n"


def test_the_list_shows_what_can_be_undone(path):
    done = run("undo", "--list")
    assert done.code == 0
    assert done.out.startswith("    1  2")
    assert done.out.endswith(f"        3 bytes  {path.parent}/a‹ESC›[31m.conf\n")
    assert run("undo", "1").code == 0
    assert run("undo", "--list").out == "there is nothing to undo\n"


def test_a_write_that_cannot_be_undone_is_an_error_with_a_hint(path):
    path.write_text("changed")
    done = run("undo")
    assert (done.code, done.out) == (1, "")
    assert "was changed after write 1" in done.err
    assert "undo --list" in done.err


def test_a_damaged_store_is_mentioned_on_stderr(path):
    database = Settings.load().state_folder / "state.db"
    database.write_bytes(b"junk" * 1000)
    done = run("undo", "--list")
    assert done.out == "there is nothing to undo\n"
    assert "the state database was damaged; it is now " in done.err
