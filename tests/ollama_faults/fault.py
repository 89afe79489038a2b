"""What a fault is, and the list of all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tests.ollama_server import Exchange

Play = Callable[["Exchange", list[bytes]], None]
Outcome = Literal["reply", "healed", "error"]
HTML = b"<!DOCTYPE html><html><body><h1>It works!</h1></body></html>\n"


@dataclass(frozen=True)
class Fault:
    """One misbehaviour, and what its single appearance leads a client to."""

    name: str
    play: Play
    outcome: Outcome


FAULTS: dict[str, Fault] = {}


def fault(outcome: Outcome) -> Callable[[Play], Play]:
    """Register a function under its own name."""

    def register(play: Play) -> Play:
        add(play.__name__, outcome, play)
        return play

    return register


def add(name: str, outcome: Outcome, play: Play) -> None:
    FAULTS[name] = Fault(name, play, outcome)
