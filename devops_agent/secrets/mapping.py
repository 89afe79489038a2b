"""One change to every text within a value."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

T = TypeVar("T")


def mapped(value: T, change: Callable[[str], str]) -> T:
    """The same value with every text in it changed: records, lists, tuples, sets and mappings are walked through."""
    return cast(T, _mapped(value, change))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{item.name: _mapped(getattr(value, item.name), change) for item in fields(value)})
    if isinstance(value, dict):
        return {key: _mapped(inner, change) for key, inner in value.items()}
    if isinstance(value, (list, tuple, frozenset)):
        return type(value)(_mapped(inner, change) for inner in value)
    return value
