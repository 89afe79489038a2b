"""`python -m benchmarks` measures the program and prints the table of `docs/benchmarks.md`.

It fails where a figure that a busy machine does not change misses what it should reach.
"""

import sys

from benchmarks.embedded import embedded
from benchmarks.measure import misses
from benchmarks.output import flood
from benchmarks.startup import first_request, light_words
from benchmarks.steps import own_time, reread

ROWS = [*light_words(), first_request(), own_time(), *flood(), reread(), *embedded()]

print("| what | measured | against | reach |\n|---|---|---|---|")
for row in ROWS:
    print(f"| {row.what} | {row.figure} | {row.against} | {row.reach} |")

MISSED = [row for row in ROWS if misses(row)]
for row in MISSED:
    print(f"missed: {row.what}: {row.figure}, {row.against}; {row.reach}", file=sys.stderr)
sys.exit(bool(MISSED))
