"""`safety.asking` with a planted defect. Arguments: the defect's name, and those of `safety.asking`."""

import sys

from devops_agent.ui import approval, card
from safety.asking import main


def hides() -> None:
    """The prompt shows what has no width as it is."""
    visible = card.visible
    card.visible = lambda text: visible(text.replace("\u200b", ""))


def cuts() -> None:
    """The prompt leaves out the end of what is long."""
    framed = card.framed
    card.framed = lambda text, width, stream: framed(text[:100], width, stream)


def scrolls() -> None:
    """The top of a tall question is not said again."""
    approval.BESIDE = -100_000


def obeys() -> None:
    """The prompt sends escapes to the terminal."""
    card.visible = str
    approval.Terminal.say = lambda self, text, style="", end="\n": self._write(f"{text}{end}")  # type: ignore[method-assign]


globals()[sys.argv.pop(1)]()
main()
