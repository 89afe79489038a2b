"""From the text of a script to one judgement and the text that may run."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from devops_agent.policy import lexer, syntax
from devops_agent.policy.judgement import Judgement, change, destroy, forbid, read, sensitive, worst
from devops_agent.policy.matching import judge_use
from devops_agent.policy.paths import Ground
from devops_agent.policy.quoting import NotPlain
from devops_agent.policy.redirects import judge_redirect
from devops_agent.policy.rows import Use
from devops_agent.policy.screen import objection
from devops_agent.policy.tables import PROGRAMS
from devops_agent.policy.tables.interpreters import LANGUAGES, feeds_downloads, has_own_program, interpreter_of
from devops_agent.policy.words import Word, plain

DEEPEST = 6
SYSTEM_FOLDERS = re.compile(r"/(?:bin|sbin|usr/bin|usr/sbin|usr/local/bin|usr/local/sbin|snap/bin)/([^/]+)")
PROGRAM_NAME = re.compile(r"[A-Za-z0-9_.+:\[-]+")
FUNCTION = re.compile(r"\(\s?\)\s{0,9}\{")
SEPARATORS = re.compile(r"[;&|\n(){}`]+|\$\(|\b(?:do|then|else|time|coproc)\b")


@dataclass(frozen=True)
class Ruling:
    """A judgement on a whole script: the commands' own judgements, and the text that may run if all are reads."""

    judgement: Judgement
    canonical: str = ""
    parts: tuple[tuple[str, Judgement], ...] = ()


def rule_on(text: str, ground: Ground, depth: int = 0) -> Ruling:
    """Judge the script `text`. Only plain bash can be a read."""
    if refusal := objection(text):
        return Ruling(forbid(f"the command {refusal}"))
    if depth > DEEPEST:
        return Ruling(change("nests commands too deeply", "EXEC"))
    ground.effort.spend_text(text)
    try:
        script = lexer.parse(text, ground.place.variables())
    except NotPlain as reason:
        return _rule_on_syntax(text, ground, depth, str(reason))
    return _rule_on_plain(script, ground, depth)


def _rule_on_plain(script: lexer.Script, ground: Ground, depth: int) -> Ruling:
    parts: list[tuple[str, Judgement]] = []
    commands: list[lexer.Command] = []
    for command in script.commands:
        judgement = worst_with_inputs(command, judge_words(command.words, ground, depth), ground)
        parts.append((command.source(), judgement))
        commands.append(replace(command, words=judgement.words or command.words))
        if command.words[0].text == "cd":
            ground = ground.moved(command.words[1].text if len(command.words) > 1 else ground.place.home)
    pipes = zip(script.operators, script.commands, script.commands[1:], strict=False)
    joined = [judge_pipe(left.words, right.words) for operator, left, right in pipes if operator == "|"]
    judgement = worst([*(judgement for _, judgement in parts), *joined])
    canonical = lexer.Script(tuple(commands), script.operators).source() if judgement.risk == "READ" else ""
    return Ruling(judgement, canonical, tuple(parts))


def worst_with_inputs(command: lexer.Command, judgement: Judgement, ground: Ground) -> Judgement:
    """The judgement of a command, and of the files it reads by `<`."""
    secret = next((word for word in command.inputs if ground.secret(word)), None)
    return worst([judgement, sensitive(f"reads {secret.text}, which may hold secrets")]) if secret else judgement


def _rule_on_syntax(text: str, ground: Ground, depth: int, reason: str) -> Ruling:
    found = syntax.look(text)
    parts: list[tuple[str, Judgement]] = []
    for command in found.commands:
        words = tuple(_with_known_variables(word, ground) for word in command)
        parts.append((" ".join(word.source for word in words), judge_words(words, ground, depth)))
        if len(words) > 1 and words[0].text == "cd":
            ground = ground.moved(words[1].text)
    more = [judge_redirect(operator, target, words, ground) for operator, target, words in found.redirects]
    more += [judge_pipe(left, right) for left, right in found.pipes]
    more += [_judge_fed(words, body, ground, depth) for words, body in found.fed]
    if _calls_itself_twice(text):
        more.append(forbid("starts copies of itself without end"))
    if found.broken or not found.commands:
        more += [judge_words(piece, ground, depth) for piece in _rough_commands(text)]
    judgement = worst([change(f"the command {reason}"), *(judgement for _, judgement in parts), *more])
    return Ruling(judgement, "", tuple(parts))


def _calls_itself_twice(text: str) -> bool:
    """Whether a function pipes itself into itself."""
    for found in FUNCTION.finditer(text):
        name = re.split(r"[\s;&|]", text[max(0, found.start() - 40) : found.start()].rstrip())[-1]
        body = re.sub(r"\s", "", text[found.end() : found.end() + 200]).partition("}")[0]
        if name and f"{name}|{name}" in body:
            return True
    return False


def _with_known_variables(word: Word, ground: Ground) -> Word:
    text = word.text
    for name, value in ground.place.variables().items():
        text = text.replace(f"${{{name}}}", value).replace(f"${name}", value)
    return replace(word, text=text)


def _rough_commands(text: str) -> list[tuple[Word, ...]]:
    """Commands of a text that no grammar understands, cut at everything that might separate them."""
    pieces = (SEPARATORS.split(text.replace("\\\n", "")))[:200]
    rough = [tuple(plain(word.strip("'\"")) for word in piece.split()[:100]) for piece in pieces]
    return [words for words in rough if words and PROGRAM_NAME.fullmatch(words[0].text.rsplit("/", 1)[-1])]


def judge_words(words: Sequence[Word], ground: Ground, depth: int) -> Judgement:
    """Judge one command by its program's tables."""
    if not words or depth > DEEPEST:
        return change("is empty or nests commands too deeply")
    ground.effort.spend_words(len(words))
    name, by_path = _program_name(words[0].text)
    if not PROGRAM_NAME.fullmatch(name):
        return change("the name of the program is only known when it runs", "EXEC")
    use = Use(
        name,
        tuple(words[1:]),
        ground,
        lambda inner: judge_words(inner, ground, depth + 1),
        lambda text: rule_on(text, ground, depth + 1).judgement,
    )
    judgement = judge_use(PROGRAMS.get(name) or PROGRAMS[""], use).by(name)
    if by_path:
        return worst([judgement, change(f"runs a program by its path, {words[0].text}", "EXEC")])
    if judgement.risk != "READ":
        return worst([judgement, *_own_files(words, ground)])
    return replace(judgement, words=(words[0], *(judgement.words or words[1:])))


def _program_name(text: str) -> tuple[str, bool]:
    """The program's own name, and whether it is run from a folder that is not the system's."""
    system = SYSTEM_FOLDERS.fullmatch(text)
    if "/" not in text or system:
        return (system[1] if system else text), False
    return text.rsplit("/", 1)[1], True


def _own_files(words: Sequence[Word], ground: Ground) -> list[Judgement]:
    named = (piece for word in words[1:] for piece in (word.text, word.text.partition("=")[2]))
    own = any("/" in piece and ground.is_own(piece) for piece in named)
    return [forbid("would change the agent's own configuration or records")] if own else []


def judge_pipe(left: Sequence[Word], right: Sequence[Word]) -> Judgement:
    """Judge what flows from one command into the next: data that an interpreter would run."""
    at = interpreter_of(right)
    if at < 0 or not left or has_own_program(right) and not feeds_downloads(left):
        return read()
    if has_own_program(right):
        return change("feeds something downloaded to a program", "EXEC")
    return destroy(f"pipes data into {right[at].text}, which runs it", "EXEC")


def _judge_fed(words: Sequence[Word], body: str, ground: Ground, depth: int) -> Judgement:
    """Judge a here-document or here-string given to a command."""
    if not words:
        return read()
    at = interpreter_of(words)
    if at < 0:
        return judge_words((*words, plain("--execute"), plain(body)), ground, depth + 1)
    inside = "\n".join(body.split("\n")[1:-1]) if "\n" in body else body.lstrip("<").strip(" '\"")
    if _program_name(words[at].text)[0] in LANGUAGES:
        return judge_words((words[at], plain("-c"), plain(inside)), ground, depth + 1)
    return worst([rule_on(inside, ground, depth + 1).judgement, change("feeds a script to an interpreter", "EXEC")])
