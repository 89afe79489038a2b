"""The bill of materials of a tree, in CycloneDX 1.5."""

from typing import Any

from licenses import Part


def bill(name: str, version: str, parts: list[Part]) -> dict[str, Any]:
    """What a product named like that is made of."""
    product = {"type": "application", "name": name, "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": product},
        "components": [component(part) for part in parts],
    }


def component(part: Part) -> dict[str, Any]:
    """One entry of a bill."""
    entry: dict[str, Any] = {"type": "library", "name": part.name}
    if part.version:
        entry["version"] = part.version
    if part.license:
        entry["licenses"] = [{"expression": part.license}]
    if part.origin:
        entry["purl"] = entry["bom-ref"] = f"pkg:{part.origin}/{part.name}@{part.version}"
    return entry
