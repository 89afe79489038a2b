"""Requests in the words that the commands of the product's own reference are found by."""

import re

from training.phrasing import templates
from training.tasks.commands import Described, described, learned_entries, learned_reference
from training.tasks.scene import Intent, Oracle, Scene

REFERENCED = "command.referenced"
PLACE = re.compile(r"\b(?!SIG(?!NAL)|(?:POST|HUP|CONT|STOP|HEAD)\b)((?:IMAGE|REPOSITORY):TAG|[A-Z][A-Z_]{2,})\b")
TRIES = 4
REQUESTS = templates(
    """
    {what}
    {what}
    {what}
    (show|tell|get) me: {what}
    {what}, that is what i need
    """
)


def referenced_intent() -> Intent:
    """What the commands of the reference are for, but for what is kept for testing."""
    entries = learned_entries()
    return Intent(REFERENCED, REQUESTS, lambda scene: _asked(scene, *scene.v.pick(entries)))


def _asked(scene: Scene, command: str, words: str) -> Oracle:
    """Some of the words, if they suggest the command, with the values that it needs."""
    parts = words.split(", ")
    tries = (", ".join(scene.v.pick(parts) for _ in range(scene.v.between(1, 2))) for _ in range(TRIES))
    what = next((what for what in tries if command in learned_reference().suggestions(what)), words)
    return (yield from described(scene, Described(command, what, PLACE)))
