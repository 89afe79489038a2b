import json
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")

import torch

from tests.toy_traces import write_toy_data
from training import train
from training.batches import Batches, Position
from training.checkpoints import CHECKPOINT, load_checkpoint
from training.curve import read_curve
from training.dataset import UNFINISHED
from training.encoding import encode_file
from training.tokenizer import load_tokenizer

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy_data(tmp_path_factory.mktemp("toys"))


def options(data: Path, run: Path, **settings: object) -> list[str]:
    given = {"shape": "tiny", "vocabulary": 400, "tokens": 60_000, "batch-tokens": 1024, "threads": 1, **settings}
    return ["--data", str(data), "--run", str(run), *(f"--{name}={value}" for name, value in given.items())]


def parsed(data: Path, run: Path, **settings: object) -> Namespace:
    parser = ArgumentParser()
    train.add_arguments(parser)
    return parser.parse_args(options(data, run, **settings))


def test_a_run_learns_scores_and_ends(data: Path, tmp_path: Path) -> None:
    assert train.run(parsed(data, tmp_path, tokens=110_000, **{"score-tokens": 50_000})) == 0
    curve = read_curve(tmp_path)
    losses = [line["loss"] for line in curve if "loss" in line]
    scores = [line["scores"] for line in curve if "scores" in line]
    assert losses[-1] < 0.8 * losses[0]
    assert set(scores[-1]) == {"phrasings", "values", "intents"}
    assert curve[0]["data"]["traces"] == 300
    assert curve[-1]["tokens"] >= 100_000


def test_a_run_that_was_stopped_ends_as_if_it_had_not_been(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    train.run(parsed(data, whole, tokens=20_000))
    with monkeypatch.context() as patch:
        count = train.Trainer._count

        def stop_at_seven(self: train.Trainer, *rest: object) -> None:
            count(self, *rest)  # type: ignore[arg-type]
            if self._progress.step == 7:
                self.stop()

        patch.setattr(train.Trainer, "_count", stop_at_seven)
        train.run(parsed(data, halves, tokens=20_000))
    train.run(parsed(data, halves, tokens=20_000))
    first, second = load_checkpoint(whole), load_checkpoint(halves)
    assert first and second and first.progress.position == second.progress.position
    for name, weight in first.weights.items():
        torch.testing.assert_close(second.weights[name], weight)


def test_two_processes_learn_what_one_does(data: Path, tmp_path: Path) -> None:
    for processes in (1, 2):
        given = options(data, tmp_path / str(processes), tokens=8_000, processes=processes)
        command = [sys.executable, "-m", "training", "train", *given]
        subprocess.run(command, cwd=ROOT, check=True, timeout=100)
    one, two = load_checkpoint(tmp_path / "1"), load_checkpoint(tmp_path / "2")
    assert one and two and one.progress.step == two.progress.step > 4
    for name, weight in one.weights.items():
        torch.testing.assert_close(two.weights[name], weight, atol=1e-3, rtol=0)


def test_a_run_that_was_killed_goes_on(data: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "training", "train", *options(data, tmp_path, tokens=40_000)]
    process = subprocess.Popen([*command, "--checkpoint-seconds=0"], cwd=ROOT)
    while not (tmp_path / CHECKPOINT).exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    killed = load_checkpoint(tmp_path)
    assert killed
    subprocess.run(command, cwd=ROOT, check=True, timeout=100)
    ended = load_checkpoint(tmp_path)
    assert ended and ended.progress.tokens >= 40_000 and ended.progress.step > killed.progress.step
    assert json.loads((tmp_path / "curve.jsonl").read_text().splitlines()[-1])


def test_a_data_folder_that_is_incomplete_is_refused(tmp_path: Path) -> None:
    folder = write_toy_data(tmp_path / "data")
    (folder / UNFINISHED).touch()
    with pytest.raises(SystemExit, match="is incomplete"):
        train.run(parsed(folder, tmp_path / "run", tokens=1))


def test_the_same_seed_gives_the_same_batches_and_all_traces(data: Path, tmp_path: Path) -> None:
    train.run(parsed(data, tmp_path, tokens=1))
    encoded = encode_file(data / "train.jsonl", load_tokenizer(tmp_path / "tokenizer.json"))
    plans = [Batches(encoded, 1024, seed)._plan_of(epoch) for seed, epoch in ((0, 0), (0, 0), (0, 1), (1, 0))]
    assert plans[0] == plans[1]
    assert plans[0] != plans[2] and plans[0] != plans[3]
    for plan in plans:
        assert sorted(trace for batch in plan for row in batch for trace in row) == list(range(300))


def test_new_data_is_read_from_its_beginning_and_mixed(data: Path, tmp_path: Path) -> None:
    train.run(parsed(data, tmp_path, tokens=1))
    encoded = encode_file(data / "train.jsonl", load_tokenizer(tmp_path / "tokenizer.json"))
    elsewhere = Position("other data", epoch=3, index=5)
    _, after = next(Batches(encoded, 1024, 0).after(elsewhere))
    assert after == Position(encoded.digest, 4, 1)
