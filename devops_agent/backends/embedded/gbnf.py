"""The grammar of one reply, as llama.cpp reads it: at most one bounded thought, then exactly one call. Pure.

It fails closed: a grammar that does not parse refuses the request. Tags are spelt as text, which fits every vocabulary.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from devops_agent.errors import BackendError, LimitError
from devops_agent.tools.base import Parameters

THOUGHT = 400
SHORT = 256
LEAST = 64
TOKENS_PER_CHARACTER = 4
"""At worst, every byte of a character is a token of its own."""
AROUND = 256
"""Tokens a call has outside its strings, at most."""
MOST = 8000
_RULES = r"""char ::= [^"\\<\x00-\x1F\x7F] | escape | angle
escape ::= "\\" ["\\/bfnrt]
angle ::= "<"{1,8} ([^"\\<|/t\x00-\x1F\x7F] | escape | "/" ([^"\\<t\x00-\x1F\x7F] | escape) | "/"? "t" afterT)
afterT ::= [^"\\<ho\x00-\x1F\x7F] | escape | "h" ([^"\\<i\x00-\x1F\x7F] | escape) | "o" ([^"\\<o\x00-\x1F\x7F] | escape)
end ::= ("<"{1,8} "/"? ("t" [ho]?)?)? "\""
integer ::= "-"? ("0" | [1-9] [0-9]{0,8})
number ::= integer ("." [0-9]{1,6})?
boolean ::= "true" | "false"
"""
"""A string never spells a tag of the template (`<think>`, `</tool_call>`, `<|im_end|>`), so none can be taken for one:
after `<` comes neither `|` nor, with or without a slash, `thi` or `too`."""
_THOUGHT_RULE = r'think ::= "<think>\n" [^<\x00-\x08\x0B-\x1F\x7F]{1,%d} "\n</think>\n\n"'


@dataclass(frozen=True)
class Bounds:
    """Characters a string may have: `long` the last one of a call, which is the content, `short` those before it."""

    short: int
    long: int

    def reached_by(self, arguments: Mapping[str, Any]) -> bool:
        """Whether a string ends where the grammar made it end, so that part of it may be missing."""
        *others, last = [len(value) for value in arguments.values() if isinstance(value, str)] or [0]
        return last >= self.long or any(length >= self.short for length in others)


def bounds(room: int, tools: Mapping[str, Parameters], *, thinking: bool) -> Bounds:
    """The bounds under which every reply fits `room` tokens. Raises LimitError when they would be too narrow."""
    characters = (room - AROUND) // TOKENS_PER_CHARACTER - (THOUGHT if thinking else 0)
    before = max([len(_strings(parameters)) - 1 for parameters in tools.values()], default=0)
    short = min(SHORT, characters // (2 * before)) if before > 0 else SHORT
    long = min(MOST, characters - short * max(0, before))
    if min(short, long) < LEAST:
        raise LimitError(
            f"the conversation leaves {room} tokens of the model's context, too few for a reply",
            hint="raise --num-ctx, or start a new conversation",
        )
    return Bounds(short, long)


def call_grammar(tools: Mapping[str, Parameters], bounds: Bounds, *, thinking: bool) -> str:
    """What a reply may be: a call of one of these tools, with strings within the bounds."""
    calls = " | ".join(f"call{number}" for number in range(len(tools)))
    opening, closing = _literal("<tool_call>\n"), _literal("\n</tool_call>")
    rules = [f"root ::= {'think? ' if thinking else ''}{opening} ({calls}) {closing}"]
    rules += [f"call{number} ::= {_call(*tool)}" for number, tool in enumerate(tools.items())]
    rules += [f'short ::= "\\"" char{{0,{bounds.short}}} end', f'long ::= "\\"" char{{0,{bounds.long}}} end']
    if thinking:
        rules.append(_THOUGHT_RULE % THOUGHT)
    return "\n".join(rules) + "\n" + _RULES


def _call(name: str, parameters: Parameters) -> str:
    start = _literal(f'{{"name": {json.dumps(name)}, "arguments": {{')
    return f"{start} {_arguments(parameters)} {_literal('}}')}"


def _arguments(parameters: Parameters) -> str:
    """The required arguments in their order, then any of the others in theirs."""
    pairs = dict(_pairs(parameters))
    required = [pair for name, pair in pairs.items() if not parameters[name].get("nullable")]
    optional = [pair for name, pair in pairs.items() if parameters[name].get("nullable")]
    if required:
        return " ".join([' ", " '.join(required), *map(_further, optional)])
    firsts = [" ".join([pair, *map(_further, optional[index + 1 :])]) for index, pair in enumerate(optional)]
    return f"({' | '.join(firsts)})?" if firsts else ""


def _pairs(parameters: Parameters) -> Iterator[tuple[str, str]]:
    last = _strings(parameters)[-1:]
    for name, about in parameters.items():
        yield name, f"{_literal(json.dumps(name) + ': ')} {_value(about, is_last=name in last)}"


def _strings(parameters: Parameters) -> list[str]:
    return [name for name, about in parameters.items() if about["type"] == "string" and "enum" not in about]


def _further(pair: str) -> str:
    return f'(", " {pair})?'


def _value(about: Mapping[str, Any], *, is_last: bool) -> str:
    if "enum" in about:
        return f"({' | '.join(_literal(json.dumps(value)) for value in about['enum'])})"
    kinds = {"string": "long" if is_last else "short", "integer": "integer", "number": "number", "boolean": "boolean"}
    if about["type"] not in kinds:
        raise BackendError(f"the embedded engine knows no arguments of type {about['type']}")
    return kinds[about["type"]]


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
