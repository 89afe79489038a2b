"""`install.sh` as a user runs it, with a home of its own, a made-up place of releases and no network."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.packaging.tiny_release import Releases

INSTALLER = Path(__file__).parents[2] / "install.sh"


@dataclass(frozen=True)
class Ended:
    """How a run of the installer ended, and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class User:
    """Somebody with a home, who installs from `releases`. With uv on the PATH the installer takes that."""

    home: Path
    releases: Releases
    uv: bool = True

    @property
    def program(self) -> Path:
        return self.home / ".local" / "bin" / "devops-agent"

    def environment(self, **extra: str) -> dict[str, str]:
        tools = self.home.parent / "tools"
        tools.mkdir(exist_ok=True)
        uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        if self.uv and uv and not (tools / "uv").exists():
            (tools / "uv").symlink_to(uv)
        packages = str(self.releases.packages)
        sources = {"UV_FIND_LINKS": packages, "UV_OFFLINE": "1", "UV_NO_CONFIG": "1"}
        if not (self.uv and uv):
            sources = {"PIP_FIND_LINKS": packages, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
        return {
            "HOME": str(self.home),
            "PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "SHELL": "/bin/bash",
            "DEVOPS_AGENT_RELEASES": self.releases.url,
            "DEVOPS_AGENT_PYTHON": sys.executable,
            **sources,
            **extra,
        }

    def install(self, *options: str, script: bytes | None = None, **extra: str) -> Ended:
        """Pipe the script into bash, as `curl … | bash -s -- OPTIONS` does, without a terminal."""
        done = subprocess.run(
            ["bash", "-s", "--", *options],
            input=INSTALLER.read_bytes() if script is None else script,
            capture_output=True,
            cwd=self.home,
            env=self.environment(**extra),
            start_new_session=True,
            timeout=100,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def says(self, *words: str) -> str:
        """What the installed program prints."""
        return subprocess.run([self.program, *words], capture_output=True, text=True, check=True).stdout.strip()

    def files(self) -> set[str]:
        """Everything in the home, but what tools that know nothing of us leave there."""
        found = {str(path.relative_to(self.home)) for path in self.home.rglob("*")}
        return {path for path in found if not path.startswith(".rustup")}
