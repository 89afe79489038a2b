"""What `devops-agent eval` measured of a model, read for its card: of this very file, or not at all."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def read_results(paths: Sequence[Path], digest: str) -> dict[str, Any]:
    """The results of each file, by its name. Raises SystemExit unless all are of the model with this SHA-256."""
    results = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}
    for name, result in results.items():
        for model in result["models"]:
            scored = model["terms"].get("identity")
            if scored != digest:
                raise SystemExit(
                    f"{name}.json holds results of {model['model']} with the digest {scored or 'unknown'}, and the "
                    f"file has {digest}: score that file with `devops-agent eval --anew --save`, or leave out --results"
                )
    return results
