import os
import re
import socket
from pathlib import Path

import pytest

from devops_agent.tools.read_file import ReadFile


@pytest.fixture
def read(workspace):
    return ReadFile(workspace).run


def test_a_small_file_is_read_whole(workspace, read):
    (workspace.folder / "a.txt").write_text("eins\nzwei ä\n")
    result = read("a.txt")
    assert result.text == "eins\nzwei ä\n[lines 1 to 2 of 2, 13 bytes in all]"
    assert (result.ok, result.size, result.truncated) == (True, 13, False)


def test_an_empty_file_and_a_missing_line_end_are_said(workspace, read):
    (workspace.folder / "empty").touch()
    (workspace.folder / "open").write_text("a\nb")
    assert read("empty").text == "[an empty file]"
    assert read("open").text == "a\nb\n[lines 1 to 2 of 2, 3 bytes in all, no line end at the end]"


def test_following_the_pages_by_line_gives_the_whole_file(workspace, read):
    text = "".join(f"{number} ä\n" for number in range(5000))
    (workspace.folder / "log").write_text(text)
    assert pages(read, "log", r"go on with offset (\d+)", "offset") == text


def test_following_the_pages_by_byte_gives_a_line_of_any_length(workspace, read):
    text = "ä€🙂x" * 5000
    (workspace.folder / "line").write_text(text)
    assert pages(read, "line", r"go on with byte (\d+)", "byte") == text + "\n"


def pages(read, path, onward, argument):
    whole, place = "", {}
    while True:
        body, _, last = read(path, **place).text.rpartition("\n")
        found = re.search(onward, last)
        whole += f"{body}\n" if argument == "offset" or not found else body
        if not found:
            return whole
        place = {argument: int(found[1])}


def test_some_lines_of_a_large_file(workspace, read):
    (workspace.folder / "log").write_text("".join(f"{number}\n" for number in range(1, 100_001)))
    result = read("log", offset=70_000, limit=2)
    assert result.text == "70000\n70001\n[lines 70000 to 70001 of 100000, 588895 bytes in all; go on with offset 70002]"
    assert result.truncated
    assert (
        read("log", offset=99_999, limit=9).text
        == "99999\n100000\n[lines 99999 to 100000 of 100000, 588895 bytes in all]"
    )


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ({"offset": 4}, "it has only 3 lines"),
        ({"offset": 99}, "it has fewer than 99 lines"),
        ({"offset": -1}, "offset and limit start at 1, byte at 0"),
        ({"limit": -1}, "offset and limit start at 1, byte at 0"),
        ({"byte": -1}, "offset and limit start at 1, byte at 0"),
    ],
)
def test_a_place_that_is_not_there_is_said(workspace, read, place, reason):
    (workspace.folder / "three").write_text("1\n2\n3\n")
    result = read("three", **place)
    assert (result.text, result.ok) == (f"[cannot read three: {reason}]", False)


def test_a_huge_sparse_file_costs_neither_time_nor_memory(workspace, read):
    path = workspace.folder / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert read("sparse").text.startswith("[binary, 1099511627776 bytes, unknown kind; first bytes 00 00")
    assert read("sparse", offset=2).text == "[cannot read sparse: line 2 is not in its first 268435456 bytes; use byte]"
    path.unlink()  # whoever copies or archives the folder of the tests would write all of its zeros


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/dev/zero", "it is a character device"),
        ("/dev/tty", "it is a character device"),
        ("pipe", "it is a named pipe"),
        ("socket", "it is a socket"),
        ("missing", "no such file or directory"),
        ("loop", "too many levels of symbolic links"),
        ("a\0b", "the path contains a NUL character"),
        ("x" * 300, "file name too long"),
        ("dangling", "no such file or directory"),
    ],
)
def test_what_is_no_file_is_refused_in_one_line(workspace, read, path, reason, monkeypatch):
    """Earlier project, row 37."""
    monkeypatch.chdir(workspace.folder)
    os.mkfifo("pipe")
    Path("loop").symlink_to("loop")
    Path("dangling").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        result = read(path)
    shown = path.replace("\0", "")
    assert (result.text, result.ok) == (f"[cannot read {shown}: {reason}]", False)


def test_a_binary_file_is_described(workspace, read):
    """Earlier project, row 37."""
    (workspace.folder / "data").write_bytes(b"\x1f\x8b\x08\x00" + bytes(1000))
    result = read("data")
    assert result.text.startswith("[binary, 1004 bytes, gzip archive; first bytes 1f 8b 08 00 ")
    assert result.size == 1004


def test_a_folder_is_listed(workspace, read):
    """Earlier project, row 37."""
    (workspace.folder / "inner").mkdir()
    (workspace.folder / "b\x1b[31m.txt").touch()
    (workspace.folder / "a").symlink_to("inner")
    assert read(".").text == "a -> inner\nb.txt\ninner/\n[a folder; entries: 3]"


def test_of_a_large_folder_as_many_names_as_fit(workspace, read):
    workspace.observation_limit = 100
    for number in range(1000):
        (workspace.folder / f"file{number:04}").touch()
    result = read(str(workspace.folder))
    names = result.text.count("file")
    assert result.text.endswith(f"\n[... {1000 - names} more ...]\n[a folder; entries: 1000]")
    assert len(result.text) < 200


def test_a_link_tells_where_it_leads(workspace, read):
    (workspace.folder / "real").write_text("x\n")
    (workspace.folder / "link").symlink_to("real")
    real = os.path.realpath(workspace.folder / "real")
    assert read("link").text == f"x\n[lines 1 to 1 of 1, 2 bytes in all, really {real}]"


def test_home_is_understood(workspace, read):
    Path(workspace.environment["HOME"], "a").write_text("mine\n")
    assert read("~/a").text.startswith("mine\n")


def test_what_cannot_be_shown_is_said(workspace, read):
    (workspace.folder / "odd").write_bytes(b"a\x1b[31mb\r\n\xff\xfe\n")
    assert read("odd").text == (
        "ab\n\\xff\\xfe\n[lines 1 to 2 of 2, 12 bytes in all, lines end in CR LF, control characters left out]"
    )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc")
def test_a_file_that_claims_to_be_empty_is_read(read):
    assert "\nPid:\t" in read("/proc/self/status").text
