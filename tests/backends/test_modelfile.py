import json
import shutil
import subprocess
from pathlib import Path

import pytest

from devops_agent.backends.chatml import STOP, render
from devops_agent.backends.modelfile import PACKAGED, packaged
from devops_agent.transcript import Message
from tests.go_template import execute

ROOT = Path(__file__).parents[2]
CALL = '<tool_call>\n{"name": "bash", "arguments": {"command": "a 2>/dev/null && b"}}\n</tool_call>'
CONVERSATIONS = {
    "a task": [Message("system", "You work.\n\nTools:\n- bash"), Message("user", "list the pods")],
    "no system turn": [Message("user", "hello")],
    "a call and its result": [
        Message("system", "You work."),
        Message("user", "list the pods"),
        Message("assistant", CALL),
        Message("tool", "exit code 0\n<no pods>\n"),
    ],
    "two tasks": [
        Message("system", "You work."),
        Message("user", "first"),
        Message("assistant", CALL),
        Message("tool", ""),
        Message("assistant", "done"),
        Message("user", '{{ .Role }} \\ "quoted" ünïcödé 🚀\ttab \r\n'),
    ],
    "two results in a row": [Message("user", "x"), Message("tool", " one "), Message("tool", "\ntwo\n")],
    "nothing": [],
}
GO = """
package main

import ("encoding/json"; "os"; "text/template")

func main() {
    var input struct { Template string; Data any }
    if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil { panic(err) }
    parsed := template.Must(template.New("").Parse(input.Template))
    if err := parsed.Execute(os.Stdout, input.Data); err != nil { panic(err) }
}
"""


def _data(messages: list[Message]) -> dict[str, object]:
    turns = [{"Role": message.role, "Content": message.content} for message in messages]
    return {"Messages": turns, "System": next((turn["Content"] for turn in turns if turn["Role"] == "system"), "")}


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory):
    """Go's own text/template, as a function like ours."""
    if shutil.which("go") is None:
        pytest.skip("Go is not installed: its own template engine cannot be compared")
    folder = tmp_path_factory.mktemp("go")
    (folder / "main.go").write_text(GO)
    subprocess.run(["go", "build", "-o", "render", "main.go"], cwd=folder, check=True)

    def run(template: str, data: object) -> str:
        given = json.dumps({"Template": template, "Data": data}).encode()
        return subprocess.run([folder / "render"], input=given, capture_output=True, check=True).stdout.decode()

    return run


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_template_renders_what_the_backend_renders(name: str) -> None:
    messages = CONVERSATIONS[name]
    assert execute(packaged().template, _data(messages)) == render(messages)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_go_renders_the_same_bytes(name: str, go) -> None:
    messages = CONVERSATIONS[name]
    assert go(packaged().template, _data(messages)) == render(messages)


def test_native_tools_and_calls_are_rendered_without_stray_blank_lines() -> None:
    calls = [{"Function": {"Name": name, "Arguments": "{}"}} for name in ("bash", "get_env")]
    messages = [
        {"Role": "system", "Content": "You work."},
        {"Role": "user", "Content": "go"},
        {"Role": "assistant", "Content": "", "Thinking": "hm", "ToolCalls": calls},
    ]
    assert execute(packaged().template, {"System": "You work.", "Tools": ["TOOL"], "Messages": messages}) == (
        '<|im_start|>system\nYou work.\n\nCall these tools, each call as one JSON object with "name" and "arguments" '
        "between <tool_call> and </tool_call>:\n<tools>\nTOOL\n</tools><|im_end|>\n"
        "<|im_start|>user\ngo<|im_end|>\n"
        "<|im_start|>assistant\n<think>\nhm\n</think>\n\n"
        '<tool_call>\n{"name": "bash", "arguments": {}}\n</tool_call>\n'
        '<tool_call>\n{"name": "get_env", "arguments": {}}\n</tool_call><|im_end|>\n'
        "<|im_start|>assistant\n"
    )


def test_go_agrees_on_native_tools_and_calls(go) -> None:
    calls = [{"Function": {"Name": "bash", "Arguments": "{}"}}, {"Function": {"Name": "get_env", "Arguments": "{}"}}]
    messages = [
        {"Role": "system", "Content": "You work."},
        {"Role": "assistant", "Content": "I look.", "Thinking": "", "ToolCalls": calls},
    ]
    for data in (
        {"System": "You work.", "Tools": ["ONE", "TWO"], "Messages": messages},
        {"System": "", "Tools": ["ONE"], "Messages": messages[1:]},
        {"System": "You work.", "Messages": messages},
    ):
        assert go(packaged().template, data) == execute(packaged().template, data)


def test_the_parameters_keep_the_context_and_cut_no_reply() -> None:
    assert packaged().parameters == {"num_ctx": 8192, "temperature": 0.2, "stop": list(STOP)}
    assert packaged().source == "./qwen3-devops.gguf"


def test_the_file_at_the_root_is_the_packaged_one() -> None:
    if not (ROOT / "pyproject.toml").exists():
        pytest.skip("not a source checkout")
    assert (ROOT / "Modelfile").read_bytes() == PACKAGED.read_bytes()
