"""A folder of traces that a kill left behind, and what goes on in it."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from training import dataset
from training.__main__ import main
from training.dataset import UNFINISHED, Memory, training_file

ROOT = Path(__file__).parents[2]
FILES = ("train", "test_phrasings", "test_values", "test_intents")
PAIR = {"page": "frob", "description": "Polish a thing", "command": "frob {{path/to/thing}}"}


def words(out: Path, pairs: Path, *more: str) -> Sequence[str]:
    return ["data", f"--out={out}", "--tokens=30000", "--tiny", f"--tldr={pairs}", "--seed", "5", "6", *more]


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / f"{name}.jsonl").read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"
    path.write_text(json.dumps(PAIR) + "\n")
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, pairs: Path) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    assert main(words(folder, pairs)) == 0
    return folder


def killed(out: Path, pairs: Path, traces: int) -> None:
    """Begin a folder, and kill the process after it made so many traces."""
    process = subprocess.Popen([sys.executable, "-m", "training", *words(out, pairs)], cwd=ROOT)
    journal = out / UNFINISHED
    while not journal.exists() or journal.read_bytes().count(b"\n") < traces:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("traces", [5, 80])
def test_a_killed_folder_goes_on_to_the_same_bytes_and_makes_nothing_twice(
    tmp_path: Path, pairs: Path, whole: Path, monkeypatch: pytest.MonkeyPatch, traces: int
) -> None:
    killed(tmp_path, pairs, traces)
    known = {json.loads(line)[0] for line in (tmp_path / UNFINISHED).read_bytes().splitlines(keepends=True)[:-1]}
    made: list[str] = []
    recall = Memory.recall

    def watched(memory: Memory, key: str, make: dataset.Callable[[], dataset.Made]) -> dataset.Made:
        return recall(memory, key, lambda: made.append(key) or make())  # type: ignore[func-returns-value]

    monkeypatch.setattr(Memory, "recall", watched)
    assert main(words(tmp_path, pairs)) == 0
    assert contents(tmp_path) == contents(whole)
    assert made and len(known) >= traces - 1 and not known & set(made)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in whole.iterdir())


def test_a_line_that_a_kill_cut_short_is_made_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Memory(tmp_path) as memory:
        memory.recall("a", lambda: ({"intent": "x"}, ""))
        memory.recall("b", lambda: (None, "not borne out"))
        raise KeyboardInterrupt
    journal = tmp_path / UNFINISHED
    journal.write_bytes(journal.read_bytes()[:-4])
    with Memory(tmp_path) as again:
        assert again.recall("a", lambda: (None, "made twice")) == ({"intent": "x"}, "")
        assert again.recall("b", lambda: (None, "made anew")) == (None, "made anew")
        assert [json.loads(line)[0] for line in journal.read_text().splitlines()] == ["a", "b"]
    assert not journal.exists()


def test_a_whole_folder_is_left_as_it_is(
    whole: Path, pairs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("training.data.Maker", None)
    assert main(words(whole, pairs)) == 0
    assert "is whole already" in capsys.readouterr().err


@pytest.mark.parametrize(("more", "named"), [(["--tokens=31000"], "tokens"), (["--seed", "7"], "seed")])
def test_a_folder_of_other_settings_is_refused(whole: Path, pairs: Path, more: list[str], named: str) -> None:
    before = contents(whole)
    with pytest.raises(SystemExit, match=f"with other {named}; name another folder"):
        main(words(whole, pairs, *more))
    assert contents(whole) == before


def test_a_folder_made_from_other_phrasings_is_refused(
    whole: Path, pairs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.data.sources_digest", lambda: "another")
    with pytest.raises(SystemExit, match="with other sources; name another folder"):
        main(words(whole, pairs))


def test_traces_that_nobody_wrote_settings_for_are_not_overwritten(tmp_path: Path, pairs: Path) -> None:
    (tmp_path / "train.jsonl").write_text("{}\n")
    with pytest.raises(SystemExit, match="not written down; name another folder"):
        main(words(tmp_path, pairs))
    assert training_file(tmp_path).read_text() == "{}\n"


def test_an_incomplete_folder_is_not_learned_from(tmp_path: Path, whole: Path) -> None:
    assert training_file(whole) == whole / "train.jsonl"
    with pytest.raises(SystemExit, match="holds no train.jsonl"):
        training_file(tmp_path)
    (tmp_path / "train.jsonl").write_text("{}\n")
    (tmp_path / UNFINISHED).touch()
    with pytest.raises(SystemExit, match="is incomplete.*it goes on"):
        training_file(tmp_path)
