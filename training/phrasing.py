"""How people put a request: templates with alternatives, then the manners and slips of typing.

In a template `(a|b)` is one of both, `[a]` may be left out, `{name}` is a slot.
"""

import random
import re
from collections.abc import Mapping

INNERMOST = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")
SLOT = re.compile(r"(\{\w+\})")
QUESTION = re.compile(
    r"(?:what|which|why|who|where|when|how|is|are|do|does|did|can|could|will|would|has|have|any|anything)\b",
    re.IGNORECASE,
)
ORDER = re.compile(
    r"(?:list|show|get|give|display|print|tell|find|check|describe|run|start|stop|restart|scale|delete|remove|create|"
    r"make|write|read|add|set|change|update|install|upgrade|roll|apply|deploy|look|count|fetch|pull|kill|enable|"
    r"disable|copy|move|rename|commit|switch|save|put|search|tail|inspect|debug|diagnose|figure|investigate|explain|"
    r"bring|clean|prune|drain|cordon|uncordon|expose|build|tag|push|pause|resume|rerun|open|summarize|verify)\b"
)

CONTEXT_SHARE = 0.1


def templates(text: str) -> list[str]:
    """The templates in a text, one a line."""
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


OPENINGS = (
    *("please ",) * 4,
    *("can you ",) * 4,
    "could you ",
    "could you please ",
    "pls ",
    "plz ",
    "hey, ",
    "hi, ",
    "hello, ",
    "i want to ",
    "i need to ",
    "i'd like to ",
    "would you ",
    "now ",
    "quickly ",
    "ok, ",
    "just ",
    "go ahead and ",
    "let's ",
    "help me ",
    "can u ",
)
BEFORE_QUESTIONS = (
    "hey, ",
    "hi, ",
    "quick question: ",
    "um, ",
    "tell me, ",
    "so ",
    "ok ",
    "do you know ",
    "hello! ",
    "",
)
CLOSINGS = (" please", " for me", " now", " thanks", ".", ".", " asap", " pls", "!", " right now", ", thanks", " thx")
AFTER_QUESTIONS = ("?", "?", "?", "??", "", " now?", " please", " right now?", "? thanks")
CONTEXTS = templates(
    """
    i'm (on call|new here|in a hurry|not a docker person|still learning this),
    before (standup|the demo|the meeting|i go home|we deploy|lunch):
    (users|customers|people|the testers|support) (complain|are complaining|keep writing|are angry).
    (my boss|the team|somebody|a colleague|qa|support) (asks|wants to know|asked me):
    (weird one|quick one|small thing|next thing|another one|one more thing|sanity check|question|first|stupid question):
    something is (off|odd|wrong|fishy) (here|today|again|since this morning).
    (sorry|ok so|alright|well|hmm|right|yo|good morning|hey team|ugh|oh no),
    (after|since) (the upgrade|the deploy|last night|the outage) (things are odd|i am not sure|nothing is sure).
    for (the report|my notes|the ticket|the audit|the postmortem|a colleague):
    we (ship|release|go live|demo) (today|tomorrow|in an hour|soon).
    i (forgot|do not remember|never know|have no idea).
    as (discussed|agreed|planned|promised|i said),
    if you (can|have a minute|don't mind|are free),
    (it's late|it's friday|i am tired|no time),
    (as always|same as yesterday|same again|once more|this time),
    """
)
"""What people say before the request itself."""
REASONS = templates(
    """
    (because|since|as) (we ship today|the demo is soon|my boss asked|users complain|i need it|it is urgent)
    so (i can|we can) (sleep|go home|go on|continue|deploy|release|test it)
    before (the demo|standup|lunch|we release|it gets worse|anyone notices)
    , (it's|this is) (urgent|for the demo|for the ticket|for the audit|for the report|important)
    , (users|customers|people) (complain|are waiting|are angry|noticed)
    , (no rush|take your time|be quick|you know the drill|as usual|like last time|if possible)
    , i (need it for the report|have a meeting|am on call|forgot|have no clue|am in a hurry)
    - (any idea|anyone|asking for a friend|please and thank you|sorry|help)
    (on my side|over here|on my end|in this mess|by the way|for the record|once and for all|as soon as you can)
    , (ok|alright|right|would you|will you|yeah)
    """
)
"""What people say after it."""
SLIPS = {
    "containers": ("contianers", "conatiners", "containres", "container"),
    "container": ("contianer", "conatiner", "containr"),
    "namespace": ("namspace", "namesapce", "ns", "name space"),
    "deployment": ("deploymnet", "deploy", "depoyment"),
    "deployments": ("deploymets", "deploys"),
    "running": ("runing", "runnning"),
    "kubernetes": ("k8s", "kubernets", "kuberentes"),
    "restart": ("restrat", "re-start"),
    "the": ("teh", "the"),
    "logs": ("lgos", "log"),
    "service": ("servce", "serivce"),
    "replicas": ("replcas", "replica"),
    "directory": ("dir", "folder", "direcotry"),
    "you": ("u",),
    "what": ("wat", "what"),
    "please": ("pls", "plese"),
}


def is_held_out(index: int, count: int) -> bool:
    """Whether the template at this place among so many is kept for testing: about one in six."""
    return index % 6 == 4 if count > 4 else False


def expand(template: str, rng: random.Random) -> str:
    """Choose among the alternatives of a template; the slots stay."""
    while found := INNERMOST.search(template):
        required, optional = found.groups()
        body = required if required is not None else optional
        chosen = rng.choice(body.split("|")) if required is not None or rng.random() < 0.5 else ""
        template = template[: found.start()] + chosen + template[found.end() :]
    return re.sub(r" +([,.?!]|$)", r"\1", re.sub(r" {2,}", " ", template)).strip()


def slots_of(template: str) -> set[str]:
    return set(SLOT.findall(template))


def fill(phrase: str, slots: Mapping[str, object]) -> str:
    """Put the values into the slots."""
    return SLOT.sub(lambda slot: str(slots[slot[0][1:-1]]), phrase)


def utter(template: str, slots: Mapping[str, object], rng: random.Random, *, noisy: bool = True) -> str:
    """One request as somebody might type it."""
    phrase = expand(template, rng)
    phrase = _told(_mannered(_slipped(phrase, rng), rng), rng) if noisy else _punctuated(phrase, rng)
    return fill(phrase, slots)


def _punctuated(phrase: str, rng: random.Random) -> str:
    """With a capital or a mark at its end at times."""
    if rng.random() < 0.4:
        phrase += "?" if QUESTION.match(phrase) else rng.choice("!.")
    return phrase[0].upper() + phrase[1:] if rng.random() < 0.4 and phrase[0] != "{" else phrase


def _mannered(phrase: str, rng: random.Random) -> str:
    """With the politeness, the capitals and the punctuation of different people."""
    question, order = bool(QUESTION.match(phrase)), bool(ORDER.match(phrase))
    if rng.random() < 0.3 and (question or order):
        phrase = rng.choice(OPENINGS if order else BEFORE_QUESTIONS) + phrase
    if rng.random() < 0.45 and not phrase.endswith(("?", ".", "!", "}")):
        phrase += rng.choice(AFTER_QUESTIONS if question else CLOSINGS)
    elif question and rng.random() < 0.4 and not phrase.endswith("?"):
        phrase += "?"
    if rng.random() < 0.3 and not phrase.startswith("{"):
        phrase = phrase[0].upper() + phrase[1:]
    elif rng.random() < 0.02 and "{" not in phrase:
        phrase = phrase.upper()
    return phrase


def _told(phrase: str, rng: random.Random) -> str:
    """With what surrounds a request at times and is not part of it."""
    if rng.random() < CONTEXT_SHARE:
        phrase = f"{expand(rng.choice(CONTEXTS), rng)} {phrase}"
    if rng.random() < CONTEXT_SHARE and phrase[-1] not in "?.!":
        phrase = f"{phrase} {expand(rng.choice(REASONS), rng)}".replace(" ,", ",")
    return phrase


def _slipped(phrase: str, rng: random.Random) -> str:
    """With at most one or two slips of typing, never inside a slot."""
    if rng.random() > 0.15:
        return phrase
    pieces = SLOT.split(phrase)
    at = rng.choice([i for i, piece in enumerate(pieces) if not SLOT.fullmatch(piece)])
    words = pieces[at].split(" ")
    index = rng.randrange(len(words))
    words[index] = _misspelt(words[index], rng)
    pieces[at] = " ".join(words)
    return "".join(pieces)


def _misspelt(word: str, rng: random.Random) -> str:
    if word.lower() in SLIPS and rng.random() < 0.6:
        return rng.choice(SLIPS[word.lower()])
    if len(word) < 4 or not word.isalpha():
        return word
    at = rng.randrange(1, len(word) - 1)
    kind = rng.random()
    if kind < 0.4:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if kind < 0.7 else word[:at] + word[at] + word[at:]
