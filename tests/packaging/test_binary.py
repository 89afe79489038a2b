"""The single file, with a tiny tree inside: unpacked once, to a folder that nobody else can change."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

BINARY = Path(__file__).parents[2] / "packaging" / "binary"
PLATFORM = f"{os.uname().sysname} {os.uname().machine}"
NOBODY = 65534
INTERPRETER = """#!/bin/sh
case $3 in *settle.py) [ -z "${MEET:-}" ] || { echo > "$MEET/arrived"; read -r _ < "$MEET/go"; } ;; esac
exec "$PYTHON" "$@"
"""
START = "import os, sys; print(os.path.dirname(__file__), sys.argv[1:]); sys.exit(7)"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What is inside: an interpreter that can be held up before it settles, and a program that ends with 7."""
    root = tmp_path / "tree"
    (root / "bin").mkdir(parents=True)
    (root / "bin" / "python3").write_text(INTERPRETER)
    (root / "bin" / "python3").chmod(0o755)
    (root / "start.py").write_text(START)
    shutil.copy(BINARY / "settle.py", root)
    return root


@pytest.fixture
def program(tree: Path, tmp_path: Path) -> Path:
    return packed(tree, tmp_path / "devops-agent")


@pytest.fixture
def cache(own_home: Path) -> Path:
    return own_home / ".cache" / "devops-agent" / "program"


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Path]:
    """Two pipes: a start that unpacks says that it arrived, and waits to be told to go on."""
    folder = tmp_path / "meeting"
    folder.mkdir()
    for name in ("arrived", "go"):
        os.mkfifo(folder / name)
    yield folder


def packed(tree: Path, path: Path, platform: str = PLATFORM) -> Path:
    code = "import sys; from archive import single_file; from pathlib import Path; "
    code += "tree, path, platform = sys.argv[1:]; facts = {'VERSION': '1', 'PLATFORM': platform, 'LIBC': '2.99'}; "
    code += "Path(path).write_bytes(single_file(Path(tree), facts)); Path(path).chmod(0o755)"
    words = [sys.executable, "-c", code, str(tree), str(path), platform]
    subprocess.run(words, check=True, env={**os.environ, "PYTHONPATH": str(BINARY)})
    return path


def start(program: Path, *words: str, **variables: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [program, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHON": sys.executable, **variables},
        start_new_session=True,
    )


def run(program: Path, *words: str, **variables: str) -> tuple[int, str, str]:
    process = start(program, *words, **variables)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def copies(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir())


def test_words_and_exit_code_pass_through(program: Path, cache: Path) -> None:
    code, out, err = run(program, "say  hello", "*", "")
    assert (code, err) == (7, "")
    assert out == f"{cache / copies(cache)[0]} ['say  hello', '*', '']\n"


def test_a_second_start_finds_what_the_first_unpacked(program: Path, cache: Path) -> None:
    first = run(program)
    folder = cache / copies(cache)[0]
    before = folder.stat()
    assert run(program) == first
    assert folder.stat().st_ino == before.st_ino and len(copies(cache)) == 1
    assert cache.stat().st_mode & 0o777 == folder.stat().st_mode & 0o777 == 0o700


def test_two_first_starts_at_once_leave_one_copy(program: Path, cache: Path, meeting: Path) -> None:
    slow = start(program, MEET=str(meeting))
    (meeting / "arrived").read_text()
    assert run(program)[0] == 7
    before = (cache / copies(cache)[-1]).stat().st_ino
    (meeting / "go").write_text("\n")
    assert slow.communicate(timeout=30)[1] == "" and slow.returncode == 7
    assert [(cache / name).stat().st_ino for name in copies(cache)] == [before]


def test_ctrl_c_while_unpacking_leaves_nothing(program: Path, cache: Path, meeting: Path) -> None:
    process = start(program, MEET=str(meeting))
    (meeting / "arrived").read_text()
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode in (130, -signal.SIGINT) and copies(cache) == []


def test_a_first_start_that_was_killed_does_not_hinder_the_next(program: Path, cache: Path, meeting: Path) -> None:
    process = start(program, MEET=str(meeting))
    (meeting / "arrived").read_text()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    assert copies(cache) != []
    for folder in cache.iterdir():
        os.utime(folder, (0, 0))
    assert run(program)[0] == 7
    assert [name for name in copies(cache) if name.startswith(".")] == []


def test_an_older_version_that_is_no_longer_used_is_cleared_away(program: Path, cache: Path) -> None:
    for name, age in (("a" * 64, 0), ("b" * 64, 2**31)):
        (cache / name / "bin").mkdir(parents=True)
        (cache / name / "bin" / "python3").touch()
        os.utime(cache / name / "bin" / "python3", (age, age))
        os.utime(cache / name, (0, 0))
    cache.chmod(0o700)
    run(program)
    assert "a" * 64 not in copies(cache) and "b" * 64 in copies(cache) and len(copies(cache)) == 2


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: data[:-9] + b"!" + data[-8:]])
def test_a_file_that_was_cut_or_changed_runs_nothing(program: Path, own_home: Path, spoil: object) -> None:
    program.write_bytes(spoil(program.read_bytes()))  # type: ignore[operator]
    code, out, err = run(program)
    assert (code, out) == (2, "") and err.startswith(f"error: {program} is damaged\nhint: get it anew")
    assert not (own_home / ".cache").exists()


def test_it_can_be_given_to_the_shell_by_its_name_alone(program: Path) -> None:
    words = ["sh", program.name, "hello"]
    variables = {**os.environ, "PYTHON": sys.executable}
    done = subprocess.run(words, cwd=program.parent, capture_output=True, text=True, env=variables)
    assert done.returncode == 7 and done.stdout.endswith(" ['hello']\n")


def test_a_folder_where_others_may_write_is_not_trusted(program: Path, cache: Path, tmp_path: Path) -> None:
    run(program)
    cache.chmod(0o777)
    code, out, _ = run(program, TMPDIR=str(tmp_path))
    assert code == 7 and out.startswith(f"{tmp_path}/devops-agent-{os.geteuid()}/")


def test_a_copy_that_others_may_change_is_replaced(program: Path, cache: Path) -> None:
    run(program)
    folder = cache / copies(cache)[0]
    (folder / "start.py").write_text("print('planted')")
    folder.chmod(0o777)
    code, out, _ = run(program)
    assert code == 7 and out == f"{folder} []\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_a_folder_of_another_user_is_not_trusted(program: Path, cache: Path, tmp_path: Path) -> None:
    run(program)
    os.chown(cache, NOBODY, NOBODY)
    assert run(program, TMPDIR=str(tmp_path))[1].startswith(str(tmp_path))
    theirs = tmp_path / f"devops-agent-{os.geteuid()}"
    os.chown(theirs, NOBODY, NOBODY)
    code, out, err = run(program, TMPDIR=str(tmp_path))
    assert (code, out) == (2, "") and err.count("belongs to somebody else") == 2
    assert "hint: DEVOPS_AGENT_UNPACK_TO=/a/folder/of/yours names one" in err


def test_a_link_in_place_of_the_folder_is_not_followed(program: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / f"devops-agent-{os.geteuid()}").symlink_to(tmp_path / "elsewhere")
    code, _, err = run(program, HOME="/dev/null", TMPDIR=str(tmp_path))
    assert code == 2 and "belongs to somebody else" in err and copies(tmp_path / "elsewhere") == []


@pytest.mark.parametrize("home", ["", "relative", "/dev/null"])
def test_without_a_home_it_unpacks_to_the_folder_for_temporary_files(program: Path, tmp_path: Path, home: str) -> None:
    code, out, _ = run(program, HOME=home, TMPDIR=str(tmp_path))
    assert code == 7 and out.startswith(f"{tmp_path}/devops-agent-{os.geteuid()}/")


def test_a_named_folder_is_the_only_one(program: Path, tmp_path: Path) -> None:
    run(program)
    _, out, _ = run(program, DEVOPS_AGENT_UNPACK_TO=str(tmp_path / "a b" / "c"))
    assert out.startswith(f"{tmp_path}/a b/c/")
    code, _, err = run(program, DEVOPS_AGENT_UNPACK_TO="/dev/null/x")
    assert code == 2 and "/dev/null/x: cannot be made" in err


def test_a_place_from_which_nothing_may_run_is_said(tree: Path, tmp_path: Path) -> None:
    (tree / "bin" / "python3").chmod(0o644)
    code, _, err = run(packed(tree, tmp_path / "p"), HOME="/dev/null", TMPDIR=str(tmp_path))
    assert code == 2 and "programs may not run from there (noexec?)" in err
    assert copies(tmp_path / f"devops-agent-{os.geteuid()}") == []


@pytest.mark.parametrize(
    ("answer", "there"), [("echo glibc 2.31", "glibc 2.31"), ("exit 127", "an older one")], ids=["known", "unknown"]
)
def test_an_older_glibc_is_said_once_with_what_serves_there(
    tree: Path, tmp_path: Path, answer: str, there: str
) -> None:
    missing = "".join(f"{path}: version `GLIBC_2.34' not found (required by {path})\n" for path in "abcdef")
    (tree / "bin" / "python3").write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{missing}END\nexit 1\n")
    (tmp_path / "getconf").write_text(f"#!/bin/sh\n{answer}\n")
    (tmp_path / "getconf").chmod(0o755)
    code, out, err = run(packed(tree, tmp_path / "p"), PATH=f"{tmp_path}:{os.environ['PATH']}", TMPDIR=str(tmp_path))
    assert (code, out) == (2, "")
    assert err == (
        f"error: this file needs glibc 2.99 or later, and this system has {there}\n"
        "hint: install it with install.sh, or use the container image\n"
    )
    assert not (tmp_path / f"devops-agent-{os.geteuid()}").exists()


def test_a_system_without_glibc_is_told_what_serves_there(tree: Path, tmp_path: Path, cache: Path) -> None:
    (tree / "bin" / "python3").write_text("#!/nowhere/ld-linux.so\n")
    code, _, err = run(packed(tree, tmp_path / "p"))
    assert code == 2 and copies(cache) == []
    assert err == (
        "error: this file needs glibc 2.99 or later, and this system has none in its usual place\n"
        "hint: use the container image\n"
    )


def test_a_system_without_tar_is_not_taken_for_one_without_glibc(tree: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("id", "ls", "cut", "uname", "tail", "sha256sum", "mkdir", "mktemp", "rm"):
        (tools / name).symlink_to(shutil.which(name) or "/missing")
    code, _, err = run(packed(tree, tmp_path / "p"), PATH=str(tools), HOME="/dev/null", TMPDIR=str(tmp_path))
    assert code == 2 and "not found" in err and "glibc" not in err


def test_a_file_for_another_machine_says_so(tree: Path, tmp_path: Path) -> None:
    code, _, err = run(packed(tree, tmp_path / "p", "Linux made-up"))
    assert code == 2 and err.startswith(f"error: this file is for Linux made-up, and this is {PLATFORM}\n")


def test_the_same_tree_always_makes_the_same_file(tree: Path, tmp_path: Path) -> None:
    first = packed(tree, tmp_path / "first").read_bytes()
    for path in tree.rglob("*"):
        os.utime(path, (0, 0))
    assert packed(tree, tmp_path / "second").read_bytes() == first


@pytest.fixture
def unpacked(tmp_path: Path) -> list[str]:
    """The command that the launcher ends in, with the program of this tree."""
    root = tmp_path / "unpacked"
    (root / "packages").mkdir(parents=True)
    (root / "packages" / "devops_agent").symlink_to(BINARY.parents[1] / "devops_agent")
    (root / "licenses.txt").write_text("a licence of many words\n" * 10_000)
    shutil.copy(BINARY / "start.py", root)
    return [sys.executable, "-I", "-S", str(root / "start.py")]


@pytest.mark.parametrize("option", ["--licenses", "--version", "--help"])
def test_a_reader_that_leaves_early_is_no_error(unpacked: list[str], option: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*unpacked, option], stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_licences_are_printed_whole_or_what_hinders_it_is_said(unpacked: list[str]) -> None:
    done = subprocess.run([*unpacked, "--licenses"], capture_output=True, text=True, check=True)
    assert done.stdout == "a licence of many words\n" * 10_000
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*unpacked, "--licenses"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "error: cannot write the output: No space left on device\n")
