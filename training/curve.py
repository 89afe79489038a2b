"""What happened in a run, as JSON lines beside its weights: settings, losses, scores."""

import json
from pathlib import Path
from typing import Any

CURVE = "curve.jsonl"


def record(run: Path, **facts: Any) -> None:
    """Add one line to the run's curve."""
    with (run / CURVE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(facts) + "\n")


def read_curve(run: Path) -> list[dict[str, Any]]:
    """Every line of the run's curve. A last line that a kill cut short is left out."""
    records = []
    for line in (run / CURVE).read_text(encoding="utf-8").splitlines():
        try:
            records.append(json.loads(line))
        except ValueError:
            continue
    return records
