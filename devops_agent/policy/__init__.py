"""How risky is a call? Pure functions over tables: text in, `Verdict` out, nothing touched.

`classify` judges a call of any tool, `classify_command` a command line. What was classified is what runs: a READ
carries the canonical text, quoted word by word, and only that may run unasked.
"""

from devops_agent.events import Call, Verdict
from devops_agent.policy.effort import TooIntricate
from devops_agent.policy.files import FILE_TOOLS
from devops_agent.policy.judge import Ruling, rule_on
from devops_agent.policy.judgement import Judgement, change, destroy
from devops_agent.policy.paths import Ground
from devops_agent.policy.place import Place

__all__ = ["Place", "classify", "classify_command", "explain_command"]


def classify(call: Call, place: Place) -> Verdict:
    """What a call of any tool may do at this place; unknown tools change something."""
    if call.tool == "bash":
        command = call.arguments.get("command")
        return classify_command(command, place) if isinstance(command, str) else _verdict(change("has no command"))
    judge = FILE_TOOLS.get(call.tool)
    if judge is None:
        return _verdict(change(f"{call.tool} is not a known tool"))
    return _verdict(judge(call, _ground(place)))


def classify_command(command: str, place: Place) -> Verdict:
    """What a command line may do at this place."""
    ruling = explain_command(command, place)
    return _verdict(ruling.judgement, ruling.canonical)


def explain_command(command: str, place: Place) -> Ruling:
    """The ruling on a command line, with the judgement of each of its parts."""
    try:
        return rule_on(command, _ground(place))
    except TooIntricate:
        return Ruling(destroy("is too long and intricate to be judged; split it, or write a script and run that"))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here must end in a question, never in a run
        return Ruling(change(f"could not be understood ({type(error).__name__})"))


def _ground(place: Place) -> Ground:
    return Ground(place, (place.folder,))


def _verdict(judgement: Judgement, canonical: str = "") -> Verdict:
    return Verdict(judgement.risk, judgement.tags, judgement.reasons, canonical, judgement.rule)
