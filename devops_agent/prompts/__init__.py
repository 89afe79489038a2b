"""The words the model is given. They are a wire format: a changed byte is a change to the model's input."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devops_agent.tools.base import Parameters

FINAL_ANSWER_PARAMETERS: Parameters = {
    "answer": {"type": "string", "description": "What to tell the user: the result, and what it means."}
}
FINAL_ANSWER_DESCRIPTION = "End the task and give the user the answer."


def system_prompt(tools: Mapping[str, tuple[str, Parameters]]) -> str:
    """The system message for these tools: name -> (description, parameters), in their order. Byte-stable."""
    template = Path(__file__).with_name("system.md").read_text(encoding="utf-8")
    return template.replace("{tools}", "\n".join(_tool_line(name, *tool) for name, tool in tools.items())).strip()


def _tool_line(name: str, description: str, parameters: Parameters) -> str:
    arguments = ", ".join(f"{key}: {_type(schema)}" for key, schema in parameters.items())
    return f"- {name}({arguments}): {description}"


def _type(schema: Mapping[str, Any]) -> str:
    return f"{schema['type']}, optional" if schema.get("nullable") else str(schema["type"])
