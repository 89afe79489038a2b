import os
import resource
import stat
import threading
from pathlib import Path

import pytest

from devops_agent.sessions.undo import UndoStore
from devops_agent.tools.write_file import CONTENT_LIMIT, WriteFile


@pytest.fixture
def tool(workspace):
    return WriteFile(workspace)


@pytest.fixture
def folder(workspace):
    return workspace.folder.resolve()


def nothing_else_in(folder):
    return not list(folder.glob(".devops-agent-*"))


def test_missing_folders_are_made(tool, folder):
    """Earlier project, row 33."""
    result = tool.run("a/b/c.txt", "deep\n")
    assert result.text == f"[wrote 5 bytes to {folder}/a/b/c.txt: new file]"
    assert (folder / "a/b/c.txt").read_text() == "deep\n"


def test_home_is_understood(tool, workspace):
    """Earlier project, row 34."""
    assert tool.run("~/a.txt", "x").ok
    assert Path(workspace.environment["HOME"], "a.txt").read_text() == "x"


def test_a_write_over_a_file_is_shown_as_a_difference_and_can_be_undone(tool, folder, workspace):
    """Earlier project, row 35."""
    (folder / "a.txt").write_text("one\ntwo\n")
    shown = tool.preview("a.txt", "one\nthree")
    assert shown == (
        f"--- {folder}/a.txt\n+++ after the write\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n\\ no line end at the end\n"
    )
    assert tool.run("a.txt", "one\nthree").text == f"[wrote 9 bytes to {folder}/a.txt: replaced, it had 8 bytes]"
    UndoStore(workspace.state_folder).undo()
    assert (folder / "a.txt").read_text() == "one\ntwo\n"


def test_bytes_are_counted_not_characters(tool):
    """Earlier project, row 36."""
    result = tool.run("a.txt", "äö🙂\n")
    assert "wrote 9 bytes" in result.text
    assert result.size == 9


def test_a_new_file_is_shown_whole(tool, folder):
    assert tool.preview("new", "all\nof it\n") == f"new file {folder}/new\nall\nof it\n"
    assert tool.preview("new", "all\nof it") == f"new file {folder}/new, no line end at the end\nall\nof it"
    assert not (folder / "new").exists()


def test_a_large_change_is_shown_without_a_cut(tool, folder):
    (folder / "big").write_text("old\n" * 10_000)
    content = "".join(f"{number}\n" for number in range(10_000))
    assert tool.preview("big", content) == f"all 10000 lines of {folder}/big replaced by these 10000:\n{content}"


@pytest.mark.parametrize("change", ["changed", None])
def test_a_file_that_changed_after_it_was_shown_is_not_overwritten(tool, folder, change):
    path = folder / "a.txt"
    path.write_text("shown")
    tool.preview("a.txt", "new")
    path.unlink() if change is None else path.write_text(change)
    result = tool.run("a.txt", "new")
    assert not result.ok
    assert "it was changed after the difference was shown" in result.text
    assert (path.read_text() if path.exists() else None) == change
    assert tool.run("a.txt", "new").ok


def test_a_file_that_appeared_after_it_was_shown_as_new_is_not_overwritten(tool, folder):
    tool.preview("a.txt", "new")
    (folder / "a.txt").write_text("somebody's")
    assert not tool.run("a.txt", "new").ok
    assert (folder / "a.txt").read_text() == "somebody's"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o4755])
def test_the_mode_is_kept(tool, folder, mode):
    (folder / "a").write_text("x")
    (folder / "a").chmod(mode)
    tool.run("a", "y")
    assert stat.S_IMODE((folder / "a").stat().st_mode) == mode


def test_a_new_file_gets_the_mode_the_user_wants(tool, folder):
    before = os.umask(0o027)
    try:
        tool.run("a", "y")
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "a").stat().st_mode) == 0o640


def test_a_link_is_followed_and_said(tool, folder):
    (folder / "real").write_text("x")
    (folder / "link").symlink_to("real")
    assert f"to {folder}/real (through the link {folder}/link): replaced" in tool.run("link", "y").text
    assert (folder / "link").is_symlink()
    assert (folder / "real").read_text() == "y"


def test_other_names_of_the_same_file_are_mentioned(tool, folder):
    (folder / "a").write_text("x")
    os.link(folder / "a", folder / "b")
    assert "[the file had 2 names; the others still hold the old text]" in tool.run("a", "y").text
    assert (folder / "b").read_text() == "x"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("inner", "it is a folder"),
        ("inner/", "it names a folder, not a file"),
        ("", "it names a folder, not a file"),
        ("pipe", "it is a named pipe"),
        ("/dev/null", "it is a character device"),
        ("file/below", "Not a directory"),
        ("a\0b", "the path contains a NUL character"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(tool, folder, path, reason):
    (folder / "inner").mkdir()
    (folder / "file").touch()
    os.mkfifo(folder / "pipe")
    shown = path.replace("\0", "")
    refusal = f"[not written, {shown} is as before: {reason}]"
    assert tool.preview(path, "x") == f"{refusal}\n"
    result = tool.run(path, "x")
    assert (result.text, result.ok) == (refusal, False)


def test_content_no_file_can_hold_is_refused(tool, folder):
    assert "more than 5000000 bytes" in tool.run("a", "x" * (CONTENT_LIMIT + 1)).text
    assert not tool.run("a", "\ud800").ok
    assert not (folder / "a").exists()


def test_a_write_that_stops_half_way_leaves_the_old_file_and_nothing_else(tool, folder, workspace):
    """The limit on the size of files stands in for a full disk: the kernel takes a part and refuses the rest."""
    (folder / "a").write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        result = tool.run("a", "x" * 400_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (result.text, result.ok) == ("[not written, a is as before: File too large]", False)
    assert (folder / "a").read_text() == "old"
    assert nothing_else_in(folder)
    assert UndoStore(workspace.state_folder).entries() == []


@pytest.mark.parametrize("call", ["fsync", "fchmod", "replace"])
def test_a_write_that_fails_late_leaves_the_old_file_and_nothing_else(tool, folder, workspace, monkeypatch, call):
    (folder / "a").write_text("old")

    def fails(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fails)
    result = tool.run("a", "new")
    assert (result.text, result.ok) == ("[not written, a is as before: No space left on device]", False)
    assert (folder / "a").read_text() == "old"
    assert nothing_else_in(folder)
    assert UndoStore(workspace.state_folder).entries() == []


def test_without_an_undo_copy_nothing_is_written(workspace, folder):
    workspace.state_folder = folder / "file" / "state"
    (folder / "file").touch()
    (folder / "a").write_text("old")
    result = WriteFile(workspace).run("a", "new")
    assert not result.ok
    assert "cannot use the state database" in result.text
    assert (folder / "a").read_text() == "old"


def test_a_folder_swapped_for_a_link_never_diverts_a_write(tool, folder, monkeypatch):
    """The swap strikes at the worst moment: after the path was looked at, before anything is written."""
    (folder / "good").mkdir()
    (folder / "good/file").write_text("old")
    (folder / "evil").mkdir()
    (folder / "evil/file").write_text("old")
    save = UndoStore.save

    def swap(*arguments):
        (folder / "good").rename(folder / "moved")
        (folder / "good").symlink_to("evil")
        return save(*arguments)

    monkeypatch.setattr(UndoStore, "save", swap)
    assert not tool.run("good/file", "new").ok
    assert (folder / "evil/file").read_text() == "old"


def test_readers_see_the_old_or_the_new_file_and_never_a_part(tool, folder):
    contents = [letter * 100_000 for letter in "ab"]
    path = folder / "a"
    path.write_text(contents[0])
    stop, seen = threading.Event(), set()

    def watch() -> None:
        while not stop.is_set():
            seen.add(path.read_text())

    reader = threading.Thread(target=watch)
    reader.start()
    for number in range(20):
        tool.run("a", contents[number % 2])
    stop.set()
    reader.join()
    assert seen <= set(contents)


def test_a_damaged_store_is_replaced_and_that_is_said(tool, workspace):
    workspace.state_folder.mkdir()
    (workspace.state_folder / "state.db").write_bytes(b"no database" * 1000)
    text = tool.run("a", "x").text
    assert "[the state database was damaged; it is now " in text
    assert "state database was damaged" not in tool.run("b", "x").text
