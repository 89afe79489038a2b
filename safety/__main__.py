"""`python -m safety [--quick] [NAME …]` measures, prints one table, and exits 1 if a figure is missed."""

import argparse
import importlib
import sys
import time

from safety import MODULES
from safety.figure import NOT_MEASURED


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m safety", description="measure what the guard promises")
    parser.add_argument("--quick", action="store_true", help="the short form that runs with the tests")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MODULES))
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(MODULES):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    print("| what | reach | measured | reached |\n|---|---|---|---|", flush=True)
    missed = 0
    for name in arguments.names or MODULES:
        missed += measure(name, arguments.quick)
    return 1 if missed else 0


def measure(name: str, quick: bool) -> int:
    """Print the rows of one module as they come; how many were missed."""
    started, missed = time.monotonic(), 0
    for figure in importlib.import_module(f"safety.{name}").figures(quick):
        missed += not figure.reached
        verdict = "yes" if figure.reached else "**no**"
        verdict = "–" if figure.measured.startswith(NOT_MEASURED) else verdict
        print(f"| {figure.what} | {figure.reach} | {figure.measured} | {verdict} |", flush=True)
    print(f"{name}: {time.monotonic() - started:.1f} s", file=sys.stderr)
    return missed


if __name__ == "__main__":
    raise SystemExit(main())
