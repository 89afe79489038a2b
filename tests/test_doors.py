"""The files at the top level open into the package, and the wheel does not ship them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import environment

ROOT = Path(__file__).parent.parent


def test_the_agent_is_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "agent.py", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("devops-agent ")


@pytest.mark.parametrize(
    "line",
    [
        "from agent import DevOpsAgent, open_agent",
        "from ollama_backend import OllamaChat",
        "import smolagents_patches",
    ],
)
def test_the_doors_open(line: str) -> None:
    subprocess.run([sys.executable, "-c", line], cwd=ROOT, env=environment(), check=True)


def test_a_door_is_short() -> None:
    for name in ("agent.py", "ollama_backend.py", "smolagents_patches.py"):
        assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 15
