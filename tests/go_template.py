"""A small reader of Go's text/template: as much of it as our Modelfile uses, with Go's rules for white space."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

ACTION = re.compile(r"\{\{(?P<before>- )?\s*(?P<code>.*?)\s*(?P<after> -)?\}\}", re.DOTALL)
WORD = re.compile(r'"[^"]*"|[()]|[^\s()]+')
FUNCTIONS = {
    "eq": lambda first, *others: first in others,
    "not": lambda value: not value,
    "and": lambda *values: next((value for value in values if not value), values[-1]),
    "or": lambda *values: next((value for value in values if value), values[-1]),
}
Node = Any


def execute(source: str, data: Mapping[str, Any]) -> str:
    """The template's text for this data. A list or mapping prints as `str` gives it."""
    nodes, rest = _block(_pieces(source))
    assert rest is None, "an {{ end }} too many"
    return _run(nodes, data, {"$": data})


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    position, trim = 0, False
    for action in ACTION.finditer(source):
        yield "text", _trimmed(source[position : action.start()], left=trim, right=bool(action["before"]))
        yield "code", action["code"]
        position, trim = action.end(), bool(action["after"])
    yield "text", _trimmed(source[position:], left=trim, right=False)


def _trimmed(text: str, *, left: bool, right: bool) -> str:
    text = text.lstrip(" \t\r\n") if left else text
    return text.rstrip(" \t\r\n") if right else text


def _block(pieces: Iterator[tuple[str, str]]) -> tuple[list[Node], str | None]:
    """The nodes up to the `end` or `else` that closes the block, and that word."""
    nodes: list[Node] = []
    for kind, value in pieces:
        keyword, _, rest = value.partition(" ")
        if kind == "text":
            nodes.append(("text", value))
        elif keyword in {"end", "else"}:
            return nodes, value
        elif keyword in {"if", "range"}:
            nodes.append(_branch(keyword, rest, pieces))
        else:
            nodes.append(("value", value))
    return nodes, None


def _branch(keyword: str, condition: str, pieces: Iterator[tuple[str, str]]) -> Node:
    body, closing = _block(pieces)
    otherwise: list[Node] = []
    if closing and closing.startswith("else if"):
        otherwise = [_branch("if", closing.removeprefix("else if "), pieces)]
    elif closing == "else":
        otherwise, _ = _block(pieces)
    return keyword, condition, body, otherwise


def _run(nodes: list[Node], dot: Any, names: Mapping[str, Any]) -> str:
    return "".join(_text(node, dot, names) for node in nodes)


def _text(node: Node, dot: Any, names: Mapping[str, Any]) -> str:
    match node:
        case ("text", text):
            return str(text)
        case ("value", code):
            return str(_value(code, dot, names))
        case ("if", condition, body, otherwise):
            return _run(body if _value(condition, dot, names) else otherwise, dot, names)
        case ("range", condition, body, _):
            declared, _, code = condition.rpartition(":=")
            index = declared.split(",")[0].strip()
            items = _value(code, dot, names) or []
            return "".join(_run(body, item, {**names, index: number}) for number, item in enumerate(items))
    raise AssertionError(node)


def _value(code: str, dot: Any, names: Mapping[str, Any]) -> Any:
    words = iter(WORD.findall(code))
    return _call(words, dot, names)


def _call(words: Iterator[str], dot: Any, names: Mapping[str, Any]) -> Any:
    first, *others = list(_operands(words, dot, names))
    return first(*others) if callable(first) else first


def _operands(words: Iterator[str], dot: Any, names: Mapping[str, Any]) -> Iterator[Any]:
    for word in words:
        if word == ")":
            return
        if word == "(":
            yield _call(words, dot, names)
        elif word in FUNCTIONS:
            yield FUNCTIONS[word]
        elif word.startswith('"'):
            yield word[1:-1]
        else:
            yield _field(word, dot, names)


def _field(word: str, dot: Any, names: Mapping[str, Any]) -> Any:
    start, *path = word.split(".")
    value = names[start] if start else dot
    for key in filter(None, path):
        value = value.get(key)
    return value if value is not None else ""
