"""From a model's reply to exactly one call, or to the fault that says what was wrong. Pure.

Strict JSON first; safe repairs only when that fails; command text is never guessed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from devops_agent.backends.json_reader import BadJson, read_json
from devops_agent.events import Call
from devops_agent.tools.base import Parameters

FINAL_ANSWER = "final_answer"
NAME_KEYS = ("name", "tool", "tool_name", "function")
ARGUMENT_KEYS = ("arguments", "parameters", "args")
TEMPLATE_TOKEN = re.compile(r"<\|(?:im_start|im_end|endoftext)\|>")

_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_CALL = re.compile(r"<tool_call>.*?(?:</tool_call>|\Z)", re.DOTALL)
_INVENTED_TURN = re.compile(r"<tool_response>|<\|im_start\|>|<\|endoftext\|>")
_FENCE = re.compile(r"```(?:json|tool_call|xml)?\s*\n(.*?)```", re.DOTALL)
_END_OF_TURN = "<|im_end|>"
_OPEN_TAG, _CLOSE_TAG = "<tool_call>", "</tool_call>"
_PROMISE = re.compile(
    r"\b(?:I will|I'll|I am going to|I'm going to|let me|let's|I need to|I should|first,? I)\s+"
    r"(?:now\s+|first\s+|then\s+|just\s+)?"
    r"(?:run|check|look|list|get|use|execute|read|inspect|fetch|find|try|start|create|write|call|see|verify|query)\b",
    re.IGNORECASE,
)
_BROKEN_JSON = re.compile(r'[\[{]\s*["\[{]')
_JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


@dataclass(frozen=True)
class Reply:
    """What one model request gave back.

    `native_calls` are (name, arguments) pairs a server parsed itself. `done` is why the model stopped: "loop" when the
    backend cut a reply that repeated itself, "" when the stream ended without a reason. `cached_tokens` are those of
    the prompt that did not have to be read again. Token counts are None when the server did not say.
    """

    text: str
    thinking: str = ""
    native_calls: tuple[tuple[str, Any], ...] = ()
    done: Literal["stop", "length", "loop", ""] = "stop"
    prompt_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    seconds: float = 0.0


class Fault(Exception):
    """A reply that cannot be used. `kind` names a row of `devops_agent.faults`; the text is what the model is told."""

    def __init__(self, kind: str, feedback: str) -> None:
        super().__init__(feedback)
        self.kind = kind


UNFINISHED = {
    "": ("cut", "Your reply was cut off before its end. Send the whole tool call again."),
    "length": ("length", "Your reply was too long and was cut. Send only one short tool call."),
    "loop": ("token_loop", "You repeated yourself. Send exactly one short tool call."),
}


def read_call(reply: Reply, tools: Mapping[str, Parameters], *, promise_is_answer: bool = False) -> Call:
    """The one call of a reply, its arguments checked and coerced. Raises Fault.

    Prose is the final answer; prose that only promises to act is one when `promise_is_answer`.
    """
    if reply.done in UNFINISHED:
        raise Fault(*UNFINISHED[reply.done])
    text = spoken(reply.text)
    found = [*reply.native_calls, *_calls_in(text)]
    if len(found) > 1:
        raise Fault(
            "two_calls",
            f"{len(found)} tool calls in one reply; none was run. Send exactly one, then wait.",
        )
    if not found:
        return _prose_answer(text, promise_is_answer=promise_is_answer)
    name, arguments = found[0]
    return checked_call(name, arguments, tools)


def written_call(name: str, arguments: Any) -> str:
    """A call as a model writes it."""
    body = json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False)
    return f"{_OPEN_TAG}\n{body}\n{_CLOSE_TAG}"


def spoken(text: str) -> str:
    """A reply without its thinking, and without the tool results or turns the model made up after it."""
    said = _INVENTED_TURN.split(_THINKING.sub("", text), maxsplit=1)[0].replace("</think>", "")
    return said.strip().removesuffix(_END_OF_TURN).rstrip()


def beside_call(text: str) -> str:
    """What a reply says around its call."""
    return _CALL.sub(" ", spoken(text)).strip()


def checked_call(name: str, arguments: Any, tools: Mapping[str, Parameters]) -> Call:
    """A call to a known tool whose arguments fit its parameters, harmlessly coerced. Raises Fault."""
    if name not in tools:
        raise Fault("unknown_tool", f"There is no tool named {name!r}. The tools are: {', '.join(tools)}.")
    if isinstance(arguments, str):
        arguments = _arguments_from_text(name, arguments)
    if not isinstance(arguments, dict):
        raise Fault("arguments", f"The arguments of {name} must be a JSON object.")
    if name == FINAL_ANSWER and len(arguments) == 1:
        arguments = {"answer": next(iter(arguments.values()))}
    fitted = _fitted(name, arguments, tools[name])
    if name == FINAL_ANSWER and not fitted["answer"].strip():
        raise Fault("empty", "Your final_answer is empty. Say what the results show.")
    return Call(name, fitted)


def _calls_in(text: str) -> list[tuple[str, Any]]:
    """Every call written in a text: tagged, else fenced, else the whole text being one JSON object."""
    if _OPEN_TAG in text:
        return [_named(value) for value in _tagged_values(text)]
    fenced = [block.strip() for block in _FENCE.findall(text) if _looks_like_call(block)]
    if fenced:
        return [_named(_value(block)) for block in fenced]
    return [_named(_value(text))] if _looks_like_call(text) else []


def _tagged_values(text: str) -> list[Any]:
    """The JSON value after each opening tag. A closing tag inside a JSON string does not end the call."""
    values, position = [], 0
    while (start := text.find(_OPEN_TAG, position)) >= 0:
        start += len(_OPEN_TAG)
        close = text.find(_CLOSE_TAG, start)
        while True:
            body = text[start : close if close >= 0 else len(text)]
            try:
                values.append(_value(_unfenced(body)))
                break
            except Fault:
                close = text.find(_CLOSE_TAG, close + 1) if close >= 0 else -1
                if close < 0 or text.find(_OPEN_TAG, start, close) >= 0:
                    raise
        position = close if close >= 0 else len(text)
    return values


def _unfenced(body: str) -> str:
    fence = _FENCE.fullmatch(body.strip())
    return fence[1] if fence else body


def _looks_like_call(text: str) -> bool:
    stripped = text.strip()
    return stripped.startswith("{") and any(f'"{key}"' in stripped for key in NAME_KEYS)


def _value(text: str) -> Any:
    try:
        return read_json(text)
    except BadJson as error:
        raise Fault(
            "json",
            f"The tool call is not valid JSON: {error}. Nothing was run. "
            'Write it like this: <tool_call>\n{"name": "bash", "arguments": {"command": "ls"}}\n</tool_call>',
        ) from None


def _named(value: Any) -> tuple[str, Any]:
    if isinstance(value, dict):
        name = next((value[key] for key in NAME_KEYS if isinstance(value.get(key), str)), None)
        if name is not None:
            return name, next((value[key] for key in ARGUMENT_KEYS if key in value), {})
    raise Fault("arguments", 'A tool call needs "name" and "arguments". Nothing was run.')


def _prose_answer(text: str, *, promise_is_answer: bool) -> Call:
    text = text.partition(_END_OF_TURN)[0].rstrip()
    if not text:
        raise Fault("empty", "Your reply was empty. Send one tool call, or final_answer.")
    if _BROKEN_JSON.match(text):
        _value(text)
    if _PROMISE.search(text) and not promise_is_answer:
        raise Fault("no_call", "You said what you would do but called no tool. Call one now, or give the final_answer.")
    return Call(FINAL_ANSWER, {"answer": text})


def _arguments_from_text(name: str, text: str) -> Any:
    try:
        return read_json(text)
    except BadJson:
        raise Fault("arguments", f"The arguments of {name} must be a JSON object, not text.") from None


def _fitted(name: str, arguments: dict[str, Any], parameters: Parameters) -> dict[str, Any]:
    unknown = [key for key in arguments if key not in parameters]
    if unknown:
        raise Fault("arguments", f"{name} has no argument {unknown[0]!r}. Its arguments are: {', '.join(parameters)}.")
    fitted = {}
    for key, schema in parameters.items():
        optional = schema.get("nullable", False)
        if arguments.get(key) is None:
            if optional:
                continue
            raise Fault("arguments", f"{name} needs the argument {key!r} ({schema['type']}).")
        fitted[key] = _coerced(name, key, arguments[key], schema["type"])
    return fitted


def _coerced(name: str, key: str, value: Any, wanted: str) -> Any:
    if wanted == "string" and isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    elif wanted != "string" and isinstance(value, str):
        value = _literal(value)
    if not isinstance(value, _JSON_TYPES[wanted]) or (isinstance(value, bool) and wanted != "boolean"):
        raise Fault("arguments", f"The argument {key!r} of {name} must be a JSON {wanted}.")
    if isinstance(value, str) and TEMPLATE_TOKEN.search(value):
        raise Fault("template_token", f"The argument {key!r} holds a template token such as <|im_end|>. Leave it out.")
    return value


def _literal(text: str) -> Any:
    try:
        return read_json(text.strip().lower() if text.strip().lower() in {"true", "false"} else text)
    except BadJson:
        return text
