import hashlib
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("tokenizers", reason="the package tokenizers is not installed")

from training.card import write_card
from training.curve import read_curve, record

SHAPE = {
    "layers": 6,
    "hidden": 256,
    "feed_forward": 768,
    "heads": 8,
    "key_heads": 4,
    "head_size": 32,
    "vocabulary": 4096,
}


def session(**changes: Any) -> dict[str, Any]:
    return {
        "step": 0,
        "tokens": 0,
        "seconds": 0.0,
        "settings": {"vocabulary_texts": "None"},
        "shape": SHAPE,
        "parameters": 5_800_000,
        "data": {"traces": 10, "tokens": 1000, "sha256": "abc"},
        "torch": "2.13.0",
        "device": "cpu",
        **changes,
    }


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "mini.gguf"
    path.write_bytes(b"GGUF")
    return path


def test_the_card_says_what_was_measured(model: Path) -> None:
    shares = {"first": 0.915, "last": 0.8, "all": 0.75}
    curve = [
        session(),
        {"step": 50, "tokens": 2_000_000, "seconds": 60.0, "loss": 1.25},
        {"step": 90, "tokens": 4_000_000, "seconds": 7200.0, "scores": {"phrasings": shares}},
    ]
    half = {"share": 0.5, "interval": [0.25, 0.75]}
    figures = {"all": {"tasks": 8, "well_formed": half, "first_right": half, "solved": half}}
    scored = {"models": [{"model": "mini", "terms": {"num_ctx": 4096}, "figures": figures}]}
    card = write_card(model, curve, {"embedded": scored})
    assert hashlib.sha256(b"GGUF").hexdigest() in card
    assert "5.8 million parameters" in card
    assert "4.0 million tokens in 90 updates" in card
    assert "2.0 hours" in card
    assert "| questions in words it has not seen | 91.5% | 80.0% | 75.0% |" in card
    assert "| 2.00 | 1.250 |" in card
    assert "mini, num_ctx 4096:" in card
    assert "| all | 8 | 50% (25%–75%) | 50% (25%–75%) | 50% (25%–75%) |" in card


def test_every_data_set_of_a_run_is_named_once(model: Path) -> None:
    other = {"traces": 20, "tokens": 2000, "sha256": "def"}
    card = write_card(model, [session(), session(), session(data=other)], {})
    assert card.count("`abc`") == card.count("`def`") == 1


@pytest.mark.parametrize("used", [True, False])
def test_the_texts_of_others_are_credited_when_they_were_used(model: Path, used: bool) -> None:
    settings = {"vocabulary_texts": "tldr.txt" if used else "None"}
    assert ("tldr-pages" in write_card(model, [session(settings=settings)], {})) == used


@pytest.mark.parametrize("count", [0, 7])
def test_traces_made_from_documentation_are_counted(model: Path, count: int) -> None:
    data = {"traces": 10, "documented": count, "tokens": 1000, "sha256": "abc"}
    assert ("7 of them put the descriptions" in write_card(model, [session(data=data)], {})) == bool(count)


def test_a_line_that_a_kill_cut_short_is_left_out(tmp_path: Path) -> None:
    record(tmp_path, step=1)
    record(tmp_path, step=2)
    path = tmp_path / "curve.jsonl"
    path.write_text(path.read_text()[:-3])
    assert read_curve(tmp_path) == [{"step": 1}]
