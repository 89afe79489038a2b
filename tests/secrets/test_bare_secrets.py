"""Calls that print secrets and nothing else: every line of theirs is one, and what the tools remark is none."""

import pytest

from devops_agent.events import Call, ToolResult
from devops_agent.secrets import Redactor
from devops_agent.secrets.sources import prints_bare_secret

REMARKS = [
    "[exit code 0]",
    "[exit code 1]",
    "[stopped after 120 s: time limit]",
    "[hint: there is no terminal; leave out -t and -it]",
    "[... 120 bytes left out; narrow the command ...]",
    "[set, 40 characters, hidden]",
]


@pytest.mark.parametrize("remark", REMARKS)
def test_a_remark_stays_readable_then_and_later(remark: str) -> None:
    """Once every later `[exit code 0]` of a run became a tag."""
    redactor = Redactor()
    hidden = redactor.redact(redactor.hide_lines(f"S3g5dlRxMkxtOFJ6\n{remark}", "secret"))
    assert hidden.startswith("‹redacted:secret:") and hidden.endswith(f"›\n{remark}")
    assert redactor.redact(f"ok\n{remark}") == f"ok\n{remark}"


@pytest.mark.parametrize("line", ["[S3g5dlRxMkxtOFJ6]", "[]x", "[Two words]", "map[password:x y]", '["a", "b"]'])
def test_a_secret_in_brackets_is_no_remark(line: str) -> None:
    assert line not in Redactor().hide_lines(f"{line}\n[exit code 0]", "secret")


def test_the_result_of_a_secret_read_says_how_it_ended() -> None:
    call = Call("bash", {"command": "kubectl get secret db -o jsonpath={.data.password}"})
    assert prints_bare_secret(call)
    result = ToolResult("S3g5dlRxMkxtOFJ6\n[exit code 0]")
    assert Redactor().hide_lines(result.text, "secret").splitlines()[1] == "[exit code 0]"
