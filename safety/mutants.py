"""Bugs planted in the policy, one at a time: the quick tests must notice every one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from safety.figure import Figure
from tests.policy.mutants import MUTANTS, survives

AT_ONCE = 2


def figures(quick: bool) -> Iterator[Figure]:
    """Only in full: every planted bug costs a run of the tests."""
    if quick:
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        unnoticed = sum(pool.map(lambda mutant: survives(*mutant), MUTANTS))
    total = len(MUTANTS)
    yield Figure("bugs planted in the policy and not noticed", "0 of ≥ 20", f"{unnoticed} of {total}", unnoticed == 0)
