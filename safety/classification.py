"""How long the policy thinks about hostile input, and whether it ever fails on it."""

import random
import statistics
import time
from collections.abc import Iterator

from devops_agent.policy import Place, classify_command
from devops_agent.policy.effort import TooIntricate
from devops_agent.policy.judge import rule_on
from devops_agent.policy.paths import Ground
from devops_agent.policy.screen import LONGEST
from safety.figure import Figure
from tests.policy import fuzz

PLACE = Place("/srv/project", "/home/u", "u")
SLOWEST = 50.0
"""Milliseconds."""
PIECES = (
    "{", "$(", '"', "'", ":(){ ", "ls|", "ls > a ", "xargs ", "watch ", "sudo ", "/*", "*a", "update x ", "if ", "`",
    "a ", "-a ", "a=b ", "find -name *.", "rm -rf /", "sed -n s/a/b/;", "jq .[", "awk {", "((", "<<E\n", "\\", "~/",
    "git -c a=b ", "kubectl get -o ", "echo 'a' ", "${a", "a;", "!", "[[ ", "case a in ", "é", "* ", "/a/.." , "|&",
    "bash -c ", "eval ", "env A=b ", "find -exec ", "timeout 1 ",
)  # fmt: skip


def figures(quick: bool) -> Iterator[Figure]:
    """Exceptions on random and damaged input; in full also the time that the longest texts take."""
    count = 2_000 if quick else 100_000
    failed = sum(map(_fails, _damaged(count)))
    yield Figure("exceptions on random and damaged input", "0", f"{failed} of {count:,}", failed == 0)
    if not quick:
        yield _time_for_hostile_texts()


def _damaged(count: int) -> Iterator[str]:
    chance = random.Random(7)
    for text in fuzz.texts(count, seed=7):
        yield text[: chance.randint(0, len(text))] + chance.choice(fuzz.PIECES) * chance.randint(1, 3)


def _fails(text: str) -> bool:
    """Whether judging raises, without the net that turns every exception into a question."""
    try:
        rule_on(text, Ground(PLACE, (PLACE.folder,)))
    except TooIntricate:
        return False
    except Exception:  # noqa: BLE001 - any exception is what is being counted
        return True
    return False


def _time_for_hostile_texts() -> Figure:
    times = sorted(map(_milliseconds, _hostile()))
    measured = f"median {statistics.median(times):.1f} ms, longest {times[-1]:.1f} ms of {len(times)} texts"
    return Figure(
        f"time to judge hostile input of {LONGEST:,} bytes", f"≤ {SLOWEST:.0f} ms", measured, times[-1] <= SLOWEST
    )


def _hostile() -> Iterator[str]:
    """Texts of full length: one piece over and over, two in turn, and random ones."""
    chance = random.Random(3)
    yield from (piece * (LONGEST // len(piece.encode())) for piece in PIECES)
    for _ in range(200):
        piece = "".join(chance.choices(PIECES, k=chance.randint(2, 5)))
        yield piece * (LONGEST // len(piece.encode()))
    for _ in range(100):
        yield "".join(chance.choices((*PIECES, *fuzz.PIECES), k=LONGEST))[: LONGEST // 3]


def _milliseconds(text: str) -> float:
    """The best of three, so that another program's turn on the processor is not counted."""
    best = float("inf")
    for _ in range(3):
        started = time.thread_time()
        classify_command(text, PLACE)
        best = min(best, time.thread_time() - started)
    return best * 1000
