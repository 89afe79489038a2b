"""How calls are written."""

import pytest

from devops_agent.events import Call
from devops_agent.ui.calls import call_text, summary


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (Call("bash", {"command": "kubectl get pods"}), "bash {kubectl get pods}"),
        (Call("bash", {"command": "cd x\nls"}), "bash {\n  cd x\n  ls\n}"),
        (Call("bash", {"command": "ls \x1b[8m\u202ex"}), "bash {ls ‹ESC›[8m‹U+202E›x}"),
        (Call("read_file", {"path": "a.txt", "start": 3}), "read_file {path=a.txt, start=3}"),
        (Call("write_file", {"content": "a\nb", "path": "x y"}), "write_file {x y} 2 lines, 3 bytes"),
        (Call("write_file", {"path": "x", "content": ""}), "write_file {x} 0 lines, 0 bytes"),
        (Call("write_file", {"path": "x", "content": "ä\n"}), "write_file {x} 1 line, 3 bytes"),
        (Call("get_env", {}), "get_env {}"),
    ],
)
def test_a_call_stands_in_braces_after_its_tool(call: Call, text: str) -> None:
    assert call_text(call) == text


def test_a_summary_is_one_line() -> None:
    assert summary(Call("bash", {"command": "kubectl get pods"})) == "kubectl get pods"
    assert summary(Call("bash", {"command": "cd x\nls\npwd"})) == "cd x (+2 lines)"
    assert summary(Call("read_file", {"path": "a"})) == "read_file {a}"
    assert summary(Call("read_file", {"path": "a\nb"})) == "read_file { (+3 lines)"
