"""One use of a program against its rows and alarms."""

from collections.abc import Sequence
from dataclasses import replace

from devops_agent.policy.judgement import Judgement, change, destroy, read, sensitive, worst
from devops_agent.policy.options import Flags, Unlisted, read_options
from devops_agent.policy.rows import Operands, Program, Row, Use
from devops_agent.policy.vocabulary import destructive_argument
from devops_agent.policy.words import Word, plain_words

ASKS_FOR_HELP = ("--help", "--version")


def judge_use(program: Program, use: Use) -> Judgement:
    """What the tables say of this use; at least a change unless a row describes it exactly."""
    if program.judge is not None:
        return _judged_by_function(program, use)
    if use.texts in ([flag] for flag in ASKS_FOR_HELP):
        return read(f"{use.name} {use.texts[0]}")
    verb_at, refusal = _skip_shared(program.shared, use.arguments)
    nested = program.programs.get(use.texts[verb_at]) if verb_at < len(use.arguments) else None
    if nested is not None:
        return _nested(nested, use, verb_at, refusal)
    judgement = _by_rows(program, use, verb_at if refusal is None else len(use.arguments))
    if judgement.risk == "READ":
        return judgement
    return worst(
        [
            judgement if refusal is None else refusal,
            *_alarms(program, use),
            *_generic(program, use),
            *_inner(program, use),
        ]
    )


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
    """The first row that describes this use, of those with the longest fitting verb."""
    verbs = [word.text for word in use.arguments[verb_at:]]
    fitting = [row for row in program.rows if row.verb and row.matches(verbs)]
    longest = max((len(row.verb) for row in fitting), default=0)
    judgement = change(
        program.otherwise and f"{use.name} {program.otherwise}" or _not_listed(use, verbs), *program.tags
    )
    for row in program.rows:
        if len(row.verb) != longest or not row.matches(verbs):
            continue
        judgement = _by_row(row, program.shared, use, verb_at if row.verb else 0)
        if judgement.risk == "READ":
            break
    return judgement


def _not_listed(use: Use, verbs: Sequence[str]) -> str:
    verb = " ".join(verbs[:1])
    return f"{use.name} {verb} is not on the read-only list".replace("  ", " ")


def _by_row(row: Row, shared: Flags, use: Use, verb_at: int) -> Judgement:
    rule = " ".join([use.name, *row.verb])
    start = verb_at + len(row.verb)
    if any(word.glob for word in use.arguments[:start]):
        return change(f"{rule} with a pattern in place of its verb")
    arguments = (*use.arguments[:verb_at], *use.arguments[start:])
    try:
        options = read_options(arguments, {**shared, **row.flags})
    except Unlisted as refusal:
        return change(f"{rule}: {refusal}")
    if row.needs and not options.has(*row.needs):
        return change(f"{rule} without {' or '.join(row.needs)}")
    matched = replace(use, options=options)
    objection = _objection(row.operands, matched, rule) or (row.check(matched) if row.check else None)
    if objection is not None:
        return objection.by(rule)
    return Judgement("READ", rule=rule, words=_words_to_run(row, use, verb_at))


def _words_to_run(row: Row, use: Use, verb_at: int) -> tuple[Word, ...]:
    start = verb_at + len(row.verb)
    before, verb, after = use.arguments[:verb_at], use.arguments[verb_at:start], use.arguments[start:]
    words = (*plain_words(*row.before), *before, *verb, *plain_words(*row.after), *after)
    return words if row.operands.kind == "text" else tuple(word.in_this_folder() for word in words)


def _objection(operands: Operands, use: Use, rule: str) -> Judgement | None:
    """Why these operands do not fit, or None."""
    found = use.options.operands
    if not operands.least <= len(found) <= operands.most:
        return change(f"{rule} with {len(found)} operands is not on the read-only list")
    if operands.kind == "word" and any(word.glob for word in found):
        return change(f"{rule} with a pattern that the shell would expand")
    read_files = use.options.files + (found if operands.kind == "content" else ())
    secret = next((word for word in read_files if use.ground.secret(word)), None)
    return sensitive(f"reads {secret.text}, which may hold secrets") if secret else None


def _alarms(program: Program, use: Use) -> list[Judgement]:
    return [
        Judgement(alarm.risk, (f"{use.name} {alarm.reason}",), alarm.tags, f"{use.name} {' '.join(alarm.wanted)}")
        for alarm in program.alarms
        if alarm.rings(use.texts)
    ]


def _generic(program: Program, use: Use) -> list[Judgement]:
    """Any tool with verbs may have destructive ones that no table names."""
    has_verbs = any(row.verb for row in program.rows) or not program.rows
    word = destructive_argument(use.texts) if has_verbs else ""
    return [destroy(f"{use.name} with {word} looks hard to undo")] if word else []


def _inner(program: Program, use: Use) -> list[Judgement]:
    judgement = program.inner(use) if program.inner else None
    return [judgement] if judgement else []
