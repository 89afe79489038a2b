"""Which GGUF file a model's name means, and what identifies its content."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from devops_agent.disk import open_regular
from devops_agent.errors import BackendError

SHIPPED = Path(__file__).parents[2] / "models"
SUFFIX = ".gguf"
CHECKSUM_SUFFIX = ".sha256"
MAGIC = b"GGUF"
HASHED_WHOLE = 64 * 1024 * 1024
"""A larger file is known by its size, its date and its first part: reading all of it would cost a second a start."""
PIECE = 1024 * 1024


@dataclass(frozen=True)
class ModelFile:
    """A file that looks like a model. `identity` changes with its content."""

    path: Path
    identity: str


def find_model(name: str, shipped: Path = SHIPPED) -> ModelFile:
    """The file of a model, by path (anything with a slash, or ending in .gguf) or by the name of a shipped one.

    A shipped file must have the SHA-256 that stands beside it. Raises BackendError.
    """
    if "/" in name or name.endswith(SUFFIX):
        return _opened(Path(name).expanduser())
    model = _opened(_shipped_path(name, shipped))
    if model.identity != _checksum(model.path):
        raise BackendError(f"the model file {model.path} is damaged", hint="install devops-agent anew")
    return model


def _shipped_path(name: str, shipped: Path) -> Path:
    """The shipped file whose name begins like that: `qwen3-devops` finds `qwen3-devops-mini.gguf`."""
    paths = sorted(shipped.glob(f"*{SUFFIX}"))
    found = [path for path in paths if path.stem == name] or [path for path in paths if path.stem.startswith(name)]
    if found:
        return found[0]
    names = ", ".join(path.stem for path in paths) or "none"
    raise BackendError(
        f"there is no embedded model named {name!r}", hint=f"give a file: --model ./model{SUFFIX}; shipped: {names}"
    )


def _opened(path: Path) -> ModelFile:
    try:
        with open_regular(path) as file:
            start = file.read(len(MAGIC))
        identity = _identity(path)
    except OSError as error:
        raise BackendError(f"cannot read the model {path}: {error.strerror or error}") from None
    if start != MAGIC:
        raise BackendError(f"{path} is not a GGUF model", hint="choose a file that llama.cpp can load")
    return ModelFile(path.resolve(), identity)


def _identity(path: Path) -> str:
    status = path.stat()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if status.st_size > HASHED_WHOLE:
            digest.update(f"{status.st_size} {status.st_mtime_ns} ".encode() + file.read(PIECE))
            return digest.hexdigest()
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _checksum(path: Path) -> str:
    """The digest that `sha256sum` wrote beside a file; "" when there is none."""
    try:
        return path.with_name(path.name + CHECKSUM_SUFFIX).read_text(encoding="ascii").partition(" ")[0]
    except (OSError, UnicodeDecodeError):
        return ""
