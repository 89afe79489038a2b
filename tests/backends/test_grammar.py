import jsonschema
import pytest

from devops_agent.backends.grammar import call_schema

TOOLS = {
    "bash": {"command": {"type": "string", "description": "x"}, "timeout": {"type": "integer", "nullable": True}},
    "list": {},
}


@pytest.mark.parametrize(
    "call",
    [
        {"name": "bash", "arguments": {"command": "id"}},
        {"name": "bash", "arguments": {"command": "id", "timeout": 5}},
        {"name": "list", "arguments": {}},
    ],
)
def test_a_right_call_fits(call: object) -> None:
    jsonschema.validate(call, call_schema(TOOLS))


@pytest.mark.parametrize(
    "call",
    [
        {"name": "bash", "arguments": {}},
        {"name": "bash", "arguments": {"command": 7}},
        {"name": "bash", "arguments": {"command": "id", "cwd": "/"}},
        {"name": "bash", "arguments": "id"},
        {"name": "rm", "arguments": {}},
        {"name": "list"},
        {"name": "list", "arguments": {}, "more": 1},
        [],
    ],
)
def test_a_wrong_call_does_not_fit(call: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(call, call_schema(TOOLS))
