"""The shapes in which one secret value turns up: plain, in base64 alone or within more, URL-encoded, escaped. Pure."""

import json
import shlex
from base64 import b64encode
from collections.abc import Iterator
from textwrap import wrap
from urllib.parse import quote, quote_plus

LEAST_CORE = 10
"""Characters of base64 that are enough to know a value by."""

LEAST_LINE = 16
WRAPPED_AT = (64, 76)


def forms(value: str) -> Iterator[tuple[str, str]]:
    """(name, text) of each shape; the plain one has the name "" and comes first."""
    yield "", value
    seen = {value}
    for name, text in _other_forms(value):
        if text not in seen:
            seen.add(text)
            yield name, text


def _other_forms(value: str) -> Iterator[tuple[str, str]]:
    yield from _base64_forms(value.encode("utf-8", "surrogatepass"))
    yield "url", quote(value, safe="", errors="replace")
    yield "url", quote(value, errors="replace")
    yield "url", quote_plus(value, errors="replace")
    yield "json", json.dumps(value)[1:-1]
    yield "json", json.dumps(value, ensure_ascii=False)[1:-1]
    yield "shell", shlex.quote(value)[1:-1] if "'" in value else value
    for line in value.splitlines():
        if len(line.strip()) >= LEAST_LINE and "-----" not in line:
            yield "line", line.strip()


def _base64_forms(data: bytes) -> Iterator[tuple[str, str]]:
    """The whole, also wrapped; and the part that stays the same wherever the value stands in a longer text."""
    whole = b64encode(data).decode()
    for width in WRAPPED_AT:
        if len(whole) > width:
            yield "base64", "\n".join(wrap(whole, width))
    for text in (whole, whole.replace("+", "-").replace("/", "_")):
        yield "base64", text
    for shift in range(3):
        core = _core(data, shift)
        if len(core) >= LEAST_CORE:
            yield f"base64-{shift}", core
            yield f"base64-{shift}", core.replace("+", "-").replace("/", "_")


def _core(data: bytes, shift: int) -> str:
    """The base64 characters that depend on nothing but `data`, which starts `shift` bytes into a group of three."""
    encoded = b64encode(b"\0" * shift + data).decode()
    first = -(-shift * 8 // 6)
    last = (shift + len(data)) * 8 // 6
    return encoded[first:last]
