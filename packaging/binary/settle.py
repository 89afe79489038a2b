"""Move a fresh, complete copy to its place at one stroke, and clear away what nobody uses any more."""

import os
import shutil
import sys
import time
from pathlib import Path

DAY = 24 * 3600
ABANDONED = 1 * DAY
UNUSED = 30 * DAY
FRESH = ".unpacking-"
OF_OTHERS = 0o022
"""The right to write, of anybody but the owner."""


def settle(fresh: Path, place: Path) -> None:
    """Rename `fresh` to `place`. Where another start was faster, its copy stays. Raises OSError."""
    if place.exists() and not _sound(place):
        place.rename(fresh.with_name(f"{fresh.name}-spoilt"))
    try:
        fresh.rename(place)
    except OSError:
        if not _sound(place):
            raise
        shutil.rmtree(fresh, ignore_errors=True)


def _sound(place: Path) -> bool:
    status = place.lstat()
    return status.st_uid == os.geteuid() and not status.st_mode & OF_OTHERS and (place / "start.py").is_file()


def clear(cache: Path, kept: str, now: float) -> None:
    """Remove copies of other versions that no start used for a month, and what an interrupted start left."""
    for folder in cache.iterdir():
        if folder.name != kept and now > _needed_until(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _needed_until(folder: Path) -> float:
    """A moment; for a complete copy it depends on when its interpreter was last read, if the file system notes that."""
    try:
        if folder.name.startswith(FRESH):
            return folder.stat().st_mtime + ABANDONED
        return max(folder.stat().st_mtime, (folder / "bin" / "python3").stat().st_atime) + UNUSED
    except FileNotFoundError:
        return time.time()


if __name__ == "__main__":
    os.sync()
    fresh, place = Path(sys.argv[1]), Path(sys.argv[2])
    settle(fresh, place)
    clear(place.parent, place.name, time.time())
