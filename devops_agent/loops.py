"""Notices a model that does the same thing again. Pure, but for what it remembers."""

import json
from dataclasses import dataclass
from typing import Literal

from devops_agent.events import Call, ToolResult, Verdict

Advice = Literal["run", "replay", "compare", "refuse", "end"]

REFUSE_AFTER = 2
END_AFTER = 4


def fingerprint(call: Call) -> str:
    """The same text for the same call, whatever the order of its arguments."""
    return json.dumps([call.tool, call.arguments], sort_keys=True)


@dataclass
class _Seen:
    step: int
    result: ToolResult
    changes_before: int
    unchanged: int = 0


class LoopGuard:
    """Remembers each call's last result within one task.

    A read may be repeated (polling): it is run again and `compare`d. A call that changes something is run again only
    when another change came in between; else it is answered from the first time (`replay`).
    """

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self._changes = 0

    def advise(self, call: Call, verdict: Verdict) -> Advice:
        seen = self._seen.get(fingerprint(call))
        if seen is None or seen.changes_before < self._changes:
            return "run"
        if seen.unchanged >= END_AFTER - 1:
            return "end"
        if seen.unchanged >= REFUSE_AFTER - 1:
            return "refuse"
        return "compare" if verdict.risk == "READ" else "replay"

    def first(self, call: Call) -> tuple[int, ToolResult]:
        """The step and result of the equal call before."""
        seen = self._seen[fingerprint(call)]
        return seen.step, seen.result

    def repeated(self, call: Call) -> None:
        """The call came again and brought nothing new."""
        self._seen[fingerprint(call)].unchanged += 1

    def ran(self, step: int, call: Call, verdict: Verdict, result: ToolResult) -> bool:
        """Record a call that was run; False when it gave what it gave before."""
        key = fingerprint(call)
        seen = self._seen.get(key)
        if seen and seen.changes_before == self._changes and seen.result.text == result.text:
            seen.unchanged += 1
            return False
        if verdict.risk != "READ":
            self._changes += 1
        self._seen[key] = _Seen(step, result, self._changes)
        return True
