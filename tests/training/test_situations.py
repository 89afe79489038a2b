"""What goes wrong on real machines goes wrong in traces."""

import re

import pytest

from training.data import Maker
from training.stage import Stage
from training.tasks import mishaps
from training.tasks.catalogue import INTENTS

TRIES = 60
OF_THEIR_OWN = {
    "empty result": ("k8s.pods", "tool", r"No resources found in \S+ namespace"),
    "cut output": ("docker.logs", "tool", r"\[\.\.\. \d+ bytes left out; narrow the command \.\.\.\]"),
    "question back": ("talk.which_container", "assistant", r"Which container do you mean\?"),
    "port clash": ("docker.run", "tool", r"port is already allocated"),
    "full disk": ("docker.why_then_start", "tool", r"No space left on device"),
    "command missing": ("talk.no_such_command", "tool", r"command not found"),
}
"""Situation -> the intent that it belongs to, who speaks of it, and in which words."""
ANYWHERE = {
    "refusal with feedback": ("git.push", "tool", r"User rejected this tool call\..*User comment: \w"),
    "command missing": ("docker.ports", "tool", r"docker: command not found"),
    "daemon down": ("docker.ports", "tool", r"Cannot connect to the Docker daemon"),
    "cluster away": ("k8s.pods", "tool", r"The connection to the server \S+ was refused"),
}


def met(name: str, role: str, words: str) -> bool:
    """Whether some trace of this intent has a turn of this role with these words."""
    intent = next(one for one in INTENTS if one.name == name)
    with Stage() as stage:
        maker = Maker(stage, "situations")
        made = (maker.of_intent(intent, str(number), "train", "train") for number in range(TRIES))
        turns = (turn for trace in made if trace for turn in trace["messages"])
        return any(turn["role"] == role and re.search(words, turn["content"]) for turn in turns)


@pytest.mark.parametrize("situation", OF_THEIR_OWN)
def test_a_situation_that_belongs_to_an_intent_is_met(situation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mishaps, "SHARE", 0.0)
    assert met(*OF_THEIR_OWN[situation])


@pytest.mark.parametrize("situation", ANYWHERE)
def test_a_mishap_comes_to_any_intent(situation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0.01 < mishaps.SHARE < 0.5
    monkeypatch.setattr(mishaps, "SHARE", 2.0)
    assert met(*ANYWHERE[situation])
