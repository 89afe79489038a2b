"""`python -m training data`: verified traces, as JSON lines."""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from devops_agent.evaluation.worlds.values import Pool
from devops_agent.evaluation.worlds.world import World
from devops_agent.tokens import estimate_turns

from training.phrasing import is_held_out, utter
from training.stage import Stage, Unverified
from training.tasks.catalogue import HELD_OUT_INTENTS, INTENTS, Intent
from training.tasks.mishaps import with_mishap
from training.tasks.scene import TYPED, Call, Scene
from training.tasks.tldr import tldr_traces

Trace = dict[str, Any]
TINY_TOKENS = 40_000
TEST_TRACES = 1500
TINY_TEST_TRACES = 24
EXTRA_SHARE = 0.15
"""Share of traces that come from a list of commands, when one is given."""
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

    def __init__(self, stage: Stage, seed: str) -> None:
        self.stage = stage
        self.seed = seed
        self.dropped: list[str] = []

    def trace(self, number: int, intents: Sequence[Intent], which: str, pool: Pool) -> Trace | None:
        """One trace of a random intent; None when its answer is not borne out by what was run."""
        seed = f"{self.seed}/{pool}/{which}/{number}"
        rng = random.Random(seed)
        intent = rng.choices(intents, [one.weight for one in intents])[0]
        return self.of_intent(intent, seed, which, pool)

    def of_intent(self, intent: Intent, seed: str, which: str, pool: Pool) -> Trace | None:
        rng = random.Random(f"{seed}/{intent.name}")
        scene = Scene(World(seed, pool))
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
            messages = self.stage.play(scene, oracle, first, task, follow, mode)
        except Unverified as problem:
            self.dropped.append(f"{intent.name}: {problem}")
            return None
        if typed and len(messages) > ONE_CALL:
            return None
        return {"intent": intent.name, "messages": messages}


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


def write_training(maker: Maker, path: Path, tokens: int, extra: Iterator[Trace] | None) -> tuple[int, int]:
    """Write about so many tokens (by the product's estimate); (traces, tokens) written."""
    rng = random.Random(f"{maker.seed}/mixture")
    usual = traces(maker, [one for one in INTENTS if one.name not in HELD_OUT_INTENTS], "train", "train")
    count = total = 0
    with path.open("w", encoding="utf-8") as file:
        while total < tokens:
            trace = next(extra) if extra and rng.random() < EXTRA_SHARE else next(usual)
            file.write(json.dumps(trace, ensure_ascii=False) + "\n")
            count, total = count + 1, total + tokens_of(trace)
    return count, total


def write_tests(maker: Maker, folder: Path, count: int) -> None:
    for name, (which, pool) in SETS.items():
        held_out = name == "test_intents"
        intents = [one for one in INTENTS if (one.name in HELD_OUT_INTENTS) == held_out]
        source = traces(maker, intents, which, pool)
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(next(source), ensure_ascii=False) + "\n" for _ in range(count))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the word `data`."""
    parser.add_argument("--out", required=True, help="folder to write to")
    parser.add_argument("--tokens", type=int, default=20_000_000, help="about how many tokens to train on")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tiny", action="store_true", help="a few traces, for tests")
    parser.add_argument("--tldr", help="a file of tldr pairs (JSON lines with description and command)")


def run(arguments: argparse.Namespace) -> int:
    """Write the files of one data set."""
    folder = Path(arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    tokens = min(arguments.tokens, TINY_TOKENS) if arguments.tiny else arguments.tokens
    started = time.monotonic()
    with Stage() as stage:
        maker = Maker(stage, str(arguments.seed))
        extra = tldr_traces(Path(arguments.tldr), maker) if arguments.tldr else None
        count, total = write_training(maker, folder / "train.jsonl", tokens, extra)
        write_tests(maker, folder, TINY_TEST_TRACES if arguments.tiny else TEST_TRACES)
    seconds = time.monotonic() - started
    report = (
        f"{count} traces, about {total} tokens, {len(INTENTS)} intents, {len(maker.dropped)} dropped, {seconds:.0f} s"
    )
    print(report, file=sys.stderr)
    for line in maker.dropped[:20]:
        print(f"dropped: {line}", file=sys.stderr)
    return 0
