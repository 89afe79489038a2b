"""JSON as a weak model writes it: bounded, read strictly first, repaired only where that is safe. Pure."""

import json
import re
from typing import Any, NoReturn

MAX_DEPTH = 32
MAX_CHARACTERS = 256 * 1024

_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|(?<=[\w"\]}]),(?=\s*[}\]])', re.DOTALL)
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*(?P<closed>"?)|(?P<bracket>[\[\]{}])', re.DOTALL)
_CLOSERS = {"{": "}", "[": "]"}


class BadJson(ValueError):
    """The text is not JSON that may be trusted; the message says where and why in one clause."""


def read_json(text: str) -> Any:
    """Read one JSON value. Repairs raw control characters in strings, trailing commas and missing closing brackets.

    Raises BadJson for anything else, and for what Python would accept but other readers see differently: NaN,
    duplicate keys, lone surrogates, deep nesting.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadJson(f"longer than {MAX_CHARACTERS} characters")
    missing = _missing_closers(text)
    try:
        return _load(text, strict=True)
    except BadJson as error:
        repaired = _STRING_OR_COMMA.sub(lambda match: "" if match[0] == "," else match[0], text.strip() + missing)
        try:
            return _load(repaired, strict=False)
        except BadJson:
            raise error from None


def _load(text: str, *, strict: bool) -> Any:
    try:
        value = json.loads(text, strict=strict, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise BadJson(f"{error.msg} at character {error.pos}") from None
    except UnicodeEncodeError:
        raise BadJson("half of a surrogate pair in a string") from None
    except (RecursionError, ValueError) as error:
        raise BadJson(str(error)) from None
    return value


def _no_constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is not JSON")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise BadJson("a key stands twice in one object")
    return value


def _missing_closers(text: str) -> str:
    """The brackets that would close the text; "" when they do not pair. Raises BadJson when nested too deeply."""
    open_brackets: list[str] = []
    for match in _STRING_OR_BRACKET.finditer(text):
        bracket = match["bracket"]
        if bracket is None:
            if not match["closed"]:
                return ""
        elif bracket in _CLOSERS:
            open_brackets.append(_CLOSERS[bracket])
            if len(open_brackets) > MAX_DEPTH:
                raise BadJson(f"nested deeper than {MAX_DEPTH}")
        elif not open_brackets or open_brackets.pop() != bracket:
            return ""
    return "".join(reversed(open_brackets))
