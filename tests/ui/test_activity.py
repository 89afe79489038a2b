import io

import pytest

from devops_agent.ui import activity
from devops_agent.ui.activity import Activity


def test_the_end_of_a_turn_waits_for_no_frame_of_the_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an hour between frames, a turn that waited for one would never end within the time limit of a test."""
    monkeypatch.setattr(activity, "TICK", 3600)
    line = Activity(io.StringIO(), lambda: 80)
    for _ in range(50):
        with line.running():
            line.show("thinking")
            with line.hidden():
                pass
