"""Commands that run unasked, on a real kernel: what they can no longer do, and what they still can."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devops_agent.confinement import landlock
from devops_agent.confinement.reads import Confinement
from devops_agent.events import ToolResult
from devops_agent.tools.base import Terms, Workspace
from devops_agent.tools.environment import child_environment
from devops_agent.tools.shell import Bash

ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"}

needs_landlock = pytest.mark.skipif(not landlock.abi(), reason="this kernel has no Landlock")
needs_network_rules = pytest.mark.skipif(landlock.abi() < 4, reason="this kernel's Landlock knows no network")


class Shell:
    """A shell whose commands are confined as the command `like` would be."""

    def __init__(self, folder: Path) -> None:
        self.confinement = Confinement(folder / "scratch")
        self.workspace = Workspace(folder, ENVIRONMENT, folder / "state", terms=self._terms)
        self.bash = Bash(self.workspace)
        self.like = ""

    def _terms(self, workspace: Workspace, command: str) -> Terms:
        return self.confinement.terms(self.like or command, child_environment(workspace.environment))

    def run(self, command: str, like: str = "ls") -> ToolResult:
        self.like = like
        return self.bash.run(command)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    one = Shell(tmp_path)
    yield one
    one.bash.close()
    one.confinement.close()


WRITES = {
    "create": "echo x > new",
    "append": "echo x >> kept",
    "overwrite": "cp /etc/hostname kept",
    "remove": "rm -f kept; ls kept",
    "rename": "mv kept moved",
    "link": "ln kept other",
    "symbolic link": "ln -s kept other",
    "folder": "mkdir new",
    "empty a file": "truncate -s 0 kept",
    "pipe": "mkfifo new",
    "through a link": "ln -s $PWD/kept $TMPDIR/way && echo x > $TMPDIR/way",
    "through python": 'python3 -c \'open("new", "w")\'',
    "out of the scratch folder": "echo x > $TMPDIR/a && mv $TMPDIR/a new",
}


@needs_landlock
@pytest.mark.parametrize("command", WRITES.values(), ids=WRITES.keys())
def test_nothing_outside_its_own_folder_can_be_written(shell: Shell, tmp_path: Path, command: str) -> None:
    """Whatever a mistake in the policy lets through, the kernel stops."""
    kept = tmp_path / "kept"
    kept.write_text("as before")
    before = sorted(path.name for path in tmp_path.iterdir())
    shell.run(command)
    assert kept.read_text() == "as before"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "scratch") == before


@needs_landlock
def test_reading_dev_null_and_the_scratch_folder_work(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("text\n")
    result = shell.run("cat kept 2>/dev/null; sort kept -T $TMPDIR; echo x > $TMPDIR/a; rm $TMPDIR/a; cd /; pwd")
    assert result.text.startswith("text\ntext\n/\n")
    assert result.ok


@needs_landlock
def test_a_command_that_was_asked_about_keeps_its_rights(shell: Shell, tmp_path: Path) -> None:
    shell.workspace.terms = lambda workspace, command: Terms(child_environment(workspace.environment))
    assert shell.run("echo x > new").ok
    shell.workspace.terms = shell._terms
    assert not shell.run("echo x > newer").ok
    assert [path.name for path in tmp_path.glob("new*")] == ["new"]


@needs_landlock
def test_no_program_gains_rights_by_its_set_user_bit(shell: Shell) -> None:
    assert "NoNewPrivs:\t1" in shell.run("cat /proc/self/status").text


@pytest.mark.skipif(landlock.abi() < 6, reason="this kernel's Landlock knows no signals")
def test_no_other_process_can_be_signalled(shell: Shell) -> None:
    process = os.getpid()
    assert "not permitted" in shell.run(f"kill -0 {process}").text
    assert shell.run("sleep 5 & kill $! && wait; true").ok


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@needs_network_rules
@pytest.mark.parametrize(
    ("like", "connects"),
    [
        ("ls", False),
        ("cat x | sort", False),
        ("ip address", False),
        ("kubectl get pods", True),
        ("timeout 5 docker ps | head", True),
        ("curl http://localhost/", True),
    ],
)
def test_only_clients_of_servers_may_connect(shell: Shell, port: int, like: str, connects: bool) -> None:
    result = shell.run(f"exec 3<>/dev/tcp/127.0.0.1/{port} && echo connected", like)
    assert ("connected" in result.text) == connects


@needs_network_rules
def test_not_even_a_client_may_open_a_port(shell: Shell) -> None:
    listen = 'python3 -c \'import socket; socket.create_server(("127.0.0.1", 0)); print("listens")\''
    assert "listens" not in shell.run(listen, "kubectl get pods").text


@needs_landlock
def test_text_tools_see_no_network_and_tools_of_the_network_do(shell: Shell) -> None:
    """Rules about TCP leave UDP, and so names looked up, open."""
    interfaces = "cat /proc/self/net/dev | wc -l"
    if shell.run(interfaces, "cat x | wc -l").text == shell.run(interfaces, "ip address").text:
        pytest.skip("this system allows no network namespace")
    assert shell.run(interfaces, "cat x | wc -l").text.startswith("3\n")
    assert shell.run(interfaces, "cat /proc/net/dev").text == shell.run(interfaces, "ip address").text


def test_without_landlock_the_terms_take_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    assert Confinement(tmp_path).terms("ls", {"PATH": "/bin"}) == Terms({"PATH": "/bin"})


@needs_landlock
def test_rules_that_cannot_be_put_on_stop_the_command(shell: Shell, tmp_path: Path) -> None:
    with (tmp_path / "no-ruleset").open("w") as file:
        shell.workspace.terms = lambda workspace, command: Terms(child_environment(ENVIRONMENT), file.fileno())
        result = shell.bash.run("echo ran")
    assert "ran" not in result.text
    assert "rights could not be taken away" in result.text


@needs_landlock
def test_a_refusal_by_the_system_is_explained_to_the_model(shell: Shell) -> None:
    assert "ran without being asked about" in shell.run("touch new").text
    assert "ran without being asked about" not in shell.run("false").text


@needs_landlock
@pytest.mark.parametrize(
    ("command", "confined"),
    [
        ("ss -ltnp | grep 80", False),
        ("timeout 5 /usr/bin/lsof -i", False),
        ("ls -l /proc/1/fd", False),
        ("readlink /proc/[0-9]*/cwd", False),
        ("find /proc -name exe", False),
        ("grep ss notes", True),
        ("cat /proc/meminfo", True),
        ("ls /srv/proc/1", True),
    ],
)
def test_only_what_looks_at_other_processes_keeps_its_rights(shell: Shell, command: str, confined: bool) -> None:
    assert (shell.confinement.terms(command, ENVIRONMENT).rules is not None) == confined
