"""Try the single file on machines made on the spot, and write what happened into docs/binary.md: try_binary.py [FILE].

Needs root, debootstrap and a running dockerd.
"""

import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import machines
from bundle import ROOT
from machines import Machine
from page import write_between

PAGE = ROOT / "docs" / "binary.md"
PROGRAM = "/usr/local/bin/devops-agent"
STARTS = 15
BARE = Machine("bookworm")


@dataclass(frozen=True)
class Row:
    """What is tried on a machine: a script, as whom, with which options of `docker run`, and what must come of it."""

    what: str
    script: str
    pattern: str
    code: int = 0
    machine: Machine = BARE
    user: str = machines.USER
    options: tuple[str, ...] = ("--network=none",)


ROWS = [
    Row("no Python on the machine", "! command -v python3 && devops-agent --version", r"^devops-agent \d"),
    Row("a task for the model inside, without a network", "devops-agent 'which system is this?'", r"ok · "),
    Row("as root", "devops-agent --version", r"^devops-agent \d", user="root"),
    Row("Debian 13", "devops-agent --version", r"^devops-agent \d", machine=Machine("trixie")),
    Row(
        "Debian 11: too old, and says so",
        "devops-agent --version",
        r"\Aerror: this file needs glibc 2\.\d+ or later, and .* glibc 2\.31\nhint: install it with .*\n\Z",
        2,
        Machine("bullseye"),
    ),
    Row("the licences of all that is inside", "devops-agent --licenses", r"(?s)Python 3.*llama\.cpp: MIT"),
    Row("no HOME", "unset HOME; devops-agent --version && ls -d /tmp/devops-agent-*", r"^/tmp/devops-agent-\d+$"),
    Row(
        "a home that cannot be written",
        "devops-agent --version && ls -d /tmp/devops-agent-*",
        r"^/tmp/devops-agent-\d+$",
        options=("--network=none", "--tmpfs=/home/me:ro"),
    ),
    Row(
        "a home and a /tmp from which nothing may run",
        "devops-agent --version",
        r"programs may not run from there \(noexec\?\)[^$]*DEVOPS_AGENT_UNPACK_TO",
        2,
        options=("--network=none", "--tmpfs=/home/me:noexec,uid=1000,mode=700", "--tmpfs=/tmp:noexec,mode=1777"),
    ),
    Row(
        "a full disk",
        "devops-agent --version",
        r"No space left on device",
        2,
        options=("--network=none", "--tmpfs=/home/me:size=9m,uid=1000", "--tmpfs=/tmp:size=9m,mode=1777"),
    ),
    Row(
        "two first starts at once",
        "devops-agent --version & devops-agent --version; wait $! && ls -A ~/.cache/devops-agent/program | wc -l",
        r"^1$",
    ),
    Row(
        "a first start that is interrupted",
        "timeout -s INT 0.4 devops-agent --version; ls -A ~/.cache/devops-agent/program | wc -l;devops-agent --version",
        r"(?s)^0\n.*devops-agent \d",
    ),
    Row(
        "a folder that another user planted",
        "install -d -o me -m 700 /tmp/devops-agent-0 && HOME=/proc devops-agent --version",
        r"/tmp/devops-agent-0: belongs to somebody else",
        2,
        user="root",
    ),
    Row("a file that was cut short", f"head -c 9000000 {PROGRAM} >x; sh x --version", r"x is damaged", 2),
]


def main(program: Path) -> int:
    """Try every row and write the page; 1 if one came out otherwise than it must."""
    lines = [_tried(row, program) for row in ROWS]
    write_between(PAGE, "tried", ["| what | result | seconds |", "|---|---|---|", *lines])
    write_between(PAGE, "starts", ["| | median, s | best, s |", "|---|---|---|", *_starts(program)])
    return 1 if any("**failed**" in line for line in lines) else 0


def _tried(row: Row, program: Path) -> str:
    machines.make(row.machine)
    options = [f"--volume={program}:{PROGRAM}:ro", *row.options]
    ended = machines.run(row.machine, row.script, user=row.user, options=options, environment={})
    good = ended.code == row.code and re.search(row.pattern, ended.output, re.MULTILINE)
    print(f"{row.what}: {'ok' if good else f'failed with {ended.code}: {ended.output}'}", file=sys.stderr)
    return f"| {row.what} | {f'exit code {ended.code}' if good else '**failed**'} | {ended.seconds:.1f} |"


def _starts(program: Path) -> list[str]:
    """How long it takes to say `--help`, in turns, so that a busy machine is as unkind to one as to the other."""
    ways = {"installed by pip": ROOT / ".venv" / "bin" / "devops-agent", "the single file": program}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(STARTS):
        for name, path in ways.items():
            start = time.perf_counter()
            subprocess.run([path, "--help"], stdout=subprocess.DEVNULL, check=True)
            times[name].append(time.perf_counter() - start)
    return [f"| {name} | {statistics.median(took):.3f} | {min(took):.3f} |" for name, took in times.items()]


if __name__ == "__main__":
    sys.exit(main(Path((sys.argv[1:] or [ROOT / "dist" / "devops-agent"])[0]).resolve()))
