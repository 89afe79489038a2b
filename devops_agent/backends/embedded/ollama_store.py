"""Models that Ollama has on this machine, found in its own folder: it need not run."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from devops_agent.backends.objects import list_of_objects, read_object, text_field
from devops_agent.disk import open_regular

DEFAULTS = ("registry.ollama.ai", "library")
MODEL_LAYER = "application/vnd.ollama.image.model"
LARGEST_MANIFEST = 1024 * 1024
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
ALGORITHM = "sha256:"
_DIGEST = re.compile(ALGORITHM + "[0-9a-f]{64}")


class StoredModel(NamedTuple):
    """A model's file, and the SHA-256 that Ollama checked and named it by, in hexadecimal."""

    path: Path
    digest: str


def stored_model(name: str, environment: Mapping[str, str]) -> StoredModel | None:
    """A model as Ollama names it (`qwen3:1.7b`, `hf.co/user/model`); None when it has none."""
    folder = Path(environment.get("OLLAMA_MODELS") or Path(environment.get("HOME", ""), ".ollama", "models"))
    manifest = _manifest(name, folder)
    if manifest is None:
        return None
    with suppress(OSError, ValueError), open_regular(manifest) as file:
        for layer in list_of_objects(read_object(file.read(LARGEST_MANIFEST), ValueError), "layers", ValueError):
            digest = text_field(layer, "digest", ValueError)
            blob = folder / "blobs" / digest.replace(":", "-")
            if layer.get("mediaType") == MODEL_LAYER and _DIGEST.fullmatch(digest) and blob.is_file():
                return StoredModel(blob, digest.removeprefix(ALGORITHM))
    return None


def _manifest(name: str, folder: Path) -> Path | None:
    """Where the manifest of a model stands; None for what is no model's name."""
    path, _, tag = name.rpartition(":") if ":" in name.rpartition("/")[2] else (name, "", "latest")
    parts = path.split("/")
    parts = [*DEFAULTS[: max(0, 3 - len(parts))], *parts, tag]
    if len(parts) != 4 or not all(map(_PART.fullmatch, parts)):
        return None
    return folder.joinpath("manifests", *parts)
