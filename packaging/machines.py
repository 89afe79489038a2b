"""Bare Debian machines, made with debootstrap and docker: no registry of images is asked."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NAME = "devops-agent-try"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PASSED_ON = ("PIP_CERT", "PIP_INDEX_URL", "PIP_DEFAULT_TIMEOUT")
"""How this machine reaches the package index, which the made ones must know too."""
SOURCES = ("/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources")
EMULATORS = {"arm64": Path("/proc/sys/fs/binfmt_misc/qemu-aarch64")}
LIMIT_SECONDS = 1800
USER = "me"


@dataclass(frozen=True)
class Machine:
    """A Debian release and what is installed on it beyond the least; curl and certificates are always there.

    `emulated` is the architecture (as Debian calls it) where it is not this machine's; qemu-user-static runs it.
    """

    suite: str
    packages: tuple[str, ...] = ()
    emulated: str = ""

    @property
    def image(self) -> str:
        return f"{NAME}:{'-'.join(filter(None, (self.suite, self.emulated, *self.packages)))}"

    def __str__(self) -> str:
        packages = " and ".join(self.packages)
        release = f"Debian {self.suite}" + (f" with {packages}" if packages else "")
        return f"{release}, {self.emulated} emulated by qemu" if self.emulated else release


@dataclass(frozen=True)
class Ended:
    """How a script ended in a container, all it printed, and the seconds it took."""

    code: int
    output: str
    seconds: float


def mirror() -> str:
    """Where this machine has its Debian packages from."""
    for path in map(Path, SOURCES):
        found = re.search(r"^(?:URIs: *|deb (?:\[[^]]*] )?)(https?://\S+/debian/?)\s", _text(path), re.MULTILINE)
        if found:
            return found[1]
    return "http://deb.debian.org/debian"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def may_run(machine: Machine) -> bool:
    """Whether programs of the machine's architecture run here."""
    return not machine.emulated or EMULATORS[machine.emulated].exists()


def make(machine: Machine) -> None:
    """Make the image of a machine, unless it is there."""
    if _quiet("docker", "image", "inspect", machine.image).returncode == 0:
        return
    base = Machine(machine.suite, emulated=machine.emulated)
    if machine == base:
        _bootstrap(base)
        return
    make(base)
    lines = [f"FROM {base.image}", f"RUN apt-get update && apt-get install -y {' '.join(machine.packages)}"]
    build = ["docker", "build", "--quiet", "--network", "host", "--tag", machine.image, "-"]
    subprocess.run(build, input="\n".join(lines).encode(), check=True, stdout=subprocess.DEVNULL)


def _bootstrap(base: Machine) -> None:
    with tempfile.TemporaryDirectory() as folder:
        architecture = [f"--arch={base.emulated}"] if base.emulated else []
        least = ["--variant=minbase", "--include=ca-certificates,curl"]
        command = ["debootstrap", *architecture, *least, base.suite, folder, mirror()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["chroot", folder, "useradd", "--create-home", "--shell", "/bin/bash", USER], check=True)
        archive = subprocess.Popen(["tar", "-C", folder, "--one-file-system", "-c", "."], stdout=subprocess.PIPE)
        importing = ["docker", "import", "-", base.image]
        subprocess.run(importing, stdin=archive.stdout, check=True, stdout=subprocess.DEVNULL)


def run(machine: Machine, script: str, *, user: str, options: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Run a bash script in a fresh container of a machine."""
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    mounts = []
    if CERTIFICATES.exists():
        known["SSL_CERT_FILE"] = str(CERTIFICATES)
        mounts = [f"--volume={CERTIFICATES}:{CERTIFICATES}:ro"]
    variables = [f"--env={name}={value}" for name, value in {**known, **environment}.items()]
    command = ["docker", "run", "--rm", f"--user={user}", f"--workdir={home(user)}", f"--env=HOME={home(user)}"]
    start = time.monotonic()
    done = subprocess.run(
        [*command, *variables, *mounts, *options, machine.image, "bash", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LIMIT_SECONDS,
    )
    return Ended(done.returncode, done.stdout.decode(errors="replace"), time.monotonic() - start)


def home(user: str) -> str:
    """The home of a user in every machine."""
    return "/root" if user == "root" else f"/home/{user}"


def remove_all() -> None:
    """Remove every image that was made here."""
    listed = _quiet("docker", "image", "ls", "--quiet", NAME).stdout.decode().split()
    if listed:
        _quiet("docker", "image", "rm", "--force", *listed)


def _quiet(*command: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
