"""The little of Go's templates that people give to `--format`."""

import json
import re
from collections.abc import Mapping
from typing import Any

ACTION = re.compile(r"\{\{\s*(json\s+)?\.?([\w.]*)\s*\}\}")
RANGE = re.compile(r"\{\{range (?:\$\w+, \$\w+ := )?\.([\w.]+)\}\}(.*?)\{\{end\}\}")


def render_template(template: str, values: Mapping[str, Any]) -> str:
    """Fill a template; an unknown field becomes `<no value>`."""
    text = RANGE.sub(lambda found: _each(found[1], found[2], values), template)
    text = text.replace("\\t", "\t").replace("\\n", "\n")
    return ACTION.sub(lambda found: _shown(_field(values, found[2]), as_json=bool(found[1])), text)


def _each(path: str, body: str, values: Mapping[str, Any]) -> str:
    found = _field(values, path)
    items = found.values() if isinstance(found, Mapping) else found or ()
    return "".join(_item(body, item) for item in items)


def _item(body: str, item: Any) -> str:
    return ACTION.sub(lambda action: _shown(_field(item, action[2]), as_json=False), body)


def _field(values: Any, path: str) -> Any:
    for name in filter(None, path.split(".")):
        values = values.get(name) if isinstance(values, Mapping) else None
    return values


def _shown(value: Any, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(value, separators=(",", ":"))
    if value is None:
        return "<no value>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{' '.join(map(str, value))}]"
    return (
        "map[" + " ".join(f"{key}:{one}" for key, one in sorted(value.items())) + "]"
        if isinstance(value, Mapping)
        else str(value)
    )
