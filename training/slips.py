"""Wrong answers that the product sends back, so that a model sees how one is mended. It never learns to give them."""

import random
import re
from dataclasses import dataclass

from devops_agent.evidence import stated_names

from training.tasks.scene import Call

SHARE = 0.05
TURNED = re.compile(r"(?<=.)(?=[a-z]{2}.)")
"""Where two letters in the midst of a name may change places."""
HASTY = (
    "Done.",
    "It is done.",
    "Everything is running.",
    "Everything is fine: there are no problems.",
    "There are none.",
    "It is running.",
    "It was restarted.",
    "It failed with an error.",
    "There are 3: web, db and cache.",
)
"""What is claimed before anything was run."""


@dataclass(frozen=True)
class Slip:
    """An answer before its time, or a way to garble the right one."""

    before: str = ""
    garbles: random.Random | None = None

    def of(self, answer: str) -> str:
        """The answer with a name in it garbled; empty where it has none, or where it stays as it is."""
        names = [name for name in stated_names(answer) if TURNED.search(name)]
        if self.garbles is None or not names:
            return ""
        name = self.garbles.choice(names)
        at = self.garbles.choice([found.start() for found in TURNED.finditer(name)])
        turned = name[at + 1] + name[at] if self.garbles.random() < 0.7 else name[at]
        garbled = name[:at] + turned + name[at + 2 :]
        return answer.replace(name, garbled) if garbled != name else ""


def slip_for(first: object, rng: random.Random) -> Slip | None:
    """At times a slip, for a task that begins with this step."""
    if rng.random() > SHARE or not isinstance(first, Call):
        return None
    return Slip(before=rng.choice(HASTY)) if rng.random() < 0.4 else Slip(garbles=rng)
