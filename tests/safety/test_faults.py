"""The quick part of `safety/faults.py`, and whether it would notice."""

import pytest

from safety.faults import CALLS, VICTIMS, Fault, faults, figures, is_possible, problems_of

WRITES_IN_PLACE = """
from devops_agent.tools import write_file
write_file.replace_file = lambda path, data: path.write_bytes(data)
"""
FORGETS = """
from devops_agent.sessions import journal
journal.SessionJournal.record = lambda *_: None
"""
pytestmark = pytest.mark.skipif(not is_possible(), reason="strace is not installed, or may not look into processes")


def test_a_fault_loses_and_tears_nothing() -> None:
    assert [figure for figure in figures(quick=True) if not figure.reached] == []


def test_every_kind_of_call_has_its_faults() -> None:
    assert {fault.call for fault in faults(len(CALLS))} == set(CALLS)


@pytest.mark.parametrize(
    ("defect", "says"), [(WRITES_IN_PLACE, "the file is torn: 0 bytes"), (FORGETS, "was acknowledged and is lost")]
)
def test_what_tears_or_forgets_is_noticed(defect: str, says: str) -> None:
    kills = [Fault("write", "signal=KILL", number) for number in range(8, 12)]
    assert any(says in problem for problem in problems_of(kills, defect + VICTIMS))
