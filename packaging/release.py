"""Complete dist/ as a release: the installer that knows where releases are, the lock, and the digests of everything."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from digests import ROOT, write_digests

PLACE = "https://github.com/OWNER/devops-agent/releases"


def main(argv: Sequence[str] | None = None) -> int:
    """Complete the folder. Ends with a message where the tag and the wheel do not say the same version."""
    parser = argparse.ArgumentParser(description="Complete a folder of built files as a release.")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="the folder (dist)")
    parser.add_argument("--repository", required=True, help="OWNER/NAME on GitHub")
    parser.add_argument("--tag", required=True, help="the tag, vX.Y.Z")
    arguments = parser.parse_args(argv)
    dist: Path = arguments.dist
    wheel = dist / f"devops_agent-{arguments.tag.removeprefix('v')}-py3-none-any.whl"
    if [wheel] != sorted(dist.glob("*.whl")):
        sys.exit(f"{dist} must hold {wheel.name} and no other wheel: the tag says so")
    (dist / "install.sh").write_text(stamped(arguments.repository), encoding="utf-8")
    (dist / "install.sh").chmod(0o755)
    shutil.copy(ROOT / "requirements.lock", dist)
    write_digests(dist)
    print((dist / "SHA256SUMS").read_text(encoding="utf-8"), end="")
    return 0


def stamped(repository: str) -> str:
    """The installer with the place of releases in it."""
    text = (ROOT / "install.sh").read_text(encoding="utf-8")
    if text.count(PLACE) != 1:
        sys.exit(f"install.sh must name {PLACE} once")
    return text.replace(PLACE, f"https://github.com/{repository}/releases")


if __name__ == "__main__":
    sys.exit(main())
