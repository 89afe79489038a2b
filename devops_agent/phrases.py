"""What a task asks for and what an answer claims, read from its words. Pure, and deliberately coarse.

English only. Whatever is not recognised counts as a question about the user's own systems, which needs evidence.
"""

import re

from devops_agent.common_words import is_about_terms, is_small_talk


def _words(text: str) -> str:
    """Alternatives of a regular expression, written as words; `_` stands for a blank."""
    return "(?:" + "|".join(word.replace("_", " ") for word in text.split()) + ")"


_GREETINGS = _words(
    "hi hello hey hola hallo howdy yo bonjour salut ciao moin servus guten_tag good_morning good_afternoon "
    "good_evening good_day thanks thank_you thx cheers bye goodbye ok okay cool great nice how_are_you who_are_you "
    "what_are_you what_can_you_do help help_me ping test"
)
_ADDRESSED = _words("there everyone all agent again so_much very_much a_lot please")
_POLITE = r"\W*(?:please )?(?:can you |could you |would you )?(?:tell me )?"
_OWN = r"\b(?:my|our|this|these|here)\b"
_POINTING = _words(
    "my the our this that these wrong running using on in inside going happening up down listening eating taking "
    "broken dead mounted scheduled deployed exposed failing logging new left there with"
)
_SUBJECTS = _words("i you we one a an people kubernetes docker k8s helm compose containers pods")
_ASPECTS = _words("difference differences purpose meaning point use advantage advantages benefit benefits concept")
_CHANGES = _words(
    "scale restart start stop delete remove create deploy apply install upgrade update write kill drain cordon fix "
    "repair rollback roll_back rename move copy add edit enable disable prune clean push tag patch expose save"
)
_DONE = (
    "scaled restarted started stopped deleted removed created deployed applied installed upgraded updated written "
    "wrote killed drained cordoned fixed repaired rolled_back renamed moved changed edited enabled disabled pruned "
    "pushed patched saved"
)
_STATES = _words("containers pods images services jobs deployments volumes by at on in with for since version replicas")
_OPENINGS = "please can_you could_you now then go_and i_want_you_to i_need_you_to let's"

_GREETING = re.compile(rf"\W*{_GREETINGS}(?: {_ADDRESSED})*\W*", re.IGNORECASE)
_LEARNING = (
    r"(?:in general,? |remind me (?:of )?|teach me |show me |i (?:forgot|don't know|would like to learn) |is there |"
    r"what(?:'s| is) |explain )?(?:an? |the )?(?:usual |right |easiest |best )?"
)
_HOW_TO = re.compile(
    rf"{_POLITE}{_LEARNING}(?:how to|(?:command|way|syntax) to|how (?:do|does|can|could|would|should) {_SUBJECTS}"
    rf"|what (?:do|would|should) {_SUBJECTS} (?:type|run|use) to)\b(?!.*{_OWN})",
    re.IGNORECASE,
)
_KNOWLEDGE = re.compile(
    rf"{_POLITE}(?:"
    rf"what(?:'s| is| are)(?: the)? {_ASPECTS}\b"
    rf"|what(?:'s| is| are) (?:an? )?(?!{_POINTING}\b|\w+ing \w)[\w./-]+"
    r"(?: (?!(?:in|on|into|of|to|up|\d+|\w+ing)\b)[\w./-]+)?\W*$"
    r"|what(?:'s| is) [\d\s.()+*/^%-]+\W*$"
    r"|what does [\w./ -]+ (?:mean|stand for|do)\b"
    rf"|(?:what|which) [\w -]+ by default\b"
    r"|(?:what|which) (?:docker |kubectl |helm |git |shell )?(?:command|flag|option)\b"
    rf"|(?:why|when) (?:would|should|do|does) {_SUBJECTS}\b"
    r"|(?:write|give|show)(?: me)? (?:an? )?(?:example|one-line\w*)\b"
    r"|define\b|difference between\b)",
    re.IGNORECASE,
)
_LIVE = re.compile(
    rf"{_OWN}|\b{_words('now currently current running restarting crashing crashed failing failed installed')}\b"
    rf"|\b{_words('status list show count many version set_to usage uptime')}\b",
    re.IGNORECASE,
)
_CHANGE_TASK = re.compile(rf"\W*(?:{_words(_OPENINGS)} )*{_CHANGES}\b", re.IGNORECASE)
_REQUEST = re.compile(r"\W*(?:please )?(?:can|could|would|will) you\b", re.IGNORECASE)
_CLAIM = re.compile(
    rf"\b{_words(_DONE + ' copied cleaned tagged built exposed done completed success successful successfully')}\b"
    r"|\b(?:is|are) now\b",
    re.IGNORECASE,
)
_SELF_CLAIM = re.compile(
    rf"\bI(?:'ve|’ve| have)? (?:just |now |also |already |successfully )?{_words(_DONE)}\b", re.IGNORECASE
)
_BARE_CLAIM = re.compile(
    rf"(?:^|[.!]\s+)(?:Successfully {_words(_DONE)}|{_words(_DONE.title())})\b(?! {_STATES}\b)(?!.*\bago\b)(?:\W+\w+)?"
)
_ADMISSION = re.compile(
    r"\b(?:no|not|none|nothing|never|without|cannot|unable|fail\w*|errors?|denied|refused?|rejected|declined|missing|"
    r"unknown|invalid|unavailable|unreachable|timed out|time limit|exit code|already|forbidden|empty|down|dead|closed|"
    r"inactive|stopped|differ\w*|zero|0|interrupted|killed)\b|n['’]t\b",
    re.IGNORECASE,
)


def needs_evidence(task: str) -> bool:
    """Whether a task asks about, or for a change to, the user's own systems."""
    task = task.strip()
    sentences = [part for part in re.split(r"[,.!?]+", task) if part.strip()]
    if (sentences and all(map(_GREETING.fullmatch, sentences))) or _HOW_TO.match(task):
        return False
    if not asks_for_change(task) and (is_small_talk(task) or is_about_terms(task)):
        return False
    return not _KNOWLEDGE.match(task) or bool(_LIVE.search(task))


def asks_for_change(task: str) -> bool:
    """Whether a task is an order to change something."""
    is_question = task.rstrip().endswith("?") and not _REQUEST.match(task)
    return bool(_CHANGE_TASK.match(task)) and not is_question


def claims_own_change(answer: str, shown: str = "") -> bool:
    """Whether an answer says that the speaker changed something, and does not just quote what was `shown`."""
    if _SELF_CLAIM.search(answer):
        return True
    return any(claim[0].lstrip(".! \n") not in shown for claim in _BARE_CLAIM.finditer(answer))


def claims_change(answer: str) -> bool:
    """Whether an answer reads as if what was ordered had been done."""
    return bool(_CLAIM.search(answer))


def admits_failure(answer: str) -> bool:
    """Whether an answer says that something failed, is missing, or was not done."""
    return bool(_ADMISSION.search(answer))
