"""Completions in the real shells: a terminal, a half-typed line and the Tab key."""

import shutil
from pathlib import Path

import pexpect
import pytest

from tests.program import run

READY = "READY> "
CLEAR_LINE = "\x15"
SHELLS = {
    "bash": ("bash --norc --noprofile -i", "PS1='{ready}'; source {script}"),
    "zsh": ("zsh -f -i", "PS1='{ready}'; autoload -U compinit; compinit -u -D; source {script}"),
    "fish": ("fish --no-config", "function fish_prompt; printf '{ready}'; end; source {script}"),
}
FPATH = "PS1='{ready}'; fpath+=({folder}); autoload -U compinit; compinit -u -D"


def at_prompt(shell: str, script: Path, setup: str) -> pexpect.spawn:
    """A shell at its prompt, with the completions loaded."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    command, _ = SHELLS[shell]
    child = pexpect.spawn(command, encoding="utf-8", timeout=30, dimensions=(24, 200))
    # The marker is split in what is typed, so that only the prompt itself is taken for one.
    child.sendline(setup.format(ready=READY[:3] + "''" + READY[3:], script=script, folder=script.parent))
    child.expect_exact(READY)
    return child


def loaded(shell: str, tmp_path: Path) -> pexpect.spawn:
    script = tmp_path / "completion"
    script.write_text(run("completion", shell).out)
    return at_prompt(shell, script, SHELLS[shell][1])


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes_options_words_and_values(shell: str, tmp_path: Path) -> None:
    child = loaded(shell, tmp_path)
    for typed, rest in (("--read", "-only"), ("model pu", "ll"), ("--backend emb", "edded"), ("doctor --off", "line")):
        child.send(f"devops-agent {typed}\t")
        child.expect_exact(rest)
        child.send(CLEAR_LINE)
    child.close(force=True)


def test_zsh_completes_at_the_first_tab_from_a_file_on_fpath(tmp_path: Path) -> None:
    script = tmp_path / "_devops-agent"
    script.write_text(run("completion", "zsh").out)
    child = at_prompt("zsh", script, FPATH)
    child.send("devops-agent --read\t")
    child.expect_exact("-only")
    child.close(force=True)
