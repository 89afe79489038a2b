"""A few of the faults that `python -m tests.faults` plays by the thousand."""

import pytest

from tests.faults import faults, is_possible, problems

FEW = 5


@pytest.mark.skipif(not is_possible(), reason="strace is not installed, or may not look into processes")
def test_a_fault_loses_and_tears_nothing() -> None:
    assert [(fault, problem) for fault in faults(FEW) for problem in problems(fault)] == []
