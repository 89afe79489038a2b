"""A part of a page that a script writes, between two comments."""

import re
from collections.abc import Iterable
from pathlib import Path


def write_between(page: Path, name: str, lines: Iterable[str]) -> None:
    """Replace what stands between `<!-- name -->` and `<!-- /name -->`."""
    text = page.read_text(encoding="utf-8")
    part = f"<!-- {name} -->\n" + "\n".join(lines) + f"\n<!-- /{name} -->"
    changed, count = re.subn(f"<!-- {name} -->.*<!-- /{name} -->", lambda _: part, text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{page} must have one part {name!r}")
    page.write_text(changed, encoding="utf-8")
