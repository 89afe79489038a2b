"""Install this tree on this very machine, below a folder of its own, run a task, and take it away again.

What the matrix does in containers, for systems that have none: made for macOS. Needs the package index.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import releases
from rows import PRELUDE, WHOLE_LIFE


def main() -> int:
    """Return what the shell script of the first row returns."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve()
        releases.build(place / "releases/now/latest/download")
        address = releases.serve(place / "releases")
        (place / "home").mkdir()
        script = PRELUDE.replace("/tmp/", f"{place}/") + WHOLE_LIFE
        environment = {**os.environ, "HOME": str(place / "home"), "RELEASES": address}
        return subprocess.run(["bash", "-c", script], env=environment, cwd=place).returncode


if __name__ == "__main__":
    sys.exit(main())
