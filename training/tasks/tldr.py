"""Questions for a command, made from a list of (description, command) pairs such as the tldr pages hold."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.phrasing import templates
from training.tasks.scene import Intent, Oracle, Scene

if TYPE_CHECKING:
    from training.data import Maker

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}")
LONGEST = 160
PHRASES = templates(
    """
    how do i {what}
    how to {what}
    how can i {what}
    how do you {what} with {page}
    how can i {what} with {page}
    how would i {what} using {page}
    how do i use {page} to {what}
    tell me how to {what}
    """
)


def tldr_traces(path: Path, maker: "Maker") -> Iterator[dict[str, Any]]:
    """Traces without end, from the pairs in a file of JSON lines."""
    pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    pairs = [pair for pair in pairs if len(pair["command"]) < LONGEST and "\n" not in pair["command"]]
    number = 0
    while True:
        number += 1
        intent = Intent("talk.tldr", PHRASES, lambda scene: _answered(scene, pairs))
        trace = maker.of_intent(intent, f"{maker.seed}/tldr/{number}", "train", "train")
        if trace:
            yield trace


def _answered(scene: Scene, pairs: list[dict[str, str]]) -> Oracle:
    pair = scene.v.pick(pairs)
    scene.plain = True
    what = pair["description"].strip().rstrip(".")
    scene.ask(what=what[0].lower() + what[1:], page=pair["page"])
    return f"Use `{PLACEHOLDER.sub(lambda found: _filled(found[1]), pair['command'])}`."
    yield


def _filled(placeholder: str) -> str:
    """A word in capitals for what the user must fill in; the first of several options."""
    first = placeholder.strip("[]").split("|")[-1]
    return first if first.startswith("-") else re.sub(r"\W+", "_", first).strip("_").upper() or "VALUE"
