"""Running the program from outside, and what the operating system says it cost."""

import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAM = [sys.executable, "-c", "import sys; from devops_agent.cli import main; sys.exit(main())"]
"""What the installed console script does."""
REACH = re.compile(r"([≤≥]) (\d+)")
MEGABYTES = 1.048576
"""In a MiB."""
SOURCE = str(Path(__file__).parent.parent)


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, the figure, what it is measured against, and what it should reach.

    `judged` is the figure in the unit of `reach`, where a busy machine does not change it.
    """

    what: str
    figure: str
    against: str
    reach: str
    judged: float | None = None


def misses(row: Row) -> bool:
    """Whether a figure that can be judged is not what it should be."""
    if row.judged is None:
        return False
    sign, number = REACH.match(row.reach).groups()  # type: ignore[union-attr]
    return row.judged > float(number) if sign == "≤" else row.judged < float(number)


def environment(**extra: str) -> dict[str, str]:
    """A home of its own, and this source tree."""
    return {**os.environ, "HOME": tempfile.mkdtemp(), "PYTHONPATH": SOURCE, **extra}


def cpu_seconds(command: Sequence[str], **extra: str) -> float:
    """User and system time of one process and its children, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment(**extra), stdin=subprocess.DEVNULL, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def median(measure: Callable[[], float], times: int = 11) -> float:
    """The median of several measurements, after one that does not count."""
    measure()
    return statistics.median(measure() for _ in range(times))


def paired(first: Callable[[], float], second: Callable[[], float], times: int = 11) -> tuple[float, float]:
    """The medians of two measurements taken in turn, so that a change of the machine's speed meets both."""
    first(), second()
    pairs = [(first(), second()) for _ in range(times)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)
