import os
import subprocess
from pathlib import Path

import pytest

from devops_agent.place import real_place
from devops_agent.policy import classify_command
from tests.ollama_server import OllamaServer
from tests.program import PROGRAM, environment


@pytest.fixture
def repository(tmp_path):
    """A fresh repository with nothing unusual in its configuration."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def configure(folder, name, value):
    subprocess.run(["git", "-C", str(folder), "config", name, value], check=True)


def test_a_fresh_repository_is_clean_and_its_status_may_be_read(repository):
    configure(repository, "remote.origin.url", "https://example.com/x.git")
    place = real_place(repository, os.environ)
    assert place.repository_is_clean(str(repository))
    assert classify_command("git status", place).risk == "READ"


@pytest.mark.parametrize(
    "name",
    ["core.fsmonitor", "core.pager", "core.sshCommand", "filter.x.clean", "diff.external", "alias.st", "include.path",
     "gpg.program", "extensions.worktreeConfig", "remote.origin.promisor", "submodule.x.url", "made.up"],
)  # fmt: skip
def test_any_setting_that_could_name_a_program_makes_it_unclean(repository, name):
    configure(repository, name, "evil")
    assert not real_place(repository, os.environ).repository_is_clean(str(repository))


def test_asking_runs_nothing_that_the_repository_names(repository):
    witness = repository / "ran"
    program = repository / "evil.sh"
    program.write_text(f"#!/bin/sh\ntouch {witness}\n")
    program.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "core.editor", "alias.config"):
        configure(repository, name, str(program))
    assert not real_place(repository, os.environ).repository_is_clean(str(repository))
    assert not witness.exists()


def test_what_runs_instead_of_git_log_runs_nothing_that_the_repository_names(repository):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "-C", str(repository), *identity, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    witness = repository / "ran"
    for name in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program"):
        configure(repository, name, f"touch {witness}")
    verdict = classify_command("git log --oneline", real_place(repository, os.environ))
    assert verdict.risk == "READ"
    done = subprocess.run(["bash", "-c", verdict.canonical], cwd=repository, capture_output=True, text=True, check=True)
    assert done.stdout.endswith(" x\n")
    assert not witness.exists()


def test_no_repository_is_not_clean(tmp_path):
    assert not real_place(tmp_path, os.environ).repository_is_clean(str(tmp_path))
    assert not real_place(tmp_path, os.environ).repository_is_clean(str(tmp_path / "missing"))
    assert not real_place(tmp_path, {"PATH": "/nonexistent"}).repository_is_clean(str(tmp_path))


def test_a_link_to_a_secret_is_followed(tmp_path):
    (tmp_path / "notes").symlink_to("/etc/shadow")
    assert classify_command("cat notes", real_place(tmp_path, os.environ)).tags == {"SENSITIVE"}


def test_only_what_a_command_would_inherit_has_a_known_value(tmp_path):
    place = real_place(tmp_path, {"HOME": "/h", "SECRET_TOKEN": "s3cret", "KUBECONFIG": "/k"})
    assert classify_command("echo $KUBECONFIG $HOME", place).canonical == "echo /k /h"
    verdict = classify_command("echo $SECRET_TOKEN", place)
    assert (verdict.risk, verdict.canonical) == ("CHANGE", "")


@pytest.mark.parametrize("words", [["say hello"], ["policy", "check", "ls"]])
def test_a_folder_that_was_deleted_is_said_with_the_way_out(tmp_path: Path, words: list[str]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    with OllamaServer() as server:
        variables = environment(OLLAMA_HOST=server.url)
        shell = ["bash", "-c", f'rmdir "{gone}" && exec "$@"', "bash", *PROGRAM, *words]
        done = subprocess.run(shell, cwd=gone, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=variables)
    assert done.returncode == 2
    assert done.stderr.endswith("error: the current folder no longer exists\nhint: change to another one: cd\n")


def test_a_pattern_that_meets_a_link_to_a_secret_is_asked_about(tmp_path):
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("Host one\n")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "notes.txt").write_text("nothing\n")
    place = real_place(folder, {"HOME": str(tmp_path)})
    assert classify_command("cat *.txt", place).risk == "READ"
    (folder / "more.txt").symlink_to(tmp_path / ".ssh" / "config")
    assert "SENSITIVE" in classify_command("cat *.txt", place).tags
