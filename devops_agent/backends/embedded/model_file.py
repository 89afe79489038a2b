"""Which GGUF file a model's name means, and what identifies its content."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from devops_agent.backends.embedded.digests import DigestBook
from devops_agent.backends.embedded.ollama_store import stored_model
from devops_agent.backends.failures import OUR_MODEL
from devops_agent.disk import open_regular
from devops_agent.errors import BackendError
from devops_agent.settings import Settings, expanded

SHIPPED = Path(__file__).parents[2] / "models"
SHIPPED_WINDOW = 4096
"""The context the shipped models work in, in tokens: no conversation they learned from is half as long."""
SUFFIX = ".gguf"
CHECKSUM_SUFFIX = ".sha256"
MAGIC = b"GGUF"


@dataclass(frozen=True)
class ModelFile:
    """A file that looks like a model. `identity` changes with its content; `name` is what to call it."""

    path: Path
    identity: str
    name: str
    shipped: bool = False


class Candidate(NamedTuple):
    """A file that a name may mean, what to call it, and its SHA-256 where that is known without reading it."""

    name: str
    path: Path
    digest: str = ""


def is_path(name: str) -> bool:
    """Whether a model's name is that of a file."""
    return name.endswith(SUFFIX) or name.startswith((".", "/", "~")) or ("/" in name and Path(name).is_file())


def find_model(settings: Settings, shipped: Path = SHIPPED) -> ModelFile:
    """The file of the model that the settings name.

    A name means, in this order: a shipped model or a fetched one of exactly this name, for `qwen3-devops` a shipped one
    whose name begins like that, and a model in Ollama's folder. Raises BackendError; a shipped file must have the
    SHA-256 that stands beside it.
    """
    book = DigestBook(settings.cache_folder / "sha256")
    if is_path(settings.model):
        path = expanded(settings.model)
        return _opened(Candidate(path.stem, path), book)
    found = next(_candidates(settings, shipped), None)
    if found is None:
        raise _unknown(settings.model, shipped)
    model = _opened(found, book)
    if found.path.parent != shipped:
        return model
    if model.identity != shipped_checksum(found.path):
        raise BackendError(f"the model file {found.path} is damaged", hint="install devops-agent anew")
    return replace(model, shipped=True)


def embedded_files(settings: Settings, shipped: Path = SHIPPED) -> Iterator[tuple[str, Path]]:
    """Every file that has a model's name: how it came here, "shipped" or "fetched", and where it is."""
    for origin, folder in (("shipped", shipped), ("fetched", settings.cache_folder / "models")):
        yield from ((origin, path) for path in _files(folder))


def shipped_checksum(path: Path) -> str:
    """The digest that `sha256sum` wrote beside a file; "" when there is none."""
    try:
        return path.with_name(path.name + CHECKSUM_SUFFIX).read_text(encoding="ascii").partition(" ")[0]
    except (OSError, UnicodeDecodeError):
        return ""


def _candidates(settings: Settings, shipped: Path) -> Iterator[Candidate]:
    """The files that the settings may mean, the best match first."""
    name = settings.model
    yield from (Candidate(name, path) for _, path in embedded_files(settings, shipped) if path.stem == name)
    if name.startswith(OUR_MODEL):
        yield from (Candidate(path.stem, path) for path in _files(shipped) if path.stem.startswith(name))
    stored = stored_model(name, settings.environment)
    if stored:
        yield Candidate(name, stored.path, stored.digest)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


def _unknown(name: str, shipped: Path) -> BackendError:
    names = ", ".join(path.stem for path in _files(shipped)) or "none"
    return BackendError(
        f"there is no embedded model named {name!r}", hint=f"give a file: --model ./model{SUFFIX}; shipped: {names}"
    )


def _opened(candidate: Candidate, book: DigestBook) -> ModelFile:
    path = candidate.path
    try:
        with open_regular(path) as file:
            start = file.read(len(MAGIC))
        if start != MAGIC:
            raise BackendError(f"{path} is not a GGUF model", hint="choose a file that llama.cpp can load")
        return ModelFile(path.resolve(), candidate.digest or book.digest(path), candidate.name)
    except OSError as error:
        raise BackendError(f"cannot read the model {path}: {error.strerror or error}") from None
