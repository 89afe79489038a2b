"""Try install.sh on machines made on the spot, and write docs/install-matrix.md from what happened.

Needs root, debootstrap and a running dockerd. Without words every row is tried, which takes some five minutes where
nothing else runs. Words choose rows by their beginning; the others stay as they were found. `--clean` removes the
images again.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import machines
import releases
from digests import ROOT
from machines import Ended
from rows import PRELUDE, ROWS, WARM_UP, Row

PAGE = ROOT / "docs" / "install-matrix.md"
CACHES = {"archives": "/var/cache/apt/archives", "lists": "/var/lib/apt/lists", "pip": "/root/.cache/pip"}
FAILED = "**failed**"
HEAD = """# What was tried of install.sh

Written by `make matrix`; do not edit. Each row ran in a fresh container made with `debootstrap`, against a server of
releases on the same machine ({cores} cores, {system}). Seconds are of the whole row, and grow with whatever
else the machine does. The size is that of the installed program with its environment, the engine and the model.

| what | on | result | seconds | MB |
|---|---|---|---|---|
"""


def main(words: Sequence[str]) -> int:
    """Try the rows that the words choose; without any, all, and write the page."""
    if "--clean" in words:
        machines.remove_all()
        return 0
    asked = [row for row in ROWS if not words or row.name.startswith(tuple(words))]
    chosen = [row for row in asked if machines.may_run(row.machine)]
    for row in asked:
        if row not in chosen:
            print(f"left out, for want of qemu-user-static: {row.name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        address = _prepare(place, chosen)
        lines = {row.name: _line(row, _try(row, address, place)) for row in chosen}
    _write(_known() | lines)
    return 1 if any(FAILED in line for line in lines.values()) else 0


def _known() -> dict[str, str]:
    """The rows of the page as it is, by name."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    return {line.split(" | ")[0].removeprefix("| "): line for line in text.splitlines() if line.startswith("| ")}


def _write(lines: dict[str, str]) -> None:
    head = HEAD.format(cores=os.cpu_count(), system=f"{platform.system()} {platform.machine()}")
    found = [lines[row.name] for row in ROWS if row.name in lines]
    PAGE.write_text(head + "\n".join(found) + "\n", encoding="utf-8")


def _prepare(place: Path, rows: Sequence[Row]) -> str:
    """Build and serve the releases, and what single rows need beside them."""
    served = place / "releases"
    releases.build(served / "now/latest/download")
    releases.build(served / "next/latest/download", ".post1")
    releases.build(served / "broken/latest/download", ".post2", broken=True)
    address = releases.serve(served)
    wanted = {option for row in rows for option in row.options}
    for name in CACHES:
        (place / name).mkdir()
    if "CACHES" in wanted:
        _try(WARM_UP, address, place)
    if "BUNDLE" in wanted:
        _make_bundle(place / "bundle", served / "now/latest/download")
    return address


def _make_bundle(folder: Path, release: Path) -> None:
    folder.mkdir()
    wheel = next(release.glob("*.whl"))
    shutil.copy(wheel, folder)
    shutil.copy(ROOT / "install.sh", folder)
    subprocess.run([sys.executable, ROOT / "packaging" / "bundle.py", "--wheel", folder / wheel.name], check=True)


def _try(row: Row, address: str, place: Path) -> Ended:
    machines.make(row.machine)
    mounts = {
        "CACHES": [f"--volume={place / name}:{inside}" for name, inside in CACHES.items()],
        "BUNDLE": [f"--volume={place / 'bundle'}:/bundle:ro"],
    }
    options = [word for option in row.options for word in mounts.get(option, [option])]
    ended = machines.run(
        row.machine, PRELUDE + row.script, user=row.user, options=options, environment={"RELEASES": address}
    )
    print(f"{'ok' if ended.code == 0 else 'FAILED'} {ended.seconds:.0f} s  {row.name}", flush=True)
    if ended.code:
        print("\n".join(ended.output.splitlines()[-25:]), flush=True)
    return ended


def _line(row: Row, ended: Ended) -> str:
    size = "".join(re.findall(r"^size: (\d+)$", ended.output, re.MULTILINE)[-1:])
    notes = re.findall(r"^note: (.+)$", ended.output, re.MULTILINE)
    result = "; ".join(["ok" if ended.code == 0 else FAILED, *notes])
    return f"| {row.name} | {row.machine} | {result} | {ended.seconds:.0f} | {size} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
