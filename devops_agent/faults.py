"""How often a model may get the same thing wrong before the run ends. Pure."""

from collections import Counter

from devops_agent.backends.toolcalls import Fault

RETRIES = {
    "cut": 2,
    "length": 2,
    "json": 3,
    "arguments": 3,
    "unknown_tool": 2,
    "two_calls": 2,
    "no_call": 1,
    "empty": 1,
    "token_loop": 1,
    "template_token": 2,
    "unsupported": 1,
}
GARBLED = frozenset({"json", "arguments", "two_calls", "cut", "template_token"})
CONSTRAIN_AFTER = 2
WARMER_BY = 0.2


class FaultBudget:
    """Counts the faults since the last usable reply, and says when it is enough."""

    def __init__(self) -> None:
        self._since_success: Counter[str] = Counter()

    def record(self, fault: Fault) -> bool:
        """Count one fault; False when its budget is spent."""
        self._since_success[fault.kind] += 1
        return self._since_success[fault.kind] <= RETRIES[fault.kind] and self.total <= max(RETRIES.values())

    def spent(self, kind: str) -> bool:
        """Whether the next fault of this kind would be one too many."""
        return self._since_success[kind] >= RETRIES[kind]

    def succeed(self) -> None:
        self._since_success.clear()

    @property
    def total(self) -> int:
        return sum(self._since_success.values())

    @property
    def garbled_twice(self) -> bool:
        """Whether the next reply should be made under a grammar."""
        return sum(self._since_success[kind] for kind in GARBLED) >= CONSTRAIN_AFTER
