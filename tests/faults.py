"""Errors and kills at the n-th write, fsync, rename … of the store and of write_file; needs strace.

    python -m tests.faults --count 1000

Each run is a process of its own that notes what it was told is safe; afterwards, all of that must be there, and whole.
"""

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from devops_agent.sessions.audit import AuditTrail
from devops_agent.sessions.database import FILE_NAME
from devops_agent.sessions.undo import UndoStore
from tests.program import environment

CALLS = (
    "pwrite64",
    "write",
    "fdatasync",
    "fsync",
    "rename,renameat,renameat2",
    "openat",
    "ftruncate",
    "unlink,unlinkat",
)
EFFECTS = ("error=ENOSPC", "error=EIO", "signal=KILL")
OLD, NEW = b"old " * 3000, b"new " * 5000
VICTIM = """
import os, sys
from pathlib import Path
from devops_agent.events import Call, Observed, ToolResult, Verdict
from devops_agent.sessions.journal import Intent, SessionJournal
from devops_agent.tools.base import Workspace
from devops_agent.tools.write_file import WriteFile

folder = Path(sys.argv[1])
os.close(os.open(folder / "started", os.O_CREAT | os.O_WRONLY))
journal = SessionJournal(folder / "state", {}, str, lambda _: "", lambda _: None)
call = Call("bash", {"command": "x"})
for step in range(4):
    journal.intend(Intent(step, call, Verdict("READ"), "changes", "policy", "/"))
    print("intent", step, flush=True)
    journal.record(Observed(step, call, ToolResult("y" * 3000)))
    print("result", step, flush=True)
if WriteFile(Workspace(folder, {}, folder / "state")).run(str(folder / "file"), "new " * 5000).ok:
    print("file", 0, flush=True)
journal.close()
"""


@dataclass(frozen=True)
class Fault:
    """What goes wrong at which call of which kind."""

    call: str
    effect: str
    number: int

    @property
    def words(self) -> list[str]:
        return ["-e", f"trace={self.call}", "-e", f"inject={self.call}:{self.effect}:when={self.number}"]


def faults(count: int) -> list[Fault]:
    """As many faults as asked for, in an order drawn by lot, each where the victim is at work on its files."""
    every = [Fault(call, effect, number) for call in CALLS for number in _numbers(call) for effect in EFFECTS]
    random.Random(11).shuffle(every)
    return [every[number % len(every)] for number in range(count)]


def _numbers(call: str) -> range:
    """Which calls of this kind a victim makes after it started."""
    with tempfile.TemporaryDirectory() as name:
        trace = Path(name, "trace")
        words = [
            "strace",
            "-f",
            "-qq",
            "-o",
            str(trace),
            "-e",
            f"trace=openat,{call}",
            sys.executable,
            "-c",
            VICTIM,
            name,
        ]
        subprocess.run(words, capture_output=True, env=environment(), check=True)
        lines = trace.read_text(errors="replace").splitlines()
    started = next(number for number, line in enumerate(lines) if '/started"' in line)
    is_call = [any(f" {one}(" in line for one in call.split(",")) for line in lines]
    return range(sum(is_call[: started + 1]) + 1, sum(is_call) + 1)


def is_possible() -> bool:
    """Whether strace is here and may look into processes."""
    return (
        shutil.which("strace") is not None
        and not subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True).returncode
    )


def problems(fault: Fault) -> Iterator[str]:
    """Run the victim with this fault, and say what was lost or torn."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "file").write_bytes(OLD)
        words = ["strace", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf", *fault.words]
        words += [sys.executable, "-c", VICTIM, name]
        done = subprocess.run(words, capture_output=True, text=True, env=environment(), timeout=60)
        acknowledged = [tuple(line.split()) for line in done.stdout.splitlines() if line[-1:].isdigit()]
        yield from _lost(folder, acknowledged)


def _lost(folder: Path, acknowledged: list[tuple[str, ...]]) -> Iterator[str]:
    rows = [row.facts for row in AuditTrail(folder / "state").rows()]
    kept = {(row["kind"], str(row["step"])) for row in rows}
    for line in acknowledged:
        if line[0] != "file" and line not in kept:
            yield f"{' '.join(line)} was acknowledged and is lost"
    if broken := AuditTrail(folder / "state").verify().problem:
        yield broken
    with closing(sqlite3.connect(folder / "state" / FILE_NAME)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            yield "the database is damaged"
    yield from _torn(folder, ("file", "0") in acknowledged)


def _torn(folder: Path, written: bool) -> Iterator[str]:
    content = (folder / "file").read_bytes()
    if content not in (OLD, NEW):
        yield f"the file is torn: {len(content)} bytes"
    if written and content != NEW:
        yield "the file was written and is not"
    if content == NEW and not UndoStore(folder / "state").entries():
        yield "the file was written and cannot be undone"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100, help="how many faults to play")
    count = parser.parse_args().count
    played = faults(count)
    found = [(fault, problem) for fault in played for problem in problems(fault)]
    for fault, problem in found:
        print(f"{fault}: {problem}")
    print(f"{len(played)} faults of {len(set(played))} kinds, {len(found)} lost or torn")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
