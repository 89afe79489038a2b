"""Every intent yields conversations that the product itself plays, judges and believes."""

import pytest

from devops_agent.backends.toolcalls import Reply, read_call
from training.data import Maker, chosen
from training.stage import Stage
from training.tasks.catalogue import HELD_OUT_INTENTS, INTENTS
from training.tasks.scene import Intent

TOOLS = {
    "bash": {"command": {"type": "string"}},
    "read_file": {"path": {"type": "string"}},
    "write_file": {"path": {"type": "string"}, "content": {"type": "string"}},
    "get_env": {"key": {"type": "string"}},
    "final_answer": {"answer": {"type": "string"}},
}
TRIES = 8


@pytest.mark.parametrize("intent", INTENTS, ids=lambda one: one.name)
def test_every_intent_yields_verified_traces(intent: Intent) -> None:
    with Stage() as stage:
        maker = Maker(stage, "tests")
        made = [maker.of_intent(intent, str(number), "all", "train") for number in range(TRIES)]
    assert maker.dropped == []
    for trace in filter(None, made):
        roles = [turn["role"] for turn in trace["messages"]]
        assert roles[:2] == ["system", "user"]
        calls = [read_call(Reply(turn["content"]), TOOLS) for turn in trace["messages"] if turn["role"] == "assistant"]
        assert calls[-1].tool == "final_answer"
        assert not any("/dev/shm/w" in turn["content"] or "/tmp/w" in turn["content"] for turn in trace["messages"])


def test_there_are_enough_intents_in_enough_wordings() -> None:
    assert len(INTENTS) >= 150
    assert [one.name for one in INTENTS if len(one.phrases) < 4] == []
    assert {one.name for one in INTENTS} >= HELD_OUT_INTENTS
    assert len(HELD_OUT_INTENTS) >= 12


def test_no_phrasing_is_in_training_and_testing_alike() -> None:
    for one in INTENTS:
        train, test = chosen(one.phrases, "train"), chosen(one.phrases, "test")
        assert set(train).isdisjoint(test) or len(one.phrases) <= 4, one.name
