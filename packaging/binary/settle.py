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


def settle(fresh: Path, place: Path) -> None:
    """Rename `fresh` to `place`; where another start was faster, its copy stays. Raises OSError."""
    try:
        fresh.rename(place)
    except OSError:
        if not (place / "start.py").is_file():
            raise
        shutil.rmtree(fresh, ignore_errors=True)


def clear(cache: Path, kept: str, now: float) -> None:
    """Remove copies of other versions that no start used for a month, and what an interrupted start left."""
    for folder in cache.iterdir():
        limit = ABANDONED if folder.name.startswith(FRESH) else UNUSED
        if folder.name != kept and now - _last_used(folder) > limit:
            shutil.rmtree(folder, ignore_errors=True)


def _last_used(folder: Path) -> float:
    """When its interpreter was last read, as far as the file system notes it."""
    return max((path.stat().st_atime for path in (folder, *folder.glob("bin/python3"))), default=0)


if __name__ == "__main__":
    fresh, place = Path(sys.argv[1]), Path(sys.argv[2])
    if hasattr(os, "sync"):
        os.sync()
    settle(fresh, place)
    clear(place.parent, place.name, time.time())
