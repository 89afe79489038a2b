"""One executable file: the launcher, and behind it a tree, packed the same way every time."""

import gzip
import hashlib
import io
import tarfile
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launcher.sh")


def single_file(root: Path, facts: dict[str, str]) -> bytes:
    """The launcher with its blanks filled in, then the archive of `root`. `facts` are VERSION, PLATFORM and LIBC."""
    archive = packed(root)
    facts = {**facts, "DIGEST": hashlib.sha256(archive).hexdigest(), "SIZE": str(len(archive))}
    script = LAUNCHER.read_text(encoding="utf-8")
    for name, value in facts.items():
        script = script.replace(f"@{name}@", value)
    return script.encode() + archive


def packed(root: Path) -> bytes:
    """A compressed archive that depends on the content of a folder alone, not on when or by whom it was made."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in sorted(root.rglob("*")):
            archive.add(path, str(path.relative_to(root)), recursive=False, filter=_anonymous)
    return buffer.getvalue()


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry
