"""What an intent is written in: a world, the slots of its phrasings, calls, answers and further turns."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from devops_agent.evaluation.worlds.logs import log_lines
from devops_agent.evaluation.worlds.world import World
from devops_agent.reference import suggestions

from training.phrasing import slots_of, templates
from training.wordings import wordings


@dataclass(frozen=True)
class Call:
    """A tool call the oracle makes. `refused` is what the user says instead of allowing it; None allows it."""

    tool: str
    arguments: Mapping[str, Any]
    refused: str | None = None


@dataclass(frozen=True)
class Turn:
    """An answer, after which the user asks something else in the same conversation."""

    answer: str
    phrases: Sequence[str]


Oracle = Generator["Call | Turn", str, str]
"""Yields calls and gets what the model is told; yields turns; returns the last answer."""
Play = Callable[["Scene"], Oracle]


class Scene:
    """One occasion: the world is made, then `ask` names the slots, then the oracle acts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.v = world.source("scene")
        self.slots: dict[str, object] = {}
        self.phrases: Sequence[str] | None = None
        self.context = ""
        """The text that is piped in with the first request."""
        self.plain = False
        """Whether the request is typed without manners and slips."""
        self.to_learn = False
        """Whether the trace is for training, and may differ from the tasks of `eval` in more than words and names."""
        self.suggest: Callable[[str], list[str]] = suggestions
        """What suggests commands for the request."""

    def ask(self, **slots: object) -> None:
        """Say what the request is about."""
        self.slots |= slots

    def said(self, *phrases: str) -> None:
        """Use these phrasings instead of the intent's own."""
        self.phrases = phrases

    def then(self, answer: str, phrases: str, **slots: object) -> Turn:
        """Answer, and have the user go on with one of these phrasings."""
        self.slots |= slots
        return Turn(answer, templates(phrases))


def bash(command: str, refused: str | None = None) -> Call:
    return Call("bash", {"command": command}, refused)


def read_file(path: str) -> Call:
    return Call("read_file", {"path": path})


def write_file(path: str, content: str, refused: str | None = None) -> Call:
    return Call("write_file", {"path": path, "content": content}, refused)


def get_env(key: str) -> Call:
    return Call("get_env", {"key": key})


@dataclass(frozen=True)
class Intent:
    """One thing people ask for, in many wordings."""

    name: str
    phrases: Sequence[str]
    play: Play
    weight: float = 1.0

    def further(self, scene: Scene) -> list[str]:
        """The phrasings for training alone; where the scene has words of its own, those that name the same slots."""
        found = wordings().get(self.name, [])
        if scene.phrases is None:
            return found
        return [one for one in found if slots_of(one) == slots_of(scene.phrases[0])]


@dataclass
class Book:
    """All intents, by name, in the order they were written."""

    intents: dict[str, Intent] = field(default_factory=dict)

    def intent(self, name: str, phrases: str, weight: float = 1.0) -> Callable[[Play], Play]:
        """Write an intent down: its name, its phrasings one a line, how often it comes."""

        def keep(play: Play) -> Play:
            assert name not in self.intents, name
            self.intents[name] = Intent(name, templates(phrases), play, weight)
            return play

        return keep


BOOK = Book()
intent = BOOK.intent


TYPED = templates(
    """
    {command}
    {command}
    {command}
    run {command}
    run `{command}`
    execute {command}
    run this: {command}
    run the command {command}
    {command} and tell me what it says
    what does {command} say here
    do a {command}
    try {command}
    """
)
"""How a command is put that the user has typed already."""


def lengthen(scene: Scene, logs: list[str]) -> None:
    """Make a log longer, at times, than what a model is shown of it."""
    if scene.v.chance(0.15):
        lines = log_lines(scene.v, scene.v.between(50, 90), scene.world.now)
        logs[:0] = [f"{line} trace={scene.v.hexadecimal(32)}" for line in lines]


def body(told: str) -> str:
    """What a command printed, without the last line of the tool."""
    return told.rpartition("[exit code")[0].removeprefix("[stderr]\n").rstrip("\n")


def failed(told: str) -> bool:
    return "[exit code 0" not in told


def error_line(told: str) -> str:
    """The telling line of a failed command."""
    lines = [
        line for line in body(told).splitlines() if line.strip() and not line.startswith("[") and "--help" not in line
    ]
    return lines[-1].strip() if lines else ""


def listed(items: Sequence[object], nothing: str = "none", most: int = 12) -> str:
    """Items in a row, the long ones cut short with a count."""
    shown = [str(item) for item in items]
    if len(shown) > most:
        return f"{', '.join(shown[:most])} and {len(shown) - most} more"
    return ", ".join(shown) or nothing


def counted(count: int, noun: str) -> str:
    """`1 pod`, `3 pods`."""
    plural = (
        noun[:-1] + "ies"
        if noun.endswith("y") and noun[-2] not in "aeou"
        else noun + ("es" if noun.endswith("s") else "s")
    )
    return f"{count} {noun if count == 1 else plural}"
