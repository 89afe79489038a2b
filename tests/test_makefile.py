"""What `make install` says where it cannot work."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
OLD = """#!/bin/sh
exec python3 -c 'import sys; sys.version_info = (3, 9, 18); exec(sys.argv[1])' "$2"
"""


def test_an_old_python_is_refused_in_words_before_anything_is_made(tmp_path: Path) -> None:
    python = tmp_path / "python3.9"
    python.write_text(OLD)
    python.chmod(0o700)
    variables = (f"PYTHON={python}", f"VENV={tmp_path / 'environment'}")
    done = subprocess.run(["make", "install", *variables], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == (
        f"Python 3.10 or newer is needed, and {python} is 3.9; name another: make install PYTHON=python3.12"
    )
    assert not (tmp_path / "environment").exists()
