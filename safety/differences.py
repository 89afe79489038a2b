"""The lexer against real bash: what it understands of a random text must be what bash does."""

import time
from collections.abc import Iterator

from safety.figure import Figure
from tests.policy.fuzz import differences

BATCH = 5_000


def figures(quick: bool) -> Iterator[Figure]:
    """Texts that bash understands otherwise; the full measurement takes new texts every time, and names their seed."""
    count, seed = (1_000, 1) if quick else (20_000, int(time.time()))
    checked, wrong = 0, 0
    for start in range(0, count, BATCH):
        more, found = differences(min(BATCH, count - start), seed + start)
        checked, wrong = checked + more, wrong + len(found)
    measured = f"{wrong} of {count:,} texts (seed {seed}), {checked:,} understood and run"
    yield Figure("differential fuzz against real bash", "0 differences", measured, wrong == 0 and checked > count / 5)
