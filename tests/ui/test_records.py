import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import devops_agent.ui
from devops_agent.events import Answered, Call, Event, Observed, Proposed, Refused, Stumbled, ToolResult, Usage, Verdict
from devops_agent.ui.records import SCHEMA_VERSION, record

SCHEMA = json.loads((Path(devops_agent.ui.__file__).parent / "schema.json").read_text(encoding="utf-8"))
LS = Call("bash", {"command": "ls"})
EVENTS: list[Event] = [
    Proposed(1, LS, Verdict("READ", canonical="ls")),
    Proposed(1, LS, Verdict("DESTROY", frozenset({"NETWORK", "EXEC"}), ("because",), "", "rm")),
    Refused(2, LS, "policy", "no"),
    Refused(2, LS, "user", "no"),
    Refused(2, LS, "loop guard", "again"),
    Refused(2, LS, "no terminal", "nobody"),
    Observed(3, LS, ToolResult("out", exit_code=0, size=3, seconds=0.1)),
    Observed(3, LS, ToolResult("none", ok=False), repeated=True),
    Stumbled(4, "json", "not JSON"),
    Answered("yes", (1, 3)),
    Answered("no", (), verified=False, problem="nothing was run", outcome="loop"),
    Usage(1, 2, 3, 4, 5.0, 6.0),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_record_fits_the_schema(event: Event) -> None:
    jsonschema.validate(json.loads(json.dumps(record(event))), SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        {"event": "unknown"},
        {"version": SCHEMA_VERSION + 1},
        {"step": 0},
        {"extra": 1},
        {"verdict": {"class": "MAYBE", "tags": [], "reasons": [], "canonical": "", "rule": ""}},
    ],
)
def test_the_schema_notices_what_is_not_a_record(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**record(EVENTS[0]), **change}, SCHEMA)


def test_the_schema_names_exactly_the_kinds_there_are() -> None:
    assert set(SCHEMA["properties"]["event"]["enum"]) == {record(event)["event"] for event in EVENTS}
    assert SCHEMA["properties"]["version"]["const"] == SCHEMA_VERSION
