"""One use of a program against its rows and alarms."""

from collections.abc import Sequence
from dataclasses import replace

from devops_agent.policy.judgement import Judgement, change, destroy, read, sensitive, worst
from devops_agent.policy.options import Flags, Unlisted, flags, read_options
from devops_agent.policy.rows import Operands, Program, Row, Use
from devops_agent.policy.vocabulary import destructive_argument
from devops_agent.policy.words import Word, plain_words

HELP = {"--help", "--version"}
SAYS_SO = frozenset(
    "docker docker-compose podman nerdctl kubectl oc helm kind minikube k3d kubeadm flux argocd velero istioctl "
    "linkerd systemctl journalctl loginctl terraform tofu pulumi eksctl apt apt-get apt-cache dnf yum zypper apk snap "
    "flatpak brew pip pip3 uv conda npm gem vault consul nomad etcdctl gh glab ip".split()
)
"""Programs that answer `verb --help` with words alone; others may take the verb, or open what a folder names."""
PLUGGED = frozenset("kubectl oc helm docker podman gh glab conda brew linkerd argocd".split())
"""Those of them that run a plugin for a verb that they do not have themselves."""


def judge_use(program: Program, use: Use) -> Judgement:
    """What the tables say of this use; at least a change unless a row describes it exactly."""
    if program.judge is not None:
        return _judged_by_function(program, use)
    if _asks_for_help(program, use):
        return read(f"{use.name} {use.texts[-1]}")
    verb_at, refusal = _skip_shared(flags(program.shared), use.arguments)
    nested = program.programs.get(use.texts[verb_at]) if verb_at < len(use.arguments) else None
    if nested is not None:
        return _nested(nested, use, verb_at, refusal)
    judgement = _by_rows(program, use, verb_at if refusal is None else len(use.arguments))
    if judgement.risk == "READ":
        return judgement
    if refusal is not None:
        judgement = replace(refusal, tags=refusal.tags | judgement.tags | program.tags)
    return worst(
        [
            judgement,
            *_alarms(program, use),
            *_generic(program, use),
            *_inner(program, use),
        ]
    )


def _asks_for_help(program: Program, use: Use) -> bool:
    """`tool --help` and `tool --version` of a known tool, and `tool verb --help` of one that is known to answer it."""
    *verb, last = use.texts or [""]
    if last not in HELP or not program.names or "EXEC" in program.tags:
        return False
    answers = last == "--help" and use.name in SAYS_SO and len(verb) == 1 and verb[0].replace("-", "").isalpha()
    return not verb or answers and (use.name not in PLUGGED or _has_verb(program, verb[0]))


def _has_verb(program: Program, verb: str) -> bool:
    """Whether a verb is the program's own, as far as its table says."""
    told = [one for row in program.rows for one in row.verbs] + [
        one for alarm in program.alarms for one in alarm.wanted
    ]
    return verb in program.programs or any(one and verb in one[0].split("|") for one in told)


def _judged_by_function(program: Program, use: Use) -> Judgement:
    assert program.judge is not None
    judgement = program.judge(use)
    if judgement.risk == "READ" or not program.alarms:
        return judgement
    return worst([judgement, *_alarms(program, use), *_generic(program, use)])


def _skip_shared(shared: Flags, arguments: Sequence[Word]) -> tuple[int, Judgement | None]:
    """Where the verb stands; a flag before it that is not listed is refused."""
    position = 0
    while position < len(arguments) and arguments[position].text.startswith("-"):
        name, attached, _ = arguments[position].text.partition("=")
        flag = shared.get(name) or (shared.get(name[:2]) if name[1:2] != "-" else None)
        if flag is None:
            verb = _first_plain(arguments, position)
            return verb, change(f"the flag {name} before the verb is not on the read-only list")
        alone = flag.needs_value and not attached and name == arguments[position].text and name in shared
        position += 2 if alone else 1
    return position, None


def _first_plain(arguments: Sequence[Word], start: int) -> int:
    return next((i for i in range(start, len(arguments)) if not arguments[i].text.startswith("-")), len(arguments))


def _nested(nested: Program, use: Use, verb_at: int, refusal: Judgement | None) -> Judgement:
    """An inner program such as `docker compose`; what stands before it stays in the command."""
    before, verb = use.arguments[:verb_at], use.arguments[verb_at]
    inner = replace(use, name=f"{use.name} {verb.text}", arguments=use.arguments[verb_at + 1 :])
    judgement = judge_use(nested, inner)
    if refusal is not None:
        return worst([judgement, refusal])
    return replace(judgement, words=(*before, verb, *judgement.words)) if judgement.words else judgement


def _by_rows(program: Program, use: Use, verb_at: int) -> Judgement:
    """The first row that describes this use, of those with the longest fitting verb; else why none does."""
    verbs = [word.text for word in use.arguments[verb_at:]]
    depths = [row.depth(verbs) for row in program.rows]
    deepest = max(depths, default=-1)
    tried: list[Judgement] = []
    for row, depth in zip(program.rows, depths, strict=True):
        if depth == deepest >= 0:
            tried.append(_by_row(row, depth, flags(program.shared), use, verb_at if depth else 0))
            if tried[-1].risk == "READ":
                return tried[-1]
    reason = program.otherwise or ("" if tried else f"{' '.join(verbs[:1])} is not on the read-only list".lstrip())
    described = [Judgement("CHANGE", (f"{use.name} {reason}",), program.tags)] if reason else []
    return worst([*described, *tried[:1]])


def _by_row(row: Row, depth: int, shared: Flags, use: Use, verb_at: int) -> Judgement:
    start = verb_at + depth
    rule = " ".join([use.name, *use.texts[verb_at:start]])
    if any(word.glob for word in use.arguments[:start]):
        return change(f"{rule} with a pattern in place of its verb")
    arguments = (*use.arguments[:verb_at], *use.arguments[start:])
    try:
        options = read_options(arguments, {**shared, **row.flags})
    except Unlisted as refusal:
        return change(f"{rule}: {refusal}").by(rule)
    if row.needs and not options.has(*row.needs):
        return change(f"{rule} without {' or '.join(row.needs)}").by(rule)
    matched = replace(use, options=options)
    objection = _objection(row.operands, matched, rule) or (row.check(matched) if row.check else None)
    if objection is not None:
        return objection.by(rule)
    return Judgement("READ", rule=rule, words=_words_to_run(row, use, verb_at, start))


def _words_to_run(row: Row, use: Use, verb_at: int, start: int) -> tuple[Word, ...]:
    before, verb, after = use.arguments[:verb_at], use.arguments[verb_at:start], use.arguments[start:]
    added = () if tuple(word.text for word in after[: len(row.after)]) == row.after else plain_words(*row.after)
    words = (*plain_words(*row.before), *before, *verb, *added, *after)
    return words if row.operands.kind == "text" else tuple(word.in_this_folder() for word in words)


def _aims(word: Word) -> bool:
    """Whether a pattern could expand to another address: it begins before the path does."""
    return word.glob and word.literal_start.replace("://", "").count("/") == 0


def _is_glob(word: Word) -> bool:
    return word.glob


def _harmless(word: Word) -> bool:
    return False


EXPANDS = {"word": _is_glob, "address": _aims, "content": _harmless, "name": _harmless, "text": _harmless}
"""Which operands of each kind the shell must not expand."""


def _objection(operands: Operands, use: Use, rule: str) -> Judgement | None:
    """Why these operands do not fit, or None."""
    found = use.options.operands
    if not operands.least <= len(found) <= operands.most:
        return change(f"{rule} with {len(found)} operands is not on the read-only list")
    if any(map(EXPANDS[operands.kind], found)):
        return change(f"{rule} with a pattern that the shell would expand")
    read_files = use.options.files + (found if operands.kind == "content" else ())
    secret = next((word for word in read_files if use.ground.secret(word)), None)
    return sensitive(f"reads {secret.text}, which may hold secrets") if secret else None


def _alarms(program: Program, use: Use) -> list[Judgement]:
    return [
        Judgement(alarm.risk, (f"{use.name} {alarm.reason}",), alarm.tags, f"{use.name} {' '.join(alarm.wanted[0])}")
        for alarm in program.alarms
        if alarm.rings(use.texts)
    ]


def _generic(program: Program, use: Use) -> list[Judgement]:
    """Any tool with verbs may have destructive ones that no table names."""
    has_verbs = any(any(row.verbs) for row in program.rows) or not program.rows
    word = destructive_argument(use.texts) if has_verbs else ""
    return [destroy(f"{use.name} with {word} looks hard to undo")] if word else []


def _inner(program: Program, use: Use) -> list[Judgement]:
    judgement = program.inner(use) if program.inner else None
    return [judgement] if judgement else []
