"""From phrasings to a model file with its card, by the words alone, at the tiny setting."""

import hashlib
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (training/requirements.txt)")

from gguf import GGUFReader

from training.__main__ import main
from training.curve import read_curve


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chain")


def test_words_lead_from_phrasings_to_a_model_with_its_card(folder: Path) -> None:
    data, run, model, card = folder / "data", folder / "run", folder / "model.gguf", folder / "card.md"
    settings = ["--shape=tiny", "--vocabulary=600", "--batch-tokens=2048", "--threads=1", "--tokens=12000"]
    assert main(["data", "--tiny", f"--out={data}"]) == 0
    assert main(["train", f"--data={data}", f"--run={run}", "--score-tokens=6000", "--score-traces=8", *settings]) == 0
    assert main(["export", f"--run={run}", f"--out={model}", "--precision=f16", "--name=chained"]) == 0
    assert main(["card", f"--run={run}", f"--model={model}", f"--out={card}"]) == 0
    session, last = read_curve(run)[0], read_curve(run)[-1]
    reader = GGUFReader(model)
    embedding = next(tensor for tensor in reader.tensors if tensor.name == "token_embd.weight")
    assert reader.fields["general.name"].contents() == "chained"
    assert embedding.shape.tolist() == [64, session["shape"]["vocabulary"]]
    text = card.read_text()
    assert hashlib.sha256(model.read_bytes()).hexdigest() in text
    assert hashlib.sha256((data / "train.jsonl").read_bytes()).hexdigest() in text
    assert f"in {last['step']} updates" in text and last["step"] >= 3
    assert "| kinds of task it has not seen | " in text


def test_an_unknown_word_names_the_words_there_are() -> None:
    with pytest.raises(SystemExit, match=r"usage: .*data\|train\|export\|release\|card"):
        main(["fly"])
