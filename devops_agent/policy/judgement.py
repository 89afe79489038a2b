"""The judgement of one command, and how several become one: the worst wins, every reason is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from devops_agent.events import Risk
from devops_agent.policy.words import Word

RISKS: tuple[Risk, ...] = ("READ", "CHANGE", "DESTROY", "FORBID")


@dataclass(frozen=True)
class Judgement:
    """A risk with its reasons (one clause each), tags and deciding row; `words` replace the command's own if given."""

    risk: Risk
    reasons: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    rule: str = ""
    words: tuple[Word, ...] = ()

    def at_least(self, risk: Risk) -> "Judgement":
        """The same judgement, raised to `risk` if it was below."""
        return self if RISKS.index(self.risk) >= RISKS.index(risk) else replace(self, risk=risk, words=())

    def by(self, rule: str) -> "Judgement":
        """The same judgement with `rule` as its deciding row, unless it names one already."""
        return self if self.rule else replace(self, rule=rule)


def read(rule: str = "") -> Judgement:
    """Changes nothing, shows no secret."""
    return Judgement("READ", rule=rule)


def change(reason: str, *tags: str) -> Judgement:
    """Changes something, or is not understood."""
    return Judgement("CHANGE", (reason,), frozenset(tags))


def destroy(reason: str, *tags: str) -> Judgement:
    """Hard or impossible to undo."""
    return Judgement("DESTROY", (reason,), frozenset(tags))


def forbid(reason: str) -> Judgement:
    """Refused, whatever the user says."""
    return Judgement("FORBID", (reason,))


def sensitive(reason: str) -> Judgement:
    """Would show a secret."""
    return change(reason, "SENSITIVE")


def worst(judgements: Iterable[Judgement]) -> Judgement:
    """One judgement for all: the highest risk, every tag, the reasons from the worst to the mildest."""
    ordered = sorted(judgements, key=lambda judgement: -RISKS.index(judgement.risk))
    if not ordered:
        return read()
    reasons = dict.fromkeys(reason for judgement in ordered for reason in judgement.reasons)
    tags = frozenset().union(*(judgement.tags for judgement in ordered))
    return Judgement(ordered[0].risk, tuple(reasons), tags, ordered[0].rule)
