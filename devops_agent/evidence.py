"""Does the answer rest on what was really run? Pure.

`check_answer` looks for the five ways in which small models claim what they never saw.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from os.path import commonprefix

from devops_agent.events import Call, Risk, ToolResult
from devops_agent.phrases import admits_failure, asks_for_change, claims_change, claims_own_change, needs_evidence


@dataclass(frozen=True)
class Step:
    """One call that was executed: its number in the conversation, what it was, and what came back."""

    number: int
    call: Call
    risk: Risk
    result: ToolResult


@dataclass(frozen=True)
class Given:
    """What an answer can rest on: the task, the text that came with it, the task's own steps and those before it."""

    task: str
    context: str = ""
    steps: Sequence[Step] = ()
    earlier: Sequence[Step] = ()
    refused: bool = False

    @property
    def all_steps(self) -> list[Step]:
        return [*self.earlier, *self.steps]


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer: in a clause for the user, and in an instruction for the model."""

    clause: str
    feedback: str


_MADE_NAME = re.compile(
    r"\b(?:\d{1,3}(?:\.\d{1,3}){3}"  # IPv4 address
    r"|[a-z0-9]+(?:-[a-z0-9]+)*-[a-f0-9]{8,10}-[a-z0-9]{5}"  # pod of a deployment
    r"|(?=[a-f]*\d)(?=\d*[a-f])[a-f0-9]{12}(?:[a-f0-9]{52})?)\b"  # container or image id
)
_WRITTEN_NAME = re.compile(
    r"(?<![\w./-])(?:[A-Za-z0-9-]+(?:_[A-Za-z0-9-]+)+(?:\.\w+)?"  # variable, or a name that Docker makes up
    r"|[\w-]+\.(?:conf|csv|db|env|ini|json|lock|log|md|py|service|sh|sql|tar|toml|txt|ya?ml|zip)"  # file or unit
    r"|\d{5,})(?![\w/-]|\.\w)"
)
"""What may be said of its own accord in advice, but not as a fact."""
_ADVICE = re.compile(
    r"\b(?:can|could|should|would|may|might|try|use|set|check|run|edit|add|create|see|e\.g|example|if)\b", re.I
)
_QUOTED = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n")
_NAME = re.compile(r"(?<![\w./-])(?=[\w.-]*[a-z][\w.-]*[a-z])[a-z0-9]+(?:[-_.]+[a-z0-9]+)+(?![\w/-])")
"""A name of several parts."""
_SHOWN_NAME = re.compile(r"[a-z0-9]+(?:[-_.]+[a-z0-9]+)+")
MOST_MISWRITTEN = 4
"""Letters in which a name and a miswritten one differ, counted in both."""
_CAUSES = {
    re.compile(claim, re.I): re.compile(sign, re.I)
    for claim, sign in {
        r"\b(?:OOM-?killed|out of memory|killed)\b": r"\b(?:137|143)\b|kill|memory|oom|signal|terminated by",
        r"\bdisk (?:is|was|got|became) full\b|\bno space left\b": r"no space|quota|\b(?:9\d|100) ?%",
        r"\btimed out\b": r"time.?out|timed|deadline",
        r"\bconnection (?:is|was) refused\b": r"refused",
    }.items()
}
"""What is said of a cause -> a sign of it, one of which the output must hold."""
_RULED_OUT = re.compile(r"oom\w*\W{1,3}false", re.I)
_DENIAL = re.compile(r"\b(?:not?|never|nothing|without)\b|n't\b", re.I)
_OF = re.compile(r"(?<![\w./-])\d{1,4}(?P<all>/\d{1,4})(?![\w/-]|\.\d)")
"""So many of so many, as in a column READY."""
_WORD = re.compile(r"[\w./:-]*\w")
_VALUE = re.compile(r"(?<![\w.])(?:/[\w./-]{2,}|\d[\w.]*%?)")
_TRAILER = re.compile(r"^\[.*\]$", re.MULTILINE)
_EVERYWHERE = re.compile(r"127\.|0\.0\.0\.0|255\.")
_COMMON = frozenset(
    """also and are been both containers container code does each exit file files following for free from has have here
    image images into name names node nodes none only other pods pod port running service services show shows status
    than that the their them there these they this total used using value was were which with your""".split()
)


def check_answer(answer: str, given: Given) -> Problem | None:
    """What keeps an answer from being believed, or None."""
    checks = (_nothing_ran, _hidden_failure, _claimed_change, _made_up_name, _made_up_cause)
    return next((problem for check in checks if (problem := check(answer, given))), None)


def evidence(answer: str, given: Given) -> tuple[int, ...]:
    """The numbers of the steps an answer draws on: the changes of its task, and what shares a telling word with it.

    Where there is neither, all steps of the task.
    """
    words = _telling_words(answer)
    changes = {step.number for step in given.steps if step.risk != "READ"}
    telling = {step.number for step in given.all_steps if words & _telling_words(_output(step))}
    return tuple(sorted(changes | telling)) or tuple(step.number for step in given.steps)


def _nothing_ran(answer: str, given: Given) -> Problem | None:
    if given.steps or (given.refused and admits_failure(answer)):
        return None
    if not claims_own_change(answer) and (not needs_evidence(given.task) or _rests_on_what_was_known(answer, given)):
        return None
    return Problem(
        "nothing was run",
        "You answered, but nothing was run, so the answer rests on nothing. "
        "Call a tool that shows or does what was asked.",
    )


def _rests_on_what_was_known(answer: str, given: Given) -> bool:
    """Whether the text that came with the task, or earlier output, can carry an answer without a call of its own."""
    earlier = "\n".join(f"step {step.number} {step.call.arguments}\n{_output(step)}" for step in given.earlier)
    known = "\n".join([given.task, given.context, earlier])
    if not all(value.rstrip(".") in known for value in _VALUE.findall(answer)):
        return False
    if given.context.strip():
        return True
    return not asks_for_change(given.task) and bool(_telling_words(answer) & _telling_words(earlier))


def _telling_words(text: str) -> set[str]:
    """The words of a text that are not in every text: whole, and the parts of names."""
    words = {word.lower() for word in _WORD.findall(text)}
    parts = {part for word in words for part in re.split(r"[-./:]", word)}
    return {word for word in words | parts if len(word) > 2} - _COMMON


def _output(step: Step) -> str:
    """What a step printed, without the words of the tool itself."""
    return _TRAILER.sub("", step.result.text)


def _hidden_failure(answer: str, given: Given) -> Problem | None:
    if not given.steps or _says_no(given.steps[-1]) or given.steps[-1].result.ok or admits_failure(answer):
        return None
    return Problem(
        f"step {given.steps[-1].number} failed and the answer does not say so",
        "Your last call failed, but your answer does not say so. Try another way, or say in final_answer what failed.",
    )


def _says_no(step: Step) -> bool:
    """A look that ended with 1 or 3 and complained of nothing: nothing matched, files differ, a unit is inactive."""
    return step.risk == "READ" and step.result.exit_code in (1, 3) and "[stderr]" not in step.result.text


def _claimed_change(answer: str, given: Given) -> Problem | None:
    changed = any(step.risk != "READ" and step.result.ok for step in given.steps)
    ordered = asks_for_change(given.task) and claims_change(answer) and not admits_failure(answer)
    shown = "\n".join(map(_output, given.all_steps))
    if changed or not (claims_own_change(answer, shown) or ordered):
        return None
    return Problem(
        "the answer claims a change, but no call changed anything",
        "Your answer claims a change, but no call changed anything. "
        "Make the change with a tool, or say that it was not made.",
    )


def _made_up_name(answer: str, given: Given) -> Problem | None:
    shown = [step.result.text + str(step.call.arguments) for step in given.all_steps]
    seen = "\n".join([given.task, given.context, *shown])
    names = (name[0] for name in _MADE_NAME.finditer(answer) if not _EVERYWHERE.match(name[0]))
    told = [*names, *_names_in_facts(answer), *_other_parts(answer, seen), *_garbled_names(answer, seen)]
    invented = next((name for name in told if name not in seen), None)
    if invented is None:
        return None
    return Problem(
        f"{invented!r} stands in the answer but in no output",
        f"{invented!r} stands in your answer but in no output. Answer only with what the tools showed.",
    )


def _made_up_cause(answer: str, given: Given) -> Problem | None:
    """A cause that is stated although no output, and nothing that was done, has a sign of it."""
    if not given.steps:
        return None
    done = [str(step.call.arguments) for step in given.all_steps if step.risk != "READ"]
    seen = _RULED_OUT.sub("", "\n".join([given.task, given.context, *done, *map(_output, given.all_steps)]))
    facts = [text for text in _facts(answer) if not _DENIAL.search(text)]
    claims = ((claim.search(fact), sign) for fact in facts for claim, sign in _CAUSES.items())
    invented = next((claim[0] for claim, sign in claims if claim and not sign.search(seen)), None)
    if invented is None:
        return None
    return Problem(
        f"{invented!r} is claimed, but no output shows it",
        f"You say {invented!r}, but no output shows it. Answer only with what the tools showed.",
    )


def _names_in_facts(answer: str) -> list[str]:
    """Names and long numbers that an answer states, not those that it advises to look at or to use."""
    return [name[0] for fact in _facts(_QUOTED.sub(" ", answer)) for name in _WRITTEN_NAME.finditer(fact)]


def _facts(text: str) -> list[str]:
    """The sentences that state something, not those that advise."""
    return [sentence for sentence in _SENTENCE.split(text) if not _ADVICE.search(sentence)]


def stated_names(text: str) -> list[str]:
    """The names of several parts in a text, in lower case there and not in backticks."""
    return _NAME.findall(_QUOTED.sub(" ", text))


def _garbled_names(answer: str, seen: str) -> list[str]:
    """Names of an answer that nearly are ones in the output, as a small model copies them."""
    seen = seen.lower()
    known: dict[tuple[str, int], set[str]] = defaultdict(set)
    for name in _SHOWN_NAME.findall(seen):
        known[name[0], len(name)].add(name)
    unknown = {name for name in stated_names(answer.lower()) if name not in seen}
    alike = {name: [one for by in (-1, 0, 1) for one in known[name[0], len(name) + by]] for name in unknown}
    return [name for name, others in alike.items() if any(_miswrites(name, other) for other in others)]


def _miswrites(name: str, other: str) -> bool:
    """Whether two names differ in one or two letters in their midst: not by a number, an ending or a cut."""
    start = len(commonprefix([name, other]))
    end = min(len(commonprefix([name[::-1], other[::-1]])), len(name) - start, len(other) - start)
    differing = name[start : len(name) - end] + other[start : len(other) - end]
    return end > 0 and differing.isalpha() and len(differing) <= MOST_MISWRITTEN


def _other_parts(answer: str, seen: str) -> list[str]:
    """Every `3/3` of an answer where the output has parts of the same whole; a part of another one may be computed."""
    wholes = {shown["all"] for shown in _OF.finditer(seen)}
    return [part[0] for part in _OF.finditer(answer) if part["all"] in wholes]
