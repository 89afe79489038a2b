"""A folder of traces that is whole or says that it is not; what was made before a kill is not made again."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

Settings = dict[str, Any]
Made = tuple[dict[str, Any] | None, str]
"""A trace, or none and what was wrong with it."""

TRAIN = "train.jsonl"
SETTINGS = "settings.json"
UNFINISHED = "unfinished.jsonl"
ROOT = Path(__file__).parent.parent
SOURCES = (
    "devops_agent/evaluation/world_tools.py",
    "devops_agent/evaluation/worlds",
    "devops_agent/prompts",
    "devops_agent/reference",
    "training/data.py",
    "training/phrasing.py",
    "training/phrasings",
    "training/slips.py",
    "training/stage.py",
    "training/tasks",
    "training/wordings.py",
)
"""What traces are written from, beside the settings."""


class Memory:
    """Every trace of a folder that is being filled, under the seed it was made from, kept until the folder is whole."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / UNFINISHED
        self._known = {key: (trace, problem) for key, trace, problem in _kept(self._path)}
        self._file = self._path.open("a", encoding="utf-8", buffering=1)

    def __enter__(self) -> "Memory":
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: object, where: TracebackType | None) -> None:
        self._file.close()
        if kind is None:
            self._path.unlink()

    def recall(self, key: str, make: Callable[[], Made]) -> Made:
        """What was made under this key; it is made where it is not yet known."""
        if key in self._known:
            return self._known.pop(key)
        made = make()
        self._file.write(json.dumps([key, *made]) + "\n")
        return made


def begin(folder: Path, settings: Settings) -> Memory | None:
    """The memory of a folder that is to be filled with these settings; None when it is whole already.

    Ends the program where the folder holds other traces.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SETTINGS
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    if found is None and not (folder / TRAIN).exists():
        write_lines(path, [json.dumps(settings)])
    elif found != settings:
        raise SystemExit(f"{folder} holds traces made {_difference(found or {}, settings)}; name another folder")
    return None if found and _is_whole(folder) else Memory(folder)


def training_file(folder: Path) -> Path:
    """The traces to learn from. Ends the program where the folder is not whole."""
    if _is_whole(folder):
        return folder / TRAIN
    if (folder / UNFINISHED).exists():
        raise SystemExit(
            f"{folder} is incomplete: `python -m training data` was stopped, or is at work there now. "
            "Said again with the same arguments, it goes on where it was"
        )
    raise SystemExit(f"{folder} holds no {TRAIN}; fill it with `python -m training data --out {folder}`")


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write a file under another name, and give it its own once it is whole."""
    temporary = path.with_name(f"{path.name}.new")
    with temporary.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def sources_digest() -> str:
    """The SHA-256 of all that makes traces: phrasings, intents, machines, prompts."""
    digest = hashlib.sha256()
    for path in sorted(path for name in SOURCES for path in _files(ROOT / name)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    yield from (path for path in place.rglob("*") if path.suffix in (".py", ".txt", ".md"))


def _is_whole(folder: Path) -> bool:
    return (folder / TRAIN).exists() and not (folder / UNFINISHED).exists()


def _difference(found: Settings, wanted: Settings) -> str:
    if not found:
        return "with settings that were not written down"
    names = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    return "with other " + " and ".join(names)


def _kept(path: Path) -> list[tuple[str, dict[str, Any] | None, str]]:
    """The whole lines of a file, which loses a last one that a kill cut short."""
    text = path.read_bytes() if path.exists() else b""
    whole = text[: text.rfind(b"\n") + 1]
    if whole != text:
        os.truncate(path, len(whole))
    return [json.loads(line) for line in whole.splitlines()]
