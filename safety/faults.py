"""Errors and kills at the n-th write, fsync, rename … of the store and of write_file; needs strace.

Each run is a process of its own that notes what it was told is safe; afterwards, all of that must be there, and whole.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from devops_agent.disk import STALE_SECONDS
from devops_agent.sessions.audit import AuditTrail
from devops_agent.sessions.database import FILE_NAME
from devops_agent.sessions.undo import UndoStore
from devops_agent.tools.base import Workspace
from devops_agent.tools.write_file import WriteFile
from safety.figure import Figure, none_of, unmeasured

CALLS = (
    "pwrite64",
    "write",
    "fdatasync",
    "fsync",
    "rename,renameat,renameat2",
    "openat",
    "ftruncate",
    "unlink,unlinkat",
    "link,linkat",
)
EFFECTS = ("error=ENOSPC", "error=EIO", "signal=KILL")
OLD, NEW = b"old " * 3000, b"new " * 5000
MANY, FEW = 1000, 60
WORKERS = 2
QUICK_DISK = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112
"""To wait for a disk would only take time: it is the process that is killed, and every failure is injected."""
VICTIMS = """
import json, os, signal, sys
from pathlib import Path
from devops_agent.events import Call, Observed, ToolResult, Verdict
from devops_agent.sessions.journal import Intent, SessionJournal
from devops_agent.tools.base import Workspace
from devops_agent.tools.write_file import WriteFile

def work(folder):
    journal = SessionJournal(folder / "state", {}, str, lambda _: "", lambda _: None)
    call = Call("bash", {"command": "x"})
    for step in range(4):
        journal.intend(Intent(step, call, Verdict("READ"), "changes", "policy", "/"))
        os.write(1, b"intent %d\\n" % step)
        journal.record(Observed(step, call, ToolResult("y" * 3000)))
        os.write(1, b"result %d\\n" % step)
    if WriteFile(Workspace(folder, {}, folder / "state")).run(str(folder / "file"), "new " * 5000).ok:
        os.write(1, b"file 0\\n")
    journal.close()

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    folder = Path(json.loads(line))
    child = os.fork()
    if not child:
        os.dup2(os.open(folder / "said", os.O_CREAT | os.O_WRONLY, 0o600), 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.kill(os.getpid(), signal.SIGSTOP)
        work(folder)
        os._exit(0)
    os.waitpid(child, os.WUNTRACED)
    print(child, flush=True)
"""
"""Makes a process for each folder it is told, and says which; each waits until it is continued."""


def figures(quick: bool) -> Iterator[Figure]:
    """What a fault at any moment loses or tears."""
    what = "faults at a write, fsync, rename, … of files and store: lost or torn"
    if not is_possible():
        yield unmeasured(what, "0", "strace is missing, or may not look into processes")
        return
    played = faults(FEW if quick else MANY)
    with ThreadPoolExecutor(WORKERS) as pool:
        shares = [played[number::WORKERS] for number in range(WORKERS)]
        found = [problem for problems in pool.map(problems_of, shares) for problem in problems]
    for problem in found:
        print(problem, file=sys.stderr)
    yield none_of(what, len(found), len(played))


@dataclass(frozen=True)
class Fault:
    """What goes wrong at which call of which kind."""

    call: str
    effect: str
    number: int

    @property
    def words(self) -> list[str]:
        return ["-e", f"trace={self.call}", "-e", f"inject={self.call}:{self.effect}:when={self.number}"]


class Victims:
    """Starts victims of faults; the time to load their modules is spent once. `code` is what they are."""

    def __init__(self, code: str = VICTIMS) -> None:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        self._maker = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __enter__(self) -> "Victims":
        return self

    def __exit__(self, *_: object) -> None:
        self._maker.communicate()

    def suffers(self, folder: Path, *words: str) -> None:
        """Let one work in `folder`, watched by strace with these words, to its end."""
        assert self._maker.stdin and self._maker.stdout
        self._maker.stdin.write(json.dumps(str(folder)) + "\n")
        self._maker.stdin.flush()
        victim = int(self._maker.stdout.readline())
        with subprocess.Popen(["strace", "-qq", *words, "-p", str(victim)], stderr=subprocess.DEVNULL) as strace:
            while not _is_watched(victim) and strace.poll() is None:
                continue
            os.kill(victim, signal.SIGCONT)


def _is_watched(process: int) -> bool:
    return "TracerPid:\t0\n" not in Path(f"/proc/{process}/status").read_text()


def faults(count: int) -> list[Fault]:
    """As many faults as asked for, of every kind of call in turn, each where the victim is at work on its files."""
    lottery = random.Random(11)
    with Victims() as victims:
        kinds = [[Fault(call, effect, n) for n in _numbers(victims, call) for effect in EFFECTS] for call in CALLS]
    drawn = [cycle(lottery.sample(kind, len(kind))) for kind in kinds if kind]
    return [next(drawn[number % len(drawn)]) for number in range(count)]


def _numbers(victims: Victims, call: str) -> range:
    """Which calls of this kind a victim makes."""
    with tempfile.TemporaryDirectory() as name:
        trace = Path(name, "trace")
        (Path(name) / "file").write_bytes(OLD)
        victims.suffers(Path(name), "-o", str(trace), "-e", f"trace={call}", "-e", "signal=none")
        return range(1, len(trace.read_text(errors="replace").splitlines()) + 1)


def is_possible() -> bool:
    """Whether strace is here and may look into processes."""
    return (
        shutil.which("strace") is not None
        and not subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True).returncode
    )


def problems_of(some: Sequence[Fault], code: str = VICTIMS) -> list[str]:
    """Let victims suffer these faults, and say what was lost or torn."""
    with Victims(code) as victims:
        return [f"{fault}: {problem}" for fault in some for problem in _problems(victims, fault)]


def _problems(victims: Victims, fault: Fault) -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=QUICK_DISK, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "file").write_bytes(OLD)
        victims.suffers(folder, "-o", "/dev/null", *fault.words)
        said = (folder / "said").read_text().splitlines()
        yield from _lost(folder, [tuple(line.split()) for line in said if line[-1:].isdigit()])


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
    yield from _left(folder)


def _left(folder: Path) -> Iterator[str]:
    """What a later write, when it is no longer new, leaves beside its file."""
    for path in folder.glob(".*.tmp"):
        before = path.stat().st_mtime - 2 * STALE_SECONDS
        os.utime(path, (before, before))
    if not WriteFile(Workspace(folder, {}, folder / "state")).run(str(folder / "file"), "later").ok:
        yield "no later write was possible"
    yield from (f"{path.name} was left behind" for path in folder.glob(".*.tmp"))
