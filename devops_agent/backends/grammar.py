"""The JSON schema of exactly one tool call, for servers that can hold a model to one. Pure."""

from collections.abc import Mapping
from typing import Any

from devops_agent.tools.base import Parameters

KEPT_KEYS = ("type", "enum", "items", "minimum", "maximum")


def call_schema(tools: Mapping[str, Parameters]) -> dict[str, Any]:
    """What a reply may be: one of these tools by name, with its own arguments and no others."""
    return {"anyOf": [_tool_schema(name, parameters) for name, parameters in tools.items()]}


def _tool_schema(name: str, parameters: Parameters) -> dict[str, Any]:
    required = [argument for argument, about in parameters.items() if not about.get("nullable")]
    properties = {argument: _argument_schema(about) for argument, about in parameters.items()}
    return _object({"name": {"const": name}, "arguments": _object(properties, required)}, ["name", "arguments"])


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _argument_schema(about: Mapping[str, Any]) -> dict[str, Any]:
    return {key: about[key] for key in KEPT_KEYS if key in about}
