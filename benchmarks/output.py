"""What a flood of output and an ordinary task cost in time and memory."""

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import MEGABYTES, Row, environment
from tests.ollama_server import OllamaServer
from tests.playing import answers, runs
from tests.program import start

FLOOD = "head -c 50000000 /dev/zero | tr '\\0' 'x' | fold -w 80"


def flood() -> list[Row]:
    """50 MB of output: seconds until the next request, and the memory it costs, against the command alone."""
    quiet, _ = _task("true")
    peak, seconds = _task(FLOOD)
    started = time.monotonic()
    subprocess.run(["bash", "-c", FLOOD], stdout=subprocess.DEVNULL, check=True)
    bare = time.monotonic() - started
    return [
        Row(
            "50 MB of output to the next request",
            f"{seconds:.2f} s",
            f"{seconds / bare:.1f} × the command alone",
            "≤ 1 s",
        ),
        Row(
            "memory that 50 MB of output add",
            f"{peak - quiet:.0f} MiB",
            f"{peak / quiet:.2f} × a quiet task",
            "≤ 40 MB",
            (peak - quiet) * MEGABYTES,
        ),
        Row("resident memory without a model", f"{quiet:.0f} MiB", "the whole process at its peak", "≤ 60 MiB", quiet),
    ]


def _task(command: str) -> tuple[float, float]:
    """Peak memory in MiB of a one-command task, and the seconds between its two model requests."""
    arrived: list[tuple[float, float]] = []

    def note(reply: str) -> Callable[[object], str]:
        return lambda body: (arrived.append((time.monotonic(), _peak_memory(process.pid))), reply)[1]

    with OllamaServer([note(runs(command)), note(answers("It ran."))]) as server:
        process = start("-na", "run it", **environment(OLLAMA_HOST=server.url))
        process.communicate()
    return arrived[-1][1], arrived[-1][0] - arrived[0][0]


def _peak_memory(process: int) -> float:
    """The most memory a running process ever held, in MiB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
