"""The digests of files, as a list that sha256sum reads."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def write_digests(folder: Path) -> None:
    """Write SHA256SUMS, in the form of sha256sum, over every other file below a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in paths
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
