"""JSON from a server that may be broken or hostile: read strictly, and put into words safely. Pure."""

import json
from typing import Any, NoReturn

from devops_agent.text import printable

LONGEST_SENTENCE = 300


def read_value(data: bytes, failure: type[Exception]) -> Any:
    """The JSON value in UTF-8 bytes. Raises `failure`, with one sentence, for everything that is none."""
    try:
        return json.loads(data.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        shown = sentence(data[:60].decode(errors="replace"))
        raise failure(f"the model server sent something that is not JSON: {shown or 'nothing'}") from None


def read_object(data: bytes, failure: type[Exception]) -> dict[str, Any]:
    """The JSON object in UTF-8 bytes. Raises `failure` for every other value."""
    value = read_value(data, failure)
    if isinstance(value, dict):
        return value
    raise failure(f"the model server sent {type(value).__name__} where an object belongs")


def text_field(value: dict[str, Any], key: str, failure: type[Exception]) -> str:
    """A text of an object, "" when absent or null, with halves of broken characters replaced."""
    text = value.get(key)
    if text is None:
        return ""
    if isinstance(text, str):
        return _mended(text)
    raise failure(f"the model server sent {type(text).__name__} as {key!r} where text belongs")


def object_field(value: dict[str, Any], key: str, failure: type[Exception]) -> dict[str, Any]:
    """An object within an object, empty when absent or null."""
    inner = value.get(key)
    if inner is None:
        return {}
    if isinstance(inner, dict):
        return inner
    raise failure(f"the model server sent {type(inner).__name__} as {key!r} where an object belongs")


def list_of_objects(value: dict[str, Any], key: str, failure: type[Exception]) -> list[dict[str, Any]]:
    """A list of objects within an object, empty when absent or null."""
    items = value.get(key)
    if items is None:
        return []
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        return items
    raise failure(f"the model server sent something else as {key!r} where a list of objects belongs")


def count_field(value: dict[str, Any], key: str) -> int | None:
    """A count, or None when the server gave none that makes sense."""
    count = value.get(key)
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def cached_tokens(usage: dict[str, Any]) -> int | None:
    """How much of a prompt was not read again, by the usage of OpenAI's form; None when the server did not say."""
    details = usage.get("prompt_tokens_details")
    return count_field(details, "cached_tokens") if isinstance(details, dict) else None


def sentence(value: Any) -> str:
    """What a server said about an error, as one short printable line."""
    if isinstance(value, dict):
        value = value.get("message") or value.get("error") or json.dumps(value)
    text = " ".join(printable(_mended(str(value))).split())
    if text.startswith("{"):
        text = _unwrapped(text)
    return text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…"


def _unwrapped(text: str) -> str:
    """The message of an error that one server passes on from another as raw JSON."""
    try:
        inner = json.loads(text)["error"]["message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return text
    return " ".join(printable(_mended(str(inner))).split())


def _mended(text: str) -> str:
    """Text that can be encoded again: halves of a character are joined, lone ones replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
