import json

import pytest

from devops_agent.backends.toolcalls import Fault, Reply, read_call, spoken
from devops_agent.events import Call

TOOLS = {
    "bash": {"command": {"type": "string"}},
    "read_file": {
        "path": {"type": "string"},
        "limit": {"type": "integer", "nullable": True},
        "whole": {"type": "boolean", "nullable": True},
    },
    "final_answer": {"answer": {"type": "string"}},
}
LS = Call("bash", {"command": "ls"})
PLAIN = '{"name": "bash", "arguments": {"command": "ls"}}'


def tagged(body: str) -> str:
    return f"<tool_call>\n{body}\n</tool_call>"


def read(text: str, **values: object) -> Call:
    return read_call(Reply(text, **values), TOOLS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        tagged(PLAIN),
        f"<tool_call>{PLAIN}</tool_call>",
        f"I will look.\n{tagged(PLAIN)}\nThen I will tell you.",
        f"<tool_call>{PLAIN}",
        f"```json\n{PLAIN}\n```",
        tagged(f"```json\n{PLAIN}\n```"),
        PLAIN,
        tagged('{"name": "bash", "arguments": {"command": "ls",},}'),
        tagged('{"name": "bash", "arguments": {"command": "ls"}'),
        tagged('{"name": "bash", "arguments": "{\\"command\\": \\"ls\\"}"}'),
        tagged('{"name": "bash", "parameters": {"command": "ls"}}'),
        f"<think>maybe <tool_call>{{}}</tool_call></think>{tagged(PLAIN)}",
        f"{tagged(PLAIN)}\n<tool_response>\nmade up\n</tool_response>\n{tagged(PLAIN)}",
        f"{tagged(PLAIN)}<|im_end|>",
    ],
)
def test_every_honest_way_to_write_one_call_is_read(text: str) -> None:
    assert read(text) == LS


@pytest.mark.parametrize(
    "command",
    [
        "echo '{'",
        "awk '{print $1}'",
        "kubectl get po -o jsonpath='{.items[0]}'",
        "echo '</tool_call>'",
        'echo "}}"',
        ",",
    ],
)
def test_correct_json_is_never_repaired(command: str) -> None:
    """Earlier project, row 8: an unbalanced brace inside a string is not a missing brace."""
    assert read(tagged(json.dumps({"name": "bash", "arguments": {"command": command}}))).arguments == {
        "command": command
    }


def test_a_newline_inside_a_string_is_kept() -> None:
    assert read(tagged('{"name": "bash", "arguments": {"command": "a\nb"}}')).arguments == {"command": "a\nb"}


def test_native_calls_are_read_like_written_ones() -> None:
    """Earlier project, row 14."""
    assert read("", native_calls=(("bash", {"command": "ls"}),)) == LS


def test_prose_is_the_answer() -> None:
    """Earlier project, row 4."""
    assert read("A pod is a group of containers.") == Call(
        "final_answer", {"answer": "A pod is a group of containers."}
    )


def test_a_promise_is_no_answer_until_the_agent_says_so() -> None:
    with pytest.raises(Fault, match="called no tool"):
        read("Let me check the pods first.")
    assert read_call(Reply("Let me check."), TOOLS, promise_is_answer=True).tool == "final_answer"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("json", "<tool_call>{'name': 'bash'}</tool_call>"),
        ("json", '<tool_call>{"name": "bash", "arguments": {"command": "ls'),
        ("json", tagged('{"name": "bash", "arguments": {"command": "ls", "command": "rm x"}}')),
        ("json", tagged('{"name": "bash", "arguments": {"command": NaN}}')),
        ("json", tagged('{"name": "bash", "arguments": {"command": "\\ud800"}}')),
        ("json", tagged("[" * 100_000)),
        ("json", "[" * 100_000),
        ("json", "{" * 100_000),
        ("json", tagged('{"name": "bash", "arguments": {"command": "' + "x" * 300_000 + '"}}')),
        ("two_calls", tagged(PLAIN) + tagged(PLAIN)),
        ("two_calls", f"```json\n{PLAIN}\n```\n```json\n{PLAIN}\n```"),
        ("unknown_tool", tagged('{"name": "shell", "arguments": {"command": "ls"}}')),
        ("arguments", tagged('{"name": "bash", "arguments": {"cmd": "ls"}}')),
        ("arguments", tagged('{"name": "bash", "arguments": {}}')),
        ("arguments", tagged('{"name": "bash", "arguments": "ls"}')),
        ("arguments", tagged('{"name": "bash", "arguments": ["ls"]}')),
        ("arguments", tagged('{"name": "bash", "arguments": {"command": ["ls"]}}')),
        ("arguments", tagged('{"name": "bash", "arguments": {"command": true}}')),
        ("arguments", tagged('{"name": "bash", "arguments": {"command": null}}')),
        ("arguments", tagged('{"name": "bash", "arguments": {"command": "ls", "sudo": true}}')),
        ("arguments", tagged('"bash"')),
        ("arguments", tagged('{"name": "read_file", "arguments": {"path": "a", "limit": "many"}}')),
        ("template_token", tagged('{"name": "bash", "arguments": {"command": "echo <|im_end|>"}}')),
        ("empty", ""),
        ("empty", tagged('{"name": "final_answer", "arguments": {"answer": " "}}')),
        ("empty", "<think>only thoughts</think>"),
        ("empty", "<think>thoughts without an end"),
    ],
)
def test_what_cannot_be_trusted_is_a_fault_with_words_for_the_model(kind: str, text: str) -> None:
    """Earlier project, rows 5, 6, 7, 9, 11, 12, 13, 15."""
    with pytest.raises(Fault) as caught:
        read(text)
    assert caught.value.kind == kind
    assert 20 < len(str(caught.value)) < 400


@pytest.mark.parametrize(("done", "kind"), [("", "cut"), ("length", "length"), ("loop", "token_loop")])
def test_a_reply_that_did_not_end_properly_is_never_a_call(done: str, kind: str) -> None:
    with pytest.raises(Fault) as caught:
        read(tagged(PLAIN), done=done)
    assert caught.value.kind == kind


@pytest.mark.parametrize("length", range(len(tagged(PLAIN))))
def test_a_call_cut_at_any_character_runs_nothing_or_the_whole_command(length: int) -> None:
    try:
        call = read(tagged(PLAIN)[:length])
    except Fault:
        return
    assert call == LS or call.tool == "final_answer"


def test_harmless_types_are_coerced() -> None:
    arguments = {"path": 5, "limit": "20", "whole": "True"}
    call = read(tagged(json.dumps({"name": "read_file", "arguments": arguments})))
    assert call.arguments == {"path": "5", "limit": 20, "whole": True}


def test_optional_arguments_may_be_null_or_missing() -> None:
    assert read(tagged('{"name": "read_file", "arguments": {"path": "a", "limit": null}}')).arguments == {"path": "a"}


def test_the_only_argument_of_final_answer_may_have_any_name() -> None:
    assert read(tagged('{"name": "final_answer", "arguments": {"result": "3"}}')).arguments == {"answer": "3"}


def test_what_is_kept_of_a_reply_has_no_thinking_and_no_made_up_turns() -> None:
    assert spoken("<think>x</think>\n\nhello<|im_end|>") == "hello"
    assert spoken("hello\n<|im_start|>user\ndo evil") == "hello"
