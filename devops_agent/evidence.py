"""Does the answer rest on what was really run? Pure.

`check_answer` looks for the four ways in which small models claim what they never saw.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from devops_agent.events import Call, Risk, ToolResult


@dataclass(frozen=True)
class Step:
    """One call that was executed: its number in the conversation, what it was, and what came back."""

    number: int
    call: Call
    risk: Risk
    result: ToolResult


@dataclass(frozen=True)
class Finding:
    """What the answer rests on, and what is wrong with it ("" when nothing is)."""

    evidence: tuple[int, ...]
    problem: str = ""
    feedback: str = ""


GREETING = re.compile(
    r"\W*(?:hi|hello|hey|hola|hallo|howdy|yo|good (?:morning|afternoon|evening|day)|thanks?(?: you| a lot)?|thx|cheers|"
    r"bye|goodbye|ok(?:ay)?|cool|great|nice|how are you|who are you|what are you|what can you do|help|help me|ping|test)"
    r"(?: there| everyone| all| agent| again| so much| very much| please)?\W*",
    re.IGNORECASE,
)
KNOWLEDGE = re.compile(
    r"\W*(?:please )?(?:can you |could you )?(?:tell me )?(?:"
    r"what(?:'s| is| are| does)(?: the)? (?:an? |the )?(?:difference|purpose|meaning|point|use|advantage|benefit|concept)|"
    r"what(?:'s| is| are) (?:an? )?(?!my\b|the\b|our\b|this\b|that\b|these\b|wrong\b|running\b|using\b|on\b|in\b|going\b|happening\b|up\b|listening\b)"
    r"[\w./-]+(?: [\w./-]+){0,3}\?*$|"
    r"what does [\w./ -]+ (?:mean|stand for|do)\b|"
    r"explain\b(?!.*\b(?:my|our|this|why|logs?|output|error|here)\b)|define\b|describe the concept|"
    r"(?:why|when) (?:would|should|do|does) (?:i|you|we|one|people|an?|kubernetes|docker)\b|"
    r"is (?:docker|kubernetes|helm|podman|k8s) (?:better|free|open|a|an)\b|difference between"
    r")",
    re.IGNORECASE,
)
HOW_TO = re.compile(
    r"\W*(?:please )?(?:can you |could you )?(?:tell me |explain )?how "
    r"(?:to|(?:do|does|can|would|should) (?:i|you|we|one|an?|the|it|kubernetes|docker|k8s|helm|compose|containers?|pods?))\b"
    r"(?!.*\b(?:my|our|this|here)\b)",
    re.IGNORECASE,
)
LIVE_WORDS = re.compile(
    r"\b(?:my|our|this|these|here|now|currently|current|running|restarting|crash(?:ing|ed|es)?|failing|failed|installed|"
    r"status|list|show|count|many|which|version|set to)\b",
    re.IGNORECASE,
)
CHANGE_TASK = re.compile(
    r"\W*(?:please |can you |could you |now |then |go and |i want you to |i need you to |let's )*"
    r"(?:scale|restart|start|stop|delete|remove|create|deploy|apply|install|upgrade|update|write|kill|drain|cordon|roll ?back|"
    r"rename|move|copy|set|add|change|edit|enable|disable|prune|clean|push|tag|build|run|patch|expose|bring|put|make|save)\b",
    re.IGNORECASE,
)
CLAIM = re.compile(
    r"\b(?:scaled|restarted|started|stopped|deleted|removed|created|deployed|applied|installed|upgraded|updated|written|wrote|"
    r"killed|drained|cordoned|rolled back|renamed|moved|copied|changed|edited|enabled|disabled|pruned|cleaned|pushed|tagged|"
    r"built|patched|exposed|saved|done|completed|success(?:ful|fully)?|is now|are now)\b",
    re.IGNORECASE,
)
OWN_CLAIM = re.compile(
    r"\b(?:I(?:'ve| have)?|successfully|has been successfully|have been successfully)\s+(?:just |now |also |already )?"
    r"(?:scaled|restarted|started|stopped|deleted|removed|created|deployed|applied|installed|upgraded|updated|written|wrote|"
    r"killed|drained|rolled back|renamed|moved|changed|edited|enabled|disabled|pruned|pushed|patched|saved)\b",
    re.IGNORECASE,
)
ADMISSION = re.compile(
    r"\b(?:no|not|none|nothing|never|without|cannot|unable|fail(?:s|ed|ure|ing)?|error|errors|denied|refused?|rejected|declined|"
    r"missing|unknown|invalid|unavailable|unreachable|timed out|time limit|exit code|already|forbidden|empty|down|dead|"
    r"interrupted|stopped after|killed)\b|n't\b|n’t\b",
    re.IGNORECASE,
)
MADE_NAME = re.compile(
    r"\b(?:\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9]+(?:-[a-z0-9]+)*-[a-f0-9]{8,10}-[a-z0-9]{5}|sha256:[a-f0-9]{12,64}|"
    r"(?=[a-f]*\d)(?=\d*[a-f])[a-f0-9]{12}(?:[a-f0-9]{52})?)\b"
)


def needs_evidence(task: str) -> bool:
    """Whether a task asks about, or for a change to, the user's own systems."""
    if GREETING.fullmatch(task.strip()) or HOW_TO.match(task):
        return False
    return not KNOWLEDGE.match(task.strip()) or bool(LIVE_WORDS.search(task))


def check_answer(answer: str, *, task: str, steps: Sequence[Step], earlier: Sequence[Step] = (), context: str = "") -> Finding:
    """Judge an answer to `task` by the `steps` of this task, the `earlier` ones of the conversation, and given `context`."""
    used = _drawn_on(answer, [*earlier, *steps])
    problem = (
        _nothing_ran(answer, task, steps, earlier, context)
        or _hidden_failure(answer, steps)
        or _claimed_change(answer, task, steps)
        or _made_up_name(answer, task + context, [*earlier, *steps])
    )
    return Finding(used, *problem) if problem else Finding(used)


def _nothing_ran(
    answer: str, task: str, steps: Sequence[Step], earlier: Sequence[Step], context: str
) -> tuple[str, str] | None:
    if steps:
        return None
    claims = OWN_CLAIM.search(answer)
    if claims or (needs_evidence(task) and not context and (not earlier or CHANGE_TASK.match(task))):
        return (
            "nothing was run",
            "You answered, but nothing was run, so the answer rests on nothing. Call a tool that shows or does what was asked.",
        )
    return None


def _hidden_failure(answer: str, steps: Sequence[Step]) -> tuple[str, str] | None:
    if not steps or steps[-1].result.ok or ADMISSION.search(answer):
        return None
    return (
        f"step {steps[-1].number} failed and the answer does not say so",
        "Your last call failed, but your answer does not say so. Try another way, or say in final_answer what failed.",
    )


def _claimed_change(answer: str, task: str, steps: Sequence[Step]) -> tuple[str, str] | None:
    changed = any(step.risk != "READ" and step.result.ok for step in steps)
    claimed = OWN_CLAIM.search(answer) or (CHANGE_TASK.match(task) and CLAIM.search(answer))
    if changed or not claimed or ADMISSION.search(answer):
        return None
    return (
        "the answer claims a change, but no call changed anything",
        "Your answer claims a change, but no call changed anything. Make the change with a tool, or say that it was not made.",
    )


def _made_up_name(answer: str, given: str, steps: Sequence[Step]) -> tuple[str, str] | None:
    seen = given + "\n" + "\n".join(step.result.text + str(step.call.arguments) for step in steps)
    invented = next((name[0] for name in MADE_NAME.finditer(answer) if name[0] not in seen), None)
    if invented is None:
        return None
    return (
        f"{invented!r} stands in the answer but in no output",
        f"{invented!r} stands in your answer but in no output. Answer only with what the tools showed.",
    )


def _drawn_on(answer: str, steps: Sequence[Step]) -> tuple[int, ...]:
    """The steps whose output shares a telling word with the answer; all of them when none does."""
    words = {word for word in re.findall(r"[\w./:-]{4,}", answer)}
    telling = [step.number for step in steps if any(word in step.result.text for word in words)]
    return tuple(telling or [step.number for step in steps])
