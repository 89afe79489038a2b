import shutil
import subprocess
from pathlib import Path

import pytest

from devops_agent.command_line import build_parser
from devops_agent.commands import COMMANDS
from tests.program import run

OPTIONS = [name for action in build_parser()._actions for name in action.option_strings]


def bash_completions(tmp_path: Path, *words: str) -> list[str]:
    """What bash offers after these words, the last of them unfinished."""
    script = tmp_path / "completion.bash"
    script.write_text(run("completion", "bash").out)
    typed = " ".join(f"'{word}'" for word in ("devops-agent", *words))
    code = (
        f"source {script}; COMP_WORDS=({typed}); COMP_CWORD={len(words)}; _devops_agent; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "--norc", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_bash_offers_every_option_and_word(tmp_path: Path) -> None:
    assert set(bash_completions(tmp_path, "")) >= {*OPTIONS, *COMMANDS}
    assert bash_completions(tmp_path, "--read") == ["--read-only"]
    assert bash_completions(tmp_path, "--output", "js") == ["json", "jsonl"]
    assert bash_completions(tmp_path, "model", "p") == ["pull"]


@pytest.mark.parametrize(("shell", "check"), [("zsh", ["-n"]), ("fish", ["--no-execute"])])
def test_the_other_shells_can_read_theirs(tmp_path: Path, shell: str, check: list[str]) -> None:
    script = tmp_path / f"completion.{shell}"
    script.write_text(run("completion", shell).out)
    assert all(word in script.read_text() for word in COMMANDS)
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([shell, *check, str(script)], check=True)
