"""What a run says before it begins."""

import pytest

from devops_agent import starting
from devops_agent.confinement import landlock
from devops_agent.settings import Settings


class Notes:
    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, text: str) -> None:
        self.said.append(text)


@pytest.mark.parametrize(("settings", "says"), [({"read_only": True}, True), ({"verbose": True}, True), ({}, False)])
def test_missing_protection_is_said_at_the_start_where_it_matters(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, bool], says: bool
) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    display = Notes()
    starting._say_what_is_missing(Settings(**settings), display)  # type: ignore[arg-type]
    assert any("no Landlock" in line for line in display.said) == says
