"""`python -m training data`: verified traces, as JSON lines; what a kill interrupted goes on."""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from devops_agent.disk import file_digest
from devops_agent.evaluation.worlds.values import Pool
from devops_agent.evaluation.worlds.world import World
from devops_agent.tokens import estimate_turns

from training.dataset import TRAIN, Made, Memory, Settings, begin, sources_digest, write_lines
from training.phrasing import is_held_out, utter
from training.slips import slip_for
from training.stage import Stage, Unverified
from training.tasks.catalogue import HELD_OUT_INTENTS, INTENTS, Intent
from training.tasks.coined import coined_intent
from training.tasks.commands import learned_reference
from training.tasks.mishaps import with_mishap
from training.tasks.referenced import referenced_intent
from training.tasks.scene import TYPED, Call, Scene
from training.tasks.tldr import tldr_intents

Trace = dict[str, Any]
TINY_TOKENS = 40_000
TEST_TRACES = 1500
TINY_TEST_TRACES = 24
REFERENCED_SHARE, COINED_SHARE, LISTED_SHARE = 0.14, 0.12, 0.1
"""Shares of the traces whose commands come from the product's reference, are made up, and come from a given list."""
TYPED_SHARE = 0.04
"""Share of the other traces whose request is the command itself, as somebody types it."""
ONE_CALL = 5
"""Turns of a conversation with one call: instructions, request, call, observation, answer."""

SETS: dict[str, tuple[str, Pool]] = {
    "test_phrasings": ("test", "train"),
    "test_values": ("train", "test"),
    "test_intents": ("all", "test"),
}
"""Name of each test file -> (which phrasings, which values)."""


class Maker:
    """Makes traces, each from a seed of its own, so that the n-th is the same whatever came before."""

    def __init__(self, stage: Stage, seed: str, memory: Memory | None = None) -> None:
        self.stage = stage
        self.seed = seed
        self.memory = memory
        self.dropped: list[str] = []

    def trace(self, number: int, intents: Sequence[Intent], which: str, pool: Pool) -> Trace | None:
        """One trace of a random intent; None when its answer is not borne out by what was run."""
        seed = f"{self.seed}/{pool}/{which}/{number}"
        rng = random.Random(seed)
        intent = rng.choices(intents, [one.weight for one in intents])[0]
        return self.of_intent(intent, seed, which, pool)

    def of_intent(self, intent: Intent, seed: str, which: str, pool: Pool) -> Trace | None:
        """The trace of this intent and seed, remembered or made; None when its answer is not borne out."""
        make = partial(self._made, intent, seed, which, pool)
        trace, problem = self.memory.recall(f"{seed}/{intent.name}", make) if self.memory else make()
        if problem:
            self.dropped.append(problem)
        return trace

    def _made(self, intent: Intent, seed: str, which: str, pool: Pool) -> Made:
        rng = random.Random(f"{seed}/{intent.name}")
        scene = Scene(World(seed, pool))
        scene.to_learn = which == pool == "train"
        if scene.to_learn:
            scene.suggest = learned_reference().suggestions
        oracle, mode = with_mishap(intent, scene, rng)
        first: Any
        typed = False
        try:
            first = next(oracle)
        except StopIteration as end:
            first = end.value
        phrases = chosen(scene.phrases or intent.phrases, which)
        if which == "train":
            phrases += intent.further(scene)
            if _is_command(first, intent) and rng.random() < TYPED_SHARE:
                scene.ask(command=first.arguments["command"])
                phrases, typed = TYPED, True
        task = utter(rng.choice(phrases), scene.slots, rng, noisy=not scene.plain)

        def follow(options: Sequence[str]) -> str:
            return utter(rng.choice(chosen(options, which)), scene.slots, rng)

        try:
            slip = slip_for(first, rng) if scene.to_learn else None
            messages = self.stage.play(scene, oracle, first, task, follow, mode, slip)
        except Unverified as problem:
            return None, f"{intent.name}: {problem}"
        if typed and len(messages) > ONE_CALL:
            return None, ""
        return {"intent": intent.name, "messages": messages}, ""


def _is_command(step: object, intent: Intent) -> bool:
    """Whether the intent does what a command does, and begins with it."""
    return isinstance(step, Call) and step.tool == "bash" and not intent.name.startswith(("talk.", "command."))


def chosen(phrases: Sequence[str], which: str) -> list[str]:
    """The phrasings for training, for testing, or all; all when there are too few to part."""
    if which == "all":
        return list(phrases)
    kept = [one for i, one in enumerate(phrases) if is_held_out(i, len(phrases)) == (which == "test")]
    return kept or list(phrases)


def traces(maker: Maker, intents: Sequence[Intent], which: str, pool: Pool) -> Iterator[Trace]:
    """Traces without end."""
    number = 0
    while True:
        found = maker.trace(number, intents, which, pool)
        number += 1
        if found:
            yield found


def tokens_of(trace: Trace) -> int:
    return estimate_turns(turn["content"] for turn in trace["messages"])


def training_traces(maker: Maker, tokens: float, pairs: Path | None) -> Iterator[Trace]:
    """Traces of about so many tokens by the product's estimate; some from a list of pairs, when there is one."""
    rng = random.Random(f"{maker.seed}/mixture")
    parts = [
        ([referenced_intent()], REFERENCED_SHARE),
        ([coined_intent()], COINED_SHARE),
        (tldr_intents(pairs) if pairs else [], LISTED_SHARE if pairs else 0.0),
    ]
    usual = [one for one in INTENTS if one.name not in HELD_OUT_INTENTS]
    parts.append((usual, 1 - sum(share for _, share in parts)))
    sources = [traces(maker, intents, "train", "train") for intents, _ in parts]
    total = 0
    while total < tokens:
        trace = next(rng.choices(sources, [share for _, share in parts])[0])
        yield trace
        total += tokens_of(trace)


def traces_of_test(maker: Maker, name: str) -> Iterator[Trace]:
    """The traces of one of the tests, without end."""
    which, pool = SETS[name]
    held_out = name == "test_intents"
    return traces(maker, [one for one in INTENTS if (one.name in HELD_OUT_INTENTS) == held_out], which, pool)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the word `data`."""
    parser.add_argument("--out", type=Path, required=True, help="folder to write to; one that has begun goes on")
    parser.add_argument("--tokens", type=int, default=20_000_000, help="about how many tokens, system turns included")
    parser.add_argument("--seed", type=int, nargs="+", default=[1], help="one or several that share the tokens")
    parser.add_argument("--tiny", action="store_true", help="a few traces, for tests")
    parser.add_argument("--tldr", type=Path, help="JSON lines with page, description and command")


def run(arguments: argparse.Namespace) -> int:
    """Fill a folder with one data set, from where an earlier call stopped; a whole one is left as it is."""
    started = time.monotonic()
    memory = begin(arguments.out, _settings(arguments))
    if memory is None:
        print(f"{arguments.out} is whole already", file=sys.stderr)
        return 0
    with memory, Stage() as stage:
        dropped = _fill(arguments, [Maker(stage, str(seed), memory) for seed in arguments.seed])
    count = (arguments.out / TRAIN).read_bytes().count(b"\n")
    seconds = time.monotonic() - started
    print(f"{count} traces, {len(INTENTS)} intents, {len(dropped)} dropped, {seconds:.0f} s", file=sys.stderr)
    for line in dropped[:20]:
        print(f"dropped: {line}", file=sys.stderr)
    return 0


def _fill(arguments: argparse.Namespace, makers: Sequence[Maker]) -> list[str]:
    """Write every file; returns what was dropped, and why. The tests are made from the first seed."""
    tokens = min(arguments.tokens, TINY_TOKENS) if arguments.tiny else arguments.tokens
    made = (trace for maker in makers for trace in training_traces(maker, tokens / len(makers), arguments.tldr))
    write_lines(arguments.out / TRAIN, map(_line, made))
    for name in SETS:
        some = islice(traces_of_test(makers[0], name), TINY_TEST_TRACES if arguments.tiny else TEST_TRACES)
        write_lines(arguments.out / f"{name}.jsonl", map(_line, some))
    return [problem for maker in makers for problem in maker.dropped]


def _line(trace: Trace) -> str:
    return json.dumps(trace, ensure_ascii=False)


def _settings(arguments: argparse.Namespace) -> Settings:
    """What the traces follow from."""
    return {
        "tokens": arguments.tokens,
        "seed": arguments.seed,
        "tiny": arguments.tiny,
        "tldr": file_digest(arguments.tldr) if arguments.tldr else None,
        "sources": sources_digest(),
    }
