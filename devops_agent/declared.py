"""Our tools as smolagents sees them: names and parameters for its registry, and one way to run them."""

from typing import Any

from devops_agent.patches import Tool as SmolagentsTool
from devops_agent.prompts import FINAL_ANSWER_DESCRIPTION, FINAL_ANSWER_PARAMETERS
from devops_agent.tools.base import Tool


class DeclaredTool(SmolagentsTool):
    """One of our tools in smolagents' registry. The agent runs the tool itself, after the gate."""

    skip_forward_signature_validation = True
    output_type = "string"

    def __init__(self, tool: Tool) -> None:
        self.name = tool.name
        self.description = tool.description
        self.inputs = tool.parameters
        self._tool = tool
        super().__init__()

    def forward(self, **arguments: Any) -> str:
        return self._tool.run(**arguments).text


class FinalAnswer(SmolagentsTool):
    """The call that ends a run. smolagents knows it by its name."""

    name = "final_answer"
    description = FINAL_ANSWER_DESCRIPTION
    inputs = FINAL_ANSWER_PARAMETERS
    output_type = "string"

    def forward(self, answer: str) -> str:
        return answer
