"""`python -m benchmarks` measures the program and prints the table of `docs/benchmarks.md`."""

from benchmarks.embedded import embedded
from benchmarks.output import flood
from benchmarks.startup import first_request, light_words
from benchmarks.steps import own_time, reread

ROWS = [*light_words(), first_request(), own_time(), *flood(), reread(), *embedded()]

print("| what | measured | against | reach |\n|---|---|---|---|")
for row in ROWS:
    print(f"| {row.what} | {row.figure} | {row.against} | {row.reach} |")
