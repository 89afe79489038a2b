"""Make a folder, and of it one executable file, that run the program on a machine without Python.

Run by the Python that is to be inside, with patchelf and strip at hand; what it was built on is the oldest system on
which the result runs.
"""

import argparse
import json
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import licenses
from archive import single_file
from distributions import install
from interpreter import compile_modules, complete, copy_interpreter, drop_orphans, needed_libc
from sbom import bill

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
NAME = "devops-agent"
LICENSES = "licenses.txt"
SBOM = "sbom.json"


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=PROJECT / "dist" / NAME, help="the file to make")
    parser.add_argument("--folder", type=Path, help="make this folder, and no file")
    parser.add_argument("--wheel", type=Path, help="take the program from a wheel, not from the sources")
    options = parser.parse_args()
    if options.folder:
        build_folder(options.folder, options.wheel)
        return
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch, NAME)
        build_folder(root, options.wheel)
        build_file(root, options.output)


def build_folder(root: Path, wheel: Path | None) -> None:
    """Make a folder with interpreter, packages, licences and the three ways in. Raises NotAllowedError."""
    root.mkdir(parents=True)
    program = copy_interpreter(root)
    install(PROJECT, root / "packages", wheel)
    drop_orphans(root / "packages")
    brought = complete(root)
    python = licenses.interpreter(platform.python_version(), Path(sysconfig.get_path("stdlib")))
    carried = [python, *licenses.installed(root / "packages"), *licenses.notices(), *map(licenses.library, brought)]
    (root / LICENSES).write_text(licenses.written(licenses.checked(carried)), encoding="utf-8")
    for name in ("start.py", "settle.py"):
        shutil.copy(HERE / name, root)
    made_of = [part for part in carried if part.name != NAME]
    (root / SBOM).write_text(json.dumps(bill(NAME, _version(root), made_of), indent=1), encoding="utf-8")
    compile_modules(root, program, root / "packages" / "devops_agent")


def build_file(root: Path, output: Path) -> None:
    """Make one executable file of a folder."""
    facts = {
        "VERSION": _version(root),
        "PLATFORM": f"{platform.system()} {platform.machine()}",
        "LIBC": needed_libc(root),
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(single_file(root, facts))
    output.chmod(0o755)
    shutil.copy(root / SBOM, output.with_name(f"{output.name}.{SBOM}"))
    megabytes = output.stat().st_size / 1_000_000
    sys.stdout.write(f"{output}: {megabytes:.1f} MB, for {facts['PLATFORM']} with glibc {facts['LIBC']} or later\n")


def _version(root: Path) -> str:
    asking = [root / "bin/python3", "-I", "-S", root / "start.py", "--version"]
    return subprocess.run(asking, capture_output=True, text=True, check=True).stdout.split()[-1]


if __name__ == "__main__":
    main()
