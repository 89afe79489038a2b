"""A missing requirement of training is a failure where it has to be there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
WHOLE = 'import pytest\n\npytest.importorskip("first_missing")\n\n\ndef test_it():\n    pass\n'
ONE = 'import pytest\n\n\ndef test_it():\n    pytest.importorskip("second_missing")\n\n\ndef test_other():\n    pass\n'


@pytest.mark.parametrize("required", ["0", "1"])
def test_a_skip_is_a_failure_only_where_training_is_required(tmp_path: Path, required: str) -> None:
    for name, text in {"conftest": CONFTEST.read_text(), "test_whole": WHOLE, "test_one": ONE}.items():
        (tmp_path / f"{name}.py").write_text(text)
    environment = {**os.environ, "DEVOPS_AGENT_REQUIRE_TRAINING": required}
    command = [sys.executable, "-m", "pytest", "--continue-on-collection-errors", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode != 0) == (required == "1"), done.stdout
    for missing in ("first_missing", "second_missing"):
        assert (missing in done.stdout) == (required == "1"), done.stdout
    assert "1 passed" in done.stdout
