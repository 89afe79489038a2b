"""`python -m training tasks`: what `devops-agent eval` asks, from held-out phrasings, values and intents.

Each task is rehearsed: the oracle plays it, what it is told decides what a right call shows and what a right answer
says, and what changes decides what has to change. What could not be checked that way is left out.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from devops_agent.backends.scripted import Scripted
from devops_agent.backends.toolcalls import written_call
from devops_agent.evaluation.checks import WORD, Check, Look, mentions
from devops_agent.evaluation.contestants import Null, Oracle
from devops_agent.evaluation.meter import MeteredModel
from devops_agent.evaluation.playing import play, staged
from devops_agent.evaluation.tasks import Task, record_of
from devops_agent.evaluation.worlds.condition import Condition, changes, condition
from devops_agent.evaluation.worlds.snapshot import dumped, loaded
from devops_agent.evaluation.worlds.world import World
from devops_agent.events import Call, Observed
from devops_agent.settings import Settings

from training.data import SETS, Maker, chosen
from training.outsiders import OUTSIDERS, Outsider
from training.phrasing import utter
from training.stage import Stage, Unverified
from training.tasks.catalogue import HELD_OUT_INTENTS, INTENTS, Intent
from training.tasks.mishaps import with_mishap
from training.tasks.scene import Scene

COUNTS = {"phrasings": 80, "values": 70, "intents": 40}
MOST_OTHERS = 3
"""Values beside the names of things that an answer has to repeat: not the whole of a file."""
LARGEST = 24_000
"""Characters of the record of one task."""
AREAS = {"k8s": "kubernetes", "systemd": "system", "env": "system", "net": "system", "talk": "general"}
CALL = re.compile(r"<tool_call>\n(.*)\n</tool_call>", re.DOTALL)
TIME = re.compile(
    r"\b(?:about an?|less than a|\d+)\s+(?:second|minute|hour|day|week|month|year)s?\b(?: ago)?"
    r"|\b\d+[smhdy](?:\d+[smhd])?\b",
    re.IGNORECASE,
)
STATES = frozenset(
    """
    running exited stopped paused created restarting dead healthy unhealthy active inactive failed enabled disabled
    notready pending completed crashloopbackoff imagepullbackoff errimagepull oomkilled error deployed clean
    """.split()
)
NO = ("no", "not", "none", "nothing", "cannot", "can't", "isn't", "doesn't", "never", "0", "zero", "empty", "without")
SAME = {
    "running": ("running", "up", "active", "alive"),
    "exited": ("exited", "stopped", "not running", "down", "died"),
    "stopped": ("stopped", "exited", "not running", "down"),
    "active": ("active", "running", "up"),
    "inactive": ("inactive", "stopped", "not running", "down", "dead"),
    "failed": ("failed", "failing", "down", "crashed"),
    "clean": ("clean", "nothing", "no changes"),
}
"""Words that say the same."""
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LAZY = ("I do not know.", "Done.", "It is running.", "No.", "Yes.")
"""Answers that no task may take for an answer."""


class Unsuited(Exception):
    """Why a task cannot be checked."""


@dataclass(frozen=True)
class Draft:
    """A task before its rehearsal."""

    name: str
    category: str
    kind: str
    question: str
    world: dict[str, Any]
    reference: tuple[Call, ...]
    answer: str
    says: tuple[str, ...] = ()

    def task(self, check: Check, runner: Any = "simulated") -> Task:
        about = {name: value for name, value in vars(self).items() if name != "says"}
        return Task(**about, runner=runner, check=check)


def drafts(maker: Maker, kind: str, count: int) -> Iterator[Draft]:
    """Drafts of different intents in turn, without end for all practical purposes."""
    which, pool = SETS[f"test_{kind}"]
    intents = [one for one in INTENTS if (one.name in HELD_OUT_INTENTS) == (kind == "intents")]
    rng = random.Random(f"{maker.seed}/{kind}")
    for number in range(10 * count // len(intents) + 4):
        for intent in rng.sample(intents, len(intents)):
            draft = _draft(maker, intent, f"{maker.seed}/eval/{kind}/{number}", which, pool, kind)
            if draft:
                yield draft


def _draft(maker: Maker, intent: Intent, seed: str, which: str, pool: Any, kind: str) -> Draft | None:
    rng = random.Random(f"{seed}/{intent.name}")
    scene = Scene(World(f"{seed}/{intent.name}", pool))
    oracle, mode = with_mishap(intent, scene, rng)
    try:
        first = next(oracle)
    except StopIteration:
        return None
    world = dumped(scene.world)
    question = utter(
        rng.choice(chosen(scene.phrases or intent.phrases, which)), scene.slots, rng, noisy=not scene.plain
    )
    try:
        turns = maker.stage.play(scene, oracle, first, question, lambda options: options[0], mode)
    except Unverified:
        return None
    told = [turn["content"] for turn in turns if turn["role"] == "tool"]
    if sum(turn["role"] == "user" for turn in turns) > 1 or any(
        text.startswith(("User rej", "Refused")) for text in told
    ):
        return None
    *reference, answer = [_call(turn["content"]) for turn in turns if turn["role"] == "assistant"]
    area = intent.name.partition(".")[0]
    name = f"{kind}/{intent.name}/{seed.rpartition('/')[2]}"
    text = str(answer.arguments["answer"])
    return Draft(name, AREAS.get(area, area), kind, question, world, tuple(reference), text)


def _call(text: str) -> Call:
    found = CALL.search(text)
    assert found, text
    record = json.loads(found[1])
    return Call(record["name"], record["arguments"])


def outsider_drafts() -> Iterator[Draft]:
    for number, one in enumerate(OUTSIDERS, 1):
        yield _outsider_draft(number, one)


def _outsider_draft(number: int, one: Outsider) -> Draft:
    world, names = one.occasion()
    reference = tuple(Call("bash", {"command": command.format(**names)}) for command in one.commands)
    question, answer = one.question.format(**names), one.answer.format(**names)
    return Draft(f"outsiders/{number:03}", one.area, "outsiders", question, dumped(world), reference, answer, one.says)


def finished(draft: Draft, settings: Settings) -> Task:
    """The task of a draft, with its check and its runner. Raises Unsuited."""
    told, moments = _rehearsed(draft, "simulated", settings)
    check = _check(draft, told, moments)
    task = draft.task(check)
    _prove(task, settings)
    in_bash = replace(task, runner="bash")
    if _reads_equal(draft, told, settings) and play(in_bash, Oracle().model_for(in_bash), settings).solved:
        return in_bash
    return task


def _rehearsed(draft: Draft, runner: str, settings: Settings) -> tuple[list[str], list[Condition]]:
    """What the oracle is told after each of its calls, and the state of the machine then, its first state before."""
    task = draft.task(Check(), runner)
    with staged(task, Oracle().model_for(task), settings) as scene:
        told, moments = [], [condition(scene.world)]
        for event in scene.events():
            if isinstance(event, Observed):
                scene.approver.refresh()
                told.append(event.result.text.replace(f"{scene.world.home}", str(draft.world["home"])))
                moments.append(condition(scene.world))
    if len(told) != len(draft.reference):
        raise Unsuited("not all calls of the oracle ran")
    return told, moments


def _reads_equal(draft: Draft, told: Sequence[str], settings: Settings) -> bool:
    """Whether a real bash with shims tells the oracle the same."""
    try:
        return _rehearsed(draft, "bash", settings)[0] == list(told)
    except Unsuited:
        return False


def _check(draft: Draft, told: Sequence[str], moments: Sequence[Condition]) -> Check:
    made = [changes(moments[0], moment) for moment in moments[1:]] or [{}]
    written = {name for one in made for name in one if _is_written(draft, name)}
    values: dict[str, list[str | None]] = {}
    for one in made:
        for name, value in one.items():
            values.setdefault(name, []).append(value)
    wanted = {name: value for name, value in made[-1].items() if name not in written}
    contents = {name: _content(draft, str(made[-1].get(name))) for name in written if name in made[-1]}
    changing = [before != after for before, after in zip(moments, moments[1:], strict=False)]
    names = _names(loaded(draft.world)) | set(draft.says)
    looks = tuple(
        Look(tuple(_shown(_later(draft, index), text, draft.question, names)), text, changing[index])
        for index, text in enumerate(told)
    )
    holds = () if wanted or contents else _holds(draft, "\n".join(told), names) + tuple((word,) for word in draft.says)
    allowed = {name: list(dict.fromkeys(found)) for name, found in values.items() if name not in written}
    return Check(looks, allowed, wanted, contents, holds)


def _is_written(draft: Draft, fact: str) -> bool:
    return any(call.tool == "write_file" and fact.endswith(str(call.arguments["path"])) for call in draft.reference)


def _content(draft: Draft, text: str) -> list[str]:
    """What a written file must hold: the words of the question that the oracle's own file holds."""
    return sorted(
        {word for word in WORD.findall(draft.question) if len(word) > 1 and word in text and word not in "the file"}
    )


def _later(draft: Draft, index: int) -> str:
    """What the oracle says after a call: the calls that follow, and the answer."""
    return "\n".join([*(str(call.arguments) for call in draft.reference[index + 1 :]), draft.answer])


def _facts(said: str, told: str, question: str, names: frozenset[str]) -> list[str]:
    """The values that the oracle took from what it was told."""
    said = TIME.sub(" ", said)
    words = dict.fromkeys(word.strip(".:=-/") or word for word in WORD.findall(said))
    return [
        word for word in words if _is_telling(word, names) and mentions(told, word) and not mentions(question, word)
    ]


def _shown(said: str, told: str, question: str, names: frozenset[str]) -> list[str]:
    """The facts without plain counts, which other ways of asking do not print, unless there is nothing else."""
    facts = _facts(said, told, question, names)
    return [fact for fact in facts if not fact.isdigit()] or facts


def _is_telling(word: str, names: frozenset[str]) -> bool:
    if word in names or any(letter.isdigit() for letter in word) or word.lower() in STATES:
        return True
    return any(mark in word for mark in "-_/:@") or sum(letter.isupper() for letter in word) > 1


def _holds(draft: Draft, told: str, names: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """What an answer must say: every name and state of the oracle's answer, and one of its figures."""
    answer = TIME.sub(" ", draft.answer)
    facts = _facts(answer, told, draft.question, names)
    figures = [fact for fact in facts if re.fullmatch(r"[\d.,:/%]+[A-Za-z%]{0,3}", fact) and fact not in names]
    named = [fact for fact in facts if fact not in figures]
    groups = [SAME.get(fact.lower(), (fact,)) for fact in named if fact in names]
    groups += [SAME.get(fact.lower(), (fact,)) for fact in named if fact not in names][:MOST_OTHERS]
    figures = figures or ([] if groups else _own_numbers(answer, draft.question))
    if figures:
        return (*groups, tuple(word for figure in figures for word in _alternatives(figure)))
    if not groups and re.match(
        r"(?:no|not|none|nothing|there (?:is|are) no)\b|.*\b(?:not|cannot|no such)\b", answer, re.I
    ):
        return (NO,)
    if not groups and re.match(r"yes\b", answer, re.I):
        return (("yes", *sorted(word for word in STATES if mentions(told, word))),)
    return tuple(groups)


def _own_numbers(answer: str, question: str) -> list[str]:
    """What the oracle counted itself."""
    found = re.findall(r"(?<![\w.])\d+(?![\w.])", answer)
    return [number for number in found if not mentions(question, number)][:1]


def _alternatives(word: str) -> tuple[str, ...]:
    return (word, NUMBERS[int(word)]) if word.isdigit() and int(word) < len(NUMBERS) else (word,)


def _names(world: World) -> frozenset[str]:
    """The names of the things in a world."""
    found = {fact.rpartition("/")[2] for fact in condition(world)}
    return frozenset(name for name in found if len(name) > 2)


def _prove(task: Task, settings: Settings) -> None:
    """Raise Unsuited unless the oracle solves the task and those who do nothing do not."""
    if not task.check.holds and not task.check.wanted and not task.check.contents:
        raise Unsuited("nothing tells a right answer from a wrong one")
    won = play(task, Oracle().model_for(task), settings)
    if not (won.solved and won.first_right):
        raise Unsuited(f"the oracle does not solve it: {won.why or 'first call'}")
    lost = [play(task, Null().model_for(task), settings), *(_lazily(task, text, settings) for text in LAZY)]
    if any(one.solved for one in lost):
        raise Unsuited("it can be solved without looking")


def _lazily(task: Task, text: str, settings: Settings) -> Any:
    replies = [written_call("bash", {"command": "true"}), *[written_call("final_answer", {"answer": text})] * 3]
    return play(task, MeteredModel(Scripted(replies, window=32768)), settings)


def _taken(source: Iterable[Draft], count: int, settings: Settings, dropped: list[str]) -> Iterator[Task]:
    found = 0
    for draft in source:
        if found == count:
            return
        try:
            task = finished(draft, settings)
            if len(_line(task)) > LARGEST:
                raise Unsuited("it is too large")
        except Unsuited as problem:
            dropped.append(f"{draft.name}: {problem}")
            continue
        found += 1
        yield task


def _line(task: Task) -> str:
    return json.dumps(record_of(task), ensure_ascii=False, separators=(",", ":")) + "\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the word `tasks`."""
    parser.add_argument("--out", required=True, help="folder to write to")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tiny", action="store_true", help="a few tasks, for tests")


def run(arguments: argparse.Namespace) -> int:
    """Write one file for each kind of task."""
    folder = Path(arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    settings, dropped = Settings(), []
    with Stage() as stage:
        maker = Maker(stage, str(arguments.seed))
        sources = {kind: (drafts(maker, kind, count), count) for kind, count in COUNTS.items()}
        sources["outsiders"] = (outsider_drafts(), len(OUTSIDERS))
        for kind, (source, count) in sources.items():
            tasks = list(_taken(source, min(3, count) if arguments.tiny else count, settings, dropped))
            (folder / f"{kind}.jsonl").write_text("".join(map(_line, tasks)), encoding="utf-8")
            in_bash = sum(task.runner == "bash" for task in tasks)
            print(f"{kind}: {len(tasks)} tasks, {in_bash} of them in bash", file=sys.stderr)
    for line in dropped:
        print(f"left out: {line}", file=sys.stderr)
    return 0
