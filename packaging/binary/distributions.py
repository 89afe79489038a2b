"""The program and what it depends on, as the lock says, in one folder."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

UNUSED = (
    *("**/tests", "**/test", "**/__pycache__", "bin", "**/*.pyi", "**/*.pxd", "**/*.c", "**/*.h"),
    *("pygments/lexers/[a-z]*.py", "PIL/_avif*", "PIL/_imagingcms*", "PIL/_imagingft*", "PIL/_webp*", "hf_xet*"),
)
"""Tests, and large parts that are imported only when somebody asks for what this program never does."""


def install(project: Path, packages: Path, wheel: Path | None) -> None:
    """Install the locked dependencies, every file checked against its hash, and the project (or a wheel of it)."""
    _pip("--require-hashes", "--requirement", project / "requirements.lock", "--target", packages)
    with tempfile.TemporaryDirectory() as scratch:
        _pip("--no-deps", "--no-build-isolation", "--target", packages, wheel or _sources(project, Path(scratch)))
    for pattern in UNUSED:
        for path in list(packages.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _sources(project: Path, scratch: Path) -> Path:
    """A copy to build from: in the project itself, files of an earlier build would slip in."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(project / name, scratch)
    for name in ("devops_agent", "docs"):
        shutil.copytree(project / name, scratch / name, ignore=shutil.ignore_patterns("__pycache__"))
    return scratch


def _pip(*words: object) -> None:
    pip = (sys.executable, "-m", "pip", "install", "-qq", "--no-compile", "--disable-pip-version-check")
    subprocess.run([*pip, *map(str, words)], check=True)
