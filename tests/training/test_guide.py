"""What docs/training.md tells people to write works as written."""

import re
import shlex
import subprocess
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from training.__main__ import WORDS
from training.data import Maker
from training.stage import Stage
from training.tasks.scene import BOOK, Intent

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("python -m training ")]


@pytest.fixture
def example() -> Iterator[Intent]:
    code = re.search(r"runs this -->\n```python\n(.*?)```", GUIDE, re.DOTALL)
    assert code is not None
    before = set(BOOK.intents)
    exec(code[1], {})  # noqa: S102 - running the documentation is the point
    (name,) = set(BOOK.intents) - before
    yield BOOK.intents.pop(name)


def test_the_example_intent_yields_traces(example: Intent) -> None:
    with Stage() as stage:
        maker = Maker(stage, "guide")
        made = [maker.of_intent(example, str(number), "train", "train") for number in range(20)]
    assert maker.dropped == []
    answers = [trace["messages"][-1]["content"] for trace in made if trace]
    assert sum(bool(re.search(r"holds \d+ files?\.", answer)) for answer in answers) > 10


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_names_a_word_and_options_that_there_are(command: str) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")
    word, *options = shlex.split(command)[3:]
    parser = ArgumentParser()
    import_module(WORDS[word]).add_arguments(parser)
    parser.parse_args(options)


def test_every_word_of_the_chain_is_shown() -> None:
    assert {shlex.split(command)[3] for command in COMMANDS} == {*WORDS} - {"tasks"}


def retrained(*variables: str) -> list[list[str]]:
    """What `make retrain` would run: the words of each line."""
    done = subprocess.run(["make", "--dry-run", "retrain", *variables], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [shlex.split(line) for line in done.stdout.replace("\\\n", " ").splitlines()]


def test_retraining_says_the_words_in_their_order_with_options_that_there_are() -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")
    lines = retrained("TRAINING=python", "TLDR=pairs.jsonl", "VOCABULARY_TEXTS=texts.txt")
    assert [line[3] for line in lines] == ["data", "train", "export", "eval", "release"]
    for _, _, program, word, *options in lines:
        if program == "training":
            parser = ArgumentParser()
            import_module(WORDS[word]).add_arguments(parser)
            parser.parse_args(options)


def test_every_variable_of_the_guide_reaches_a_command() -> None:
    table = re.findall(r"^\| (`[^|]*) \| [^|]* \|", GUIDE, re.MULTILINE)
    names = [name for row in table for name in re.findall(r"`(\w+)`", row)]
    assert len(names) > 12
    for name in names:
        said = " ".join(word for line in retrained(f"{name}=told-{name}") for word in line)
        assert f"told-{name}" in said, name


def test_the_defaults_of_the_guide_are_those_of_make() -> None:
    said = " ".join(word for line in retrained() for word in line)
    for part in (
        "--shape small --vocabulary 4096 --tokens 53200000 --batch-tokens 5120 --processes 2 --threads 1",
        "--out trained/data --tokens 40000000 --seed 1 2",
        "--precision q8_0 --name qwen3-devops-mini --place devops_agent/models",
    ):
        assert part in said
    assert "--tldr" not in said and "--vocabulary-texts" not in said
