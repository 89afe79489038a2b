"""Changes to clusters and containers, taken back; the programs are stand-ins that keep their state in files."""

import os
from pathlib import Path

import pexpect
import pytest

from devops_agent.errors import DevOpsAgentError
from devops_agent.sessions.undo import UndoStore
from devops_agent.settings import Settings
from devops_agent.tools.base import Workspace
from devops_agent.tools.reversible import ReversibleBash
from tests.program import PROGRAM, environment, run

DOCKER = """#!/bin/sh
echo "docker $*" >> "{log}"
case "$1" in
  inspect) cat "{state}" ;;
  stop) echo false > "{state}" ;;
  start) echo true > "{state}" ;;
esac
"""
KUBECTL = """#!/bin/sh
echo "kubectl $*" >> "{log}"
case "$1" in
  get) cat "{state}" ;;
  create) cat "$3" >> "{log}" ;;
esac
"""


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Makes a program that logs how it was called; returns the files of its log and its state."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    def make(name: str, script: str, state: str) -> tuple[Path, Path]:
        log, kept = tmp_path / "log", tmp_path / "state"
        kept.write_text(state)
        (programs / name).write_text(script.format(log=log, state=kept))
        (programs / name).chmod(0o755)
        return log, kept

    return make


CLUSTER = """
current-context: kind-dev
contexts: [{name: kind-dev, context: {cluster: dev, user: me}}]
clusters: [{name: dev, cluster: {server: "https://127.0.0.1:6443"}}]
"""


def change(tmp_path: Path, command: str, redact=str) -> UndoStore:
    settings = Settings.load()
    tool = ReversibleBash(Workspace(tmp_path, os.environ, settings.state_folder), redact)
    assert tool.run(command).ok
    tool.close()
    return UndoStore(settings.state_folder)


def at_terminal(*words: str) -> pexpect.spawn:
    return pexpect.spawn(PROGRAM[0], [*PROGRAM[1:], *words], env=environment(TERM="dumb"), encoding="utf-8", timeout=30)


def test_a_stopped_container_is_started_again_after_a_yes(stand_in, tmp_path):
    log, state = stand_in("docker", DOCKER, "true\n")
    change(tmp_path, "docker stop web")
    assert state.read_text() == "false\n"
    assert "runs: docker start web" in run("undo", "--list").out
    child = at_terminal("undo")
    child.expect("run it")
    child.send("y")
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, state.read_text()) == (0, "true\n")
    assert run("undo", "--list").out == "there is nothing to undo\n"
    shown = run("audit", "show").out
    assert "by user" in shown and "docker start web" in shown and "of row 1: ok" in shown


def test_a_no_leaves_everything_as_it_is(stand_in, tmp_path):
    log, state = stand_in("docker", DOCKER, "true\n")
    change(tmp_path, "docker stop web")
    child = at_terminal("undo")
    child.expect("run it")
    child.send("n")
    child.expect("instead")
    child.sendline("")
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, state.read_text()) == (4, "false\n")
    assert "docker start web" in run("undo", "--list").out


def test_without_a_terminal_the_command_is_shown_and_not_run(stand_in, tmp_path):
    log, state = stand_in("docker", DOCKER, "true\n")
    change(tmp_path, "docker stop web")
    done = run("undo")
    assert (done.code, state.read_text()) == (5, "false\n")


def test_a_deleted_object_is_created_from_what_it_was(stand_in, tmp_path, monkeypatch):
    (tmp_path / "cluster").write_text(CLUSTER)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "cluster"))
    log, _ = stand_in("kubectl", KUBECTL, '{"kind": "Service", "metadata": {"name": "web", "uid": "u"}, "status": {}}')
    store = change(tmp_path, "kubectl delete service web -n shop")
    entry = store.entry()
    assert entry.command == "kubectl create -f {file} -n shop --context kind-dev  # Service/web"
    child = at_terminal("undo", str(entry.number))
    child.expect("run it")
    child.send("y")
    child.expect(pexpect.EOF)
    assert log.read_text().endswith('{"kind": "Service", "metadata": {"name": "web"}}')


def test_a_secret_is_never_kept(stand_in, tmp_path):
    stand_in("kubectl", KUBECTL, '{"kind": "Secret", "data": {"a": "aHVudGVyMg=="}, "metadata": {"name": "web"}}')
    store = change(tmp_path, "kubectl delete secret web", lambda text: text.replace("aHVudGVyMg==", "x"))
    assert store.entries() == []


def test_a_change_that_failed_needs_no_way_back(stand_in, tmp_path):
    log, state = stand_in("docker", DOCKER + "exit 1\n", "true\n")
    settings = Settings.load()
    tool = ReversibleBash(Workspace(tmp_path, os.environ, settings.state_folder))
    assert tool.run("docker stop web").exit_code == 1
    tool.close()
    assert UndoStore(settings.state_folder).entries() == []


def test_the_last_way_back_is_not_taken_by_a_file_undo(stand_in, tmp_path):
    stand_in("docker", DOCKER, "true\n")
    store = change(tmp_path, "docker stop web")
    with pytest.raises(DevOpsAgentError, match="is undone by a command: docker start web"):
        store.undo()
    assert store.entry().command == "docker start web"
