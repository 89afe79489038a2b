"""What `install.sh` does, tried with a tiny program in place of the real one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.packaging.installing import INSTALLER, User
from tests.packaging.tiny_release import Releases, write_digests


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[Releases]:
    with Releases(tmp_path) as releases:
        releases.publish("1.0")
        yield releases


@pytest.fixture
def user(tmp_path: Path, releases: Releases) -> User:
    home = tmp_path / "a home"
    home.mkdir()
    return User(home, releases)


def stub(user: User, name: str, script: str) -> None:
    """Put a program of that name before all others on the user's PATH."""
    tools = user.home.parent / "tools"
    tools.mkdir(exist_ok=True)
    (tools / name).write_text(f"#!/bin/sh\n{script}\n")
    (tools / name).chmod(0o755)


def test_a_release_is_installed_upgraded_and_taken_away(user: User, releases: Releases) -> None:
    (user.home / ".bashrc").touch()
    before = user.files()
    done = user.install()
    assert (done.code, done.err) == (0, "")
    assert user.says("--version") == "devops-agent 1.0"
    assert (user.home / ".local/share/man/man1/devops-agent.1").read_text().startswith(".TH")

    releases.publish("1.1")
    assert "Upgrading to 1.1" in user.install().out
    assert user.says("--version") == "devops-agent 1.1"
    assert len(list((user.home / ".local/share/devops-agent/versions").iterdir())) == 1

    settings = user.home / ".config/devops-agent/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("")
    done = user.install("--uninstall")
    assert done.code == 0
    assert "Kept, as it is yours" in done.out
    assert user.files() - before == {".config", ".config/devops-agent", ".config/devops-agent/config.toml"}


def test_pip_serves_where_there_is_no_uv(user: User, releases: Releases) -> None:
    user = User(user.home, releases, uv=False)
    assert user.install().code == 0
    assert user.says("hello") == "called with ['hello']"
    environment = (user.home / ".local/share/devops-agent/current").resolve()
    assert not list(environment.glob("lib/python*/site-packages/pip"))
    assert user.install("--uninstall").code == 0
    assert user.files() == set()


def test_a_version_that_does_not_run_leaves_the_old_one_in_place(user: User, releases: Releases) -> None:
    user.install()
    before = user.files()
    releases.publish("1.1", shown="something else")
    done = user.install()
    assert done.code == 1
    assert "the new version does not run; the installed one stays" in done.err
    assert user.says("--version") == "devops-agent 1.0"
    assert user.files() - before == {
        f".cache{rest}"
        for rest in ("", "/devops-agent", "/devops-agent/install")
        + tuple(f"/devops-agent/install/{name}" for name in ("requirements.lock", "devops_agent-1.1-py3-none-any.whl"))
    } - before | {path for path in user.files() if "/install/uv" in path}


def test_a_named_version_is_installed_and_a_wrong_name_refused(user: User, releases: Releases) -> None:
    releases.publish("1.1")
    assert user.install("--version", "v1.0").code == 0
    assert user.says("--version") == "devops-agent 1.0"
    missing = user.install("--version", "7.7")
    assert missing.code == 1
    assert "hint: is there such a release?" in missing.err
    assert user.install("--version", "../1.0").code == 2


def test_a_download_goes_on_where_it_stopped(user: User, releases: Releases) -> None:
    releases.cut_after = 100
    cut = user.install()
    assert cut.code == 1
    assert "run it again: it goes on where it stopped" in cut.err
    assert user.install().code == 0
    assert ("/latest/download/devops_agent-1.0-py3-none-any.whl", "bytes=100-") in releases.requests


def test_a_file_that_is_not_the_listed_one_is_refused(user: User, releases: Releases) -> None:
    releases.damaged = True
    done = user.install()
    assert done.code == 1
    assert "arrived damaged" in done.err
    assert not any(path.endswith(".whl") for path in user.files())
    assert not user.program.exists()


def test_a_package_that_is_not_the_locked_one_is_refused(user: User, releases: Releases) -> None:
    releases.publish("1.1", lock=f"tiny-dependency==1.0 --hash=sha256:{'0' * 64}\n")
    done = user.install()
    assert done.code == 1
    assert "a package is not the one that was tested" in done.err
    assert not user.program.exists()


@pytest.mark.parametrize("tenth", range(10))
def test_a_script_that_was_cut_off_runs_nothing(user: User, releases: Releases, tenth: int) -> None:
    script = INSTALLER.read_bytes()
    done = user.install(script=script[: len(script) * tenth // 10])
    assert "==>" not in done.out
    assert user.files() == set()
    assert releases.requests == []


def test_a_script_that_was_cut_off_in_its_last_line_runs_nothing(user: User, releases: Releases) -> None:
    script = INSTALLER.read_bytes().rstrip()
    for missing in range(1, len(script.splitlines()[-1])):
        assert user.install("--uninstall", script=script[:-missing]).out == ""
    assert releases.requests == []


@pytest.mark.parametrize(
    ("system", "machine", "words"),
    [
        ("FreeBSD", "amd64", "FreeBSD is not supported"),
        ("MINGW64_NT-10.0", "x86_64", "install it inside WSL"),
        ("Linux", "riscv64", "riscv64 is not supported"),
    ],
)
def test_other_systems_are_told_so(user: User, system: str, machine: str, words: str) -> None:
    stub(user, "uname", f'case "$1" in -s) echo {system} ;; -m) echo {machine} ;; esac')
    done = user.install()
    assert done.code == 1
    assert words in done.err
    assert user.files() == set()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--perfix", "/opt"], "there is no option --perfix"),
        (["--prefix"], "--prefix needs a value"),
        (["--embedded-only", "--with-ollama"], "--embedded-only goes with neither"),
        (["--offline", "x.tar.gz", "--model", "m"], "--offline takes what is in the bundle"),
    ],
)
def test_options_that_make_no_sense_are_refused(user: User, options: list[str], words: str) -> None:
    done = user.install(*options)
    assert done.code == 2
    assert words in done.err


def only(user: User, *names: str) -> str:
    """A PATH with nothing on it but these programs and what the script cannot do without."""
    folder = user.home.parent / "bare"
    folder.mkdir()
    for name in "bash awk cut df dirname id mkdir mktemp rm rmdir sha256sum tr uname".split():
        (folder / name).symlink_to(shutil.which(name) or "/missing")
    for name in names:
        (folder / name).write_text('#!/bin/sh\necho Python 3.9.2\n[ "$1" = --version ]\n')
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("programs", "words"),
    [
        (["apt-get"], "hint: sudo apt-get install -y python3 python3-venv libgomp1"),
        (["dnf"], "hint: sudo dnf install -y python3"),
        (["python3", "dnf"], "hint: sudo dnf install -y python3.12"),
        (["python3", "apt-get"], "Python 3.10 or newer is needed, and Python 3.9.2 is here\nhint: install uv"),
    ],
)
def test_without_a_fit_python_it_says_what_to_install(user: User, programs: list[str], words: str) -> None:
    done = user.install(PATH=only(user, *programs), DEVOPS_AGENT_PYTHON="")
    assert done.code == 1
    assert words in done.err
    assert user.files() == set()


@pytest.mark.parametrize("named", ["/nowhere/python3", "/bin/false"])
def test_a_python_that_was_named_and_does_not_fit_is_said(user: User, named: str) -> None:
    done = user.install(DEVOPS_AGENT_PYTHON=named)
    assert done.code == 1
    assert (
        f"error: DEVOPS_AGENT_PYTHON names {named}, which does not run" in done.err and "hint: name another" in done.err
    )
    assert user.files() == set()


def test_a_refusing_proxy_is_named(user: User) -> None:
    done = user.install(http_proxy="http://127.0.0.1:9")
    assert done.code == 1
    assert "hint: is the proxy right? it is set to http://127.0.0.1:9" in done.err
    assert user.files() == set()


def test_a_full_disk_is_seen_before_anything_is_done(user: User) -> None:
    stub(user, "df", 'printf "Filesystem 1024-blocks Used Available Capacity Mounted\\nx 1 1 20480 1%% /\\n"')
    done = user.install()
    assert done.code == 1
    assert "has 20 MB free" in done.err
    assert user.files() == set()


def test_a_program_of_that_name_from_elsewhere_is_not_touched(user: User) -> None:
    user.program.parent.mkdir(parents=True)
    user.program.write_text("mine")
    done = user.install()
    assert done.code == 1
    assert "is not from this installer" in done.err
    assert user.program.read_text() == "mine"


@pytest.mark.parametrize(
    ("shell", "words"), [("/bin/bash", ".bashrc"), ("/usr/bin/zsh", ".zshrc"), ("/usr/bin/fish", "fish_add_path")]
)
def test_the_way_to_the_path_is_told_for_the_users_shell(user: User, shell: str, words: str) -> None:
    done = user.install("--yes", SHELL=shell)
    assert words in done.out
    name = Path(shell).name
    completions = [path for path in (user.home / ".local/share").rglob("*devops-agent*") if path.is_file()]
    assert f"a completion for {name}\n" in [path.read_text() for path in completions]
    user.install("--uninstall")
    assert user.files() == set()


def test_without_consent_no_completions_are_installed(user: User) -> None:
    assert "completions: devops-agent completion bash" in user.install().out
    assert not (user.home / ".local/share/bash-completion").exists()


def test_at_a_terminal_it_asks_before_it_begins(user: User, releases: Releases) -> None:
    child = pexpect.spawn("bash", [str(INSTALLER)], env=user.environment(), cwd=str(user.home), encoding="utf-8")
    child.expect_exact("Go on? [Y/n]")
    child.sendline("n")
    child.expect_exact("nothing was installed")
    child.expect(pexpect.EOF)
    assert user.files() == set()
    assert releases.requests == []


def bundled(releases: Releases, folder: Path) -> Path:
    """The folder that a bundle of the release 1.0 holds."""
    shutil.copytree(releases.root / "download/v1.0", folder)
    shutil.copytree(releases.packages, folder / "wheels")
    (folder / "SHA256SUMS").unlink()
    write_digests(folder)
    return folder


@pytest.mark.parametrize(
    ("failed", "next_step"),
    [
        ("the system library libgomp.so.1", "this machine needs the package libgomp"),
        ("a CPU with avx2", "do what the lines above say, then: devops-agent doctor"),
    ],
)
@pytest.mark.parametrize("offline", [True, False])
def test_what_is_installed_but_not_ready_is_not_called_done(
    user: User, releases: Releases, tmp_path: Path, failed: str, next_step: str, offline: bool
) -> None:
    doctor = f"ok    bash  /bin/bash\nfail  model server  the embedded engine needs {failed}\n      -> install it\n"
    options = ["--offline", str(bundled(releases, tmp_path / "devops-agent-1.0"))] if offline else []
    done = user.install(*options, TINY_DOCTOR=doctor)
    assert done.code == (1 if offline else 0)
    assert f"the embedded engine needs {failed}\n      -> install it\n" in done.out and "/bin/bash" not in done.out
    assert next_step in (done.err if offline else done.out.splitlines()[-1])
    assert "not ready" in done.out + done.err and "Done" not in done.out and "Try:" not in done.out
    assert user.says("--version") == "devops-agent 1.0"


def test_a_bundle_installs_without_releases(user: User, releases: Releases, tmp_path: Path) -> None:
    folder = bundled(releases, tmp_path / "devops-agent-1.0")
    bundle = tmp_path / "bundle.tar.gz"
    subprocess.run(["tar", "-czf", bundle, "-C", tmp_path, folder.name], check=True)
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  bundle.tar.gz\n")
    nowhere = {"DEVOPS_AGENT_RELEASES": "http://127.0.0.1:9", "UV_FIND_LINKS": "", "PIP_FIND_LINKS": ""}
    assert "is damaged: its SHA-256 is not the one in" in user.install("--offline", str(bundle), **nowhere).err
    (tmp_path / "SHA256SUMS").unlink()
    assert user.install("--offline", str(bundle), **nowhere).code == 0
    assert user.says("--version") == "devops-agent 1.0"
    next(folder.glob("wheels/*.whl")).write_text("something else")
    assert "in the bundle is damaged or missing" in user.install("--offline", str(folder), **nowhere).err
    assert releases.requests == []


OLLAMA = """
case "$1" in
    serve) touch "$HOME/serving"; read -r line <>"$HOME/nothing" ;;
    list) [ -e "$HOME/serving" ] ;;
    pull) echo "pulled $2" ;;
esac
"""


def test_ollama_comes_only_when_it_is_asked_for(user: User, releases: Releases, tmp_path: Path) -> None:
    os.mkfifo(user.home / "nothing")
    stub(user, "ollama-of-the-release", OLLAMA)
    made = tmp_path / "made/bin"
    made.mkdir(parents=True)
    shutil.copy(tmp_path / "tools/ollama-of-the-release", made / "ollama")
    place = releases.root / "ollama/latest/download"
    place.mkdir(parents=True)
    for name in ("ollama-linux-amd64.tgz", "ollama-linux-arm64.tgz", "ollama-darwin.tgz"):
        subprocess.run(["tar", "-czf", place / name, "-C", tmp_path / "made", "bin"], check=True)
    write_digests(place, "sha256sum.txt")
    source = {"DEVOPS_AGENT_OLLAMA_RELEASES": f"{releases.url}/ollama"}
    done = user.install("--model", "small", **source)
    assert "there is no ollama to fetch small into" in done.err
    done = user.install("--with-ollama", "--model", "small", **source)
    assert (done.code, done.err) == (0, "")
    assert "pulled small" in done.out
    pid = int((user.home / ".local/share/devops-agent/ollama.pid").read_text())
    assert user.install("--uninstall").code == 0
    assert not Path(f"/proc/{pid}").exists() or b"Z" in Path(f"/proc/{pid}/stat").read_bytes()
    assert user.files() == {"nothing", "serving"}


def test_shellcheck_finds_nothing_in_any_script() -> None:
    tool = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}") or shutil.which("shellcheck")
    if tool is None:
        pytest.skip("shellcheck is not installed")
    files = [INSTALLER, *(INSTALLER.parent / "packaging").glob("*"), *(INSTALLER.parent / ".ci").glob("*")]
    scripts = [path for path in files if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env bash")]
    done = subprocess.run([tool, *scripts], capture_output=True, text=True)
    assert done.stdout == ""
