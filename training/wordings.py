"""Further phrasings of the intents, by the name of the intent: `phrasings/*.txt`, a section an intent."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("phrasings")


@cache
def wordings() -> dict[str, list[str]]:
    """Every section's templates."""
    found: dict[str, list[str]] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
            heading, *lines = block.splitlines()
            found[heading.strip("[]")] = lines
    return found
