"""The quick part of `safety/canaries.py`, and whether it would notice."""

import pytest

from safety.canaries import CANARIES, CLI, PROGRAM, Play, crash, figures, leaked, look_around, talk

LETS_SECRETS_THROUGH = "from devops_agent.secrets import redactor; redactor.FINDERS = redactor.FINDERS[:-1]\n"
KEEPS_HISTORY = "from devops_agent.ui.line_editor import PrivateHistory, FileHistory\n"
KEEPS_HISTORY += "PrivateHistory.store_string = FileHistory.store_string\n"
FORGETS = "from devops_agent import crash; crash.hide_with = id\n"


def test_no_canary_leaves_a_run() -> None:
    assert [figure for figure in figures(quick=True) if not figure.reached] == []


@pytest.mark.parametrize(
    ("defect", "play", "where"),
    [(LETS_SECRETS_THROUGH, look_around, "requests"), (KEEPS_HISTORY, talk, "home"), (FORGETS, crash, "home")],
)
def test_a_family_that_is_let_through_is_noticed(defect: str, play: Play, where: str) -> None:
    leaks = leaked(play, [PROGRAM[0], "-c", defect + CLI])
    assert any(where in leak for leak in leaks)


def test_every_canary_is_another() -> None:
    assert len(set(CANARIES)) == 200
