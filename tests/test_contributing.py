"""What CONTRIBUTING.md tells a newcomer to write works as written."""

import re
from pathlib import Path

import pytest

from devops_agent.agent import DevOpsAgent
from devops_agent.approval import allow_all
from devops_agent.backends.scripted import Scripted
from devops_agent.events import Answered, Observed
from devops_agent.gate import Gate
from devops_agent.policy import Place, classify
from devops_agent.tools import default_tools
from devops_agent.tools.base import Workspace
from tests.playing import ENVIRONMENT, answers, only, says

CONTRIBUTING = Path(__file__).parent.parent / "CONTRIBUTING.md"


@pytest.fixture
def example() -> type:
    code = re.search(r"runs this -->\n```python\n(.*?)```", CONTRIBUTING.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    names: dict[str, type] = {}
    exec(code[1], names)  # noqa: S102 - running the documentation is the point
    return names["CountWords"]


def test_the_example_tool_works_from_prompt_to_answer(tmp_path: Path, example: type) -> None:
    workspace = Workspace(tmp_path, ENVIRONMENT, tmp_path)
    model = Scripted([says("count_words", text="one two three"), answers("3 words")])
    gate = Gate("changes", allow_all, lambda call: classify(call, Place(str(tmp_path))))
    others = [tool for tool in default_tools(workspace) if tool.name != "count_words"]
    agent = DevOpsAgent([*others, example(workspace)], model, gate=gate)
    events = list(agent.events("how many words?"))
    assert only(events, Observed)[0].result.text == "3 words"
    assert only(events, Answered)[0].verified
    assert "count_words(text: string): Count the words of a text." in model.requests[0][0].content


def test_every_path_named_in_the_guide_exists() -> None:
    root = CONTRIBUTING.parent
    for path in re.findall(r"`((?:devops_agent|tests|docs)/[\w./]+)`", CONTRIBUTING.read_text(encoding="utf-8")):
        assert path.endswith("/x.py") or (root / path).exists(), path
