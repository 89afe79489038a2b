"""The values in Kubernetes Secrets, as YAML, as JSON, or as JSON within either. Pure, line by line: text may be cut."""

import re
from base64 import b64decode
from binascii import Error
from bisect import bisect_left
from collections.abc import Iterator

from devops_agent.secrets.found import Found

KIND = "kubernetes-secret"
JSON_BLOCK = re.compile(r'\\*"(?:data|stringData)\\*"\s{0,8}:\s{0,8}\{(?P<body>[^{}]*)')
JSON_ENTRY = re.compile(r'\\*"[\w.-]{1,253}\\*"\s{0,8}:\s{0,8}(?P<quote>\\*")(?P<value>[^"\n]*?)(?P=quote)')
YAML_BLOCK = re.compile(r"^(?P<indent>[ \t]*(?:- )?)(?:data|stringData):[ \t]*$", re.MULTILINE)
YAML_ENTRY = re.compile(r"[ \t]*[\"']?[\w.-]{1,253}[\"']?:[ \t]*(?P<value>.*)")
KIND_LINE = re.compile(r"\bkind\\*[\"']?[ \t]{0,8}:[ \t]{0,8}\\*[\"']?(?P<kind>\w+)")
BLOCK_SCALAR = re.compile(r"[|>][-+0-9]*")
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
LEAST_BASE64 = 4


def find_manifest_values(text: str) -> Iterator[Found]:
    """Where values of Secrets stand: below `data` of what is, or may be, a Secret."""
    if "ata" not in text:
        return
    kinds = [(match.start(), match["kind"]) for match in KIND_LINE.finditer(text)]
    for start, values in (*_json_blocks(text), *_yaml_blocks(text)):
        if values and _is_secret(_nearest(kinds, start), [text[first:last] for first, last in values]):
            yield from (Found(first, last, KIND) for first, last in values)


def decoded(value: str) -> str | None:
    """The text that a base64 value stands for; None when it is none."""
    if len(value) < LEAST_BASE64 or not BASE64.fullmatch(value):
        return None
    try:
        return b64decode(value).decode()
    except (Error, UnicodeDecodeError):
        return None


def _nearest(kinds: list[tuple[int, str]], start: int) -> set[str]:
    """The kinds that are named right before and right after a place."""
    after = bisect_left(kinds, (start, ""))
    return {kind for _, kind in kinds[max(0, after - 1) : after + 1]}


def _is_secret(kinds: set[str], values: list[str]) -> bool:
    """By the kind named nearest; where none is in sight, by whether every value is base64."""
    return "Secret" in kinds or (not kinds - {"List"} and all(BASE64.fullmatch(value) for value in values))


def _json_blocks(text: str) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    for block in JSON_BLOCK.finditer(text):
        entries = JSON_ENTRY.finditer(text, *block.span("body"))
        yield block.start(), [entry.span("value") for entry in entries if entry["value"]]


def _yaml_blocks(text: str) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    block = YAML_BLOCK.search(text)
    while block:
        values = list(_yaml_values(text, block.end() + 1, len(block["indent"])))
        yield block.start(), values
        block = YAML_BLOCK.search(text, values[-1][1] if values else block.end())


def _yaml_values(text: str, position: int, outer: int) -> Iterator[tuple[int, int]]:
    """The values of the lines that are indented deeper than `outer`; lines of a block scalar are values whole."""
    key_indent: int | None = None
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end]
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent <= outer:
            return
        key_indent = indent if key_indent is None and line.strip() else key_indent
        span = _yaml_value(line, indent > (key_indent or 0))
        if span:
            yield position + span[0], position + span[1]
        position = end + 1


def _yaml_value(line: str, continues: bool) -> tuple[int, int] | None:
    entry = None if continues else YAML_ENTRY.fullmatch(line)
    first, last = entry.span("value") if entry else (len(line) - len(line.lstrip()), len(line))
    value = line[first:last].rstrip()
    if not value or (not entry and not continues) or BLOCK_SCALAR.fullmatch(value) or value in ('""', "''", "null"):
        return None
    quoted = len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]
    return (first + 1, first + len(value) - 1) if quoted else (first, first + len(value))
