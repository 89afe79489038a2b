"""Each bend around smolagents, and that it is still needed."""

import subprocess
import sys
from pathlib import Path

from tests.program import environment

REPLY = '{"name": "final_answer", "arguments": {"answer": "x"}}'
LOOK = "import os; print(os.environ.get('CANARY'))"


def python(code: str, folder: Path) -> str:
    """What a Python program in this folder prints; from -c, dotenv looks into the working folder."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment(), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_smolagents_by_itself_still_reads_dotenv_files(tmp_path: Path) -> None:
    """When this fails, the shim in patches.py is no longer needed."""
    (tmp_path / ".env").write_text("CANARY=sung\n")
    assert python(f"import smolagents\n{LOOK}", tmp_path) == "sung"


def test_our_import_reads_no_dotenv_file_and_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CANARY=sung\n")
    code = f"import devops_agent.patches\n{LOOK}; print(sorted(k for k in os.environ if 'DOTENV' in k))"
    assert python(code, tmp_path) == "None\n[]"


def test_garbage_collection_is_on_again_after_the_import(tmp_path: Path) -> None:
    assert python("import gc, devops_agent.patches; print(gc.isenabled())", tmp_path) == "True"


def test_a_run_of_smolagents_itself_still_cannot_be_left_half_way() -> None:
    """When this fails, `drain` is no longer needed."""
    code = (
        "from smolagents import ToolCallingAgent\n"
        "from smolagents.models import Model, ChatMessage\n"
        f"REPLY = {REPLY!r}\n"
        "class Calls(Model):\n"
        "    def generate(self, *a, **k): return ChatMessage(role='assistant', content=REPLY)\n"
        "run = ToolCallingAgent([], Calls()).run('x', stream=True)\n"
        "next(run)\n"
        "try: run.close()\n"
        "except RuntimeError as error: print('RuntimeError:', error)\n"
    )
    assert "ignored GeneratorExit" in python(code, Path("/"))
