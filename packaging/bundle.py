"""Make the offline bundle of this platform: the wheels, the lock, the installer and their digests in one archive.

`install.sh --offline dist/devops-agent-X-SYSTEM-MACHINE.tar.gz` installs it without a network, on each of `PYTHONS`.
"""

import argparse
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from digests import ROOT, write_digests
from packaging.markers import default_environment
from packaging.requirements import Requirement

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
GLIBCS = (17, 24, 26, 27, 28)
"""The minor versions of glibc 2 whose wheels are taken: Debian 10 and RHEL 8 have the newest of them."""
MACOS = "14_0"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the bundle into the folder of the wheel, and print its path."""
    arguments = _parser().parse_args(argv)
    wheel: Path = arguments.wheel or _only_wheel(ROOT / "dist")
    name = f"devops-agent-{wheel.name.split('-')[1]}-{platform.system().lower()}-{platform.machine().lower()}"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, name)
        (folder / "wheels").mkdir(parents=True)
        for path in (wheel, arguments.lock, ROOT / "install.sh"):
            shutil.copy(path, folder)
        for version in arguments.python or PYTHONS:
            _download(arguments.lock, version, folder / "wheels")
        write_digests(folder)
        print(_packed(folder, wheel.parent / f"{name}.tar.gz"))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make the offline bundle of this platform.")
    parser.add_argument("--wheel", type=Path, help="the wheel of devops-agent (the one in dist)")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements.lock", help="the packages it needs")
    parser.add_argument("--python", action="append", help=f"a version to serve, again for more ({', '.join(PYTHONS)})")
    return parser


def _only_wheel(folder: Path) -> Path:
    wheels = sorted(folder.glob("devops_agent-*.whl"))
    if len(wheels) != 1:
        sys.exit(f"{folder} holds {len(wheels)} wheels of devops-agent, not one: make clean wheel")
    return wheels[0]


def _download(lock: Path, version: str, folder: Path) -> None:
    """Fetch what the lock names for one version of Python, each file checked against its hash."""
    with tempfile.NamedTemporaryFile("w", suffix=".lock") as narrowed:
        narrowed.write("\n".join(entries_for(lock.read_text(encoding="utf-8"), version)))
        narrowed.flush()
        options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", narrowed.name]
        target = ["--python-version", version, "--implementation", "cp", *_tags(version), "--dest", str(folder)]
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", *options, *target], check=True)


def entries_for(lock: str, version: str) -> Iterator[str]:
    """The entries of a lock that hold for a version of Python here: pip would read the markers for its own Python."""
    here = {**default_environment(), "python_version": version, "python_full_version": f"{version}.0"}
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        requirement = Requirement(entry.partition("\\")[0].strip())
        if requirement.marker is None or requirement.marker.evaluate(here):  # type: ignore[arg-type]
            yield re.sub(r";.*?\\\n", "\\\n", entry, count=1)


def _tags(version: str) -> Iterable[str]:
    abis = [f"cp{version.replace('.', '')}", "abi3", "none"]
    machine = platform.machine().lower()
    platforms = [f"macosx_{MACOS}_{machine}"]
    if platform.system() == "Linux":
        platforms = [f"manylinux_2_{minor}_{machine}" for minor in GLIBCS] + [f"manylinux2014_{machine}"]
    return [word for one in platforms for word in ("--platform", one)] + [
        word for one in abis for word in ("--abi", one)
    ]


def _packed(folder: Path, archive: Path) -> Path:
    def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        return member

    with tarfile.open(archive, "w:gz", compresslevel=6) as packed:
        packed.add(folder, folder.name, filter=anonymous)
    return archive


if __name__ == "__main__":
    sys.exit(main())
