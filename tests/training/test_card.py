import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("tokenizers", reason="the package tokenizers is not installed")

from training import card
from training.__main__ import main
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
    text = write_card(model, curve, {"embedded": scored})
    assert hashlib.sha256(b"GGUF").hexdigest() in text
    assert "5.8 million parameters" in text
    assert "4.0 million tokens in 90 updates" in text
    assert "2.0 hours" in text
    assert "| questions in words it has not seen | 91.5% | 80.0% | 75.0% |" in text
    assert "| 2.00 | 1.250 |" in text
    assert "mini, num_ctx 4096:" in text
    assert "| all | 8 | 50% (25%–75%) | 50% (25%–75%) | 50% (25%–75%) |" in text


def scored(path: Path, identity: str | None) -> Path:
    """A file of results of a model with this digest; None: of a time when results did not name it."""
    terms = {"num_ctx": 4096} if identity is None else {"num_ctx": 4096, "identity": identity}
    path.write_text(json.dumps({"models": [{"model": "mini", "terms": terms, "figures": {}, "tasks": []}]}))
    return path


@pytest.mark.parametrize("identity", [None, "", "0f" * 32])
def test_a_card_takes_no_figures_of_another_file(tmp_path: Path, model: Path, identity: str | None) -> None:
    record(tmp_path, **session(), loss=1.0)
    out = tmp_path / "card.md"
    words = ["card", "--run", str(tmp_path), "--model", str(model), "--out", str(out), "--results"]
    own = scored(tmp_path / "own.json", hashlib.sha256(b"GGUF").hexdigest())
    with pytest.raises(SystemExit, match=r"other\.json holds results of mini with the digest"):
        main([*words, str(own), str(scored(tmp_path / "other.json", identity))])
    assert not out.exists()
    assert main([*words, str(own)]) == 0
    assert "## devops-agent eval: own" in out.read_text()


def test_the_settings_of_the_run_and_their_changes_stand_in_the_card(model: Path) -> None:
    first = {"shape": "small", "vocabulary": "4096", "batch_tokens": "2048", "threads": "1", "seed": "0"}
    first["tokens"] = "40000000.0"
    second = {**first, "batch_tokens": "5120", "processes": "2", "tokens": "25800000.0"}
    rates = {"matrices": 0.5, "others": 0.25, "warm_up_steps": 7, "decay_from": 0.6, "least": 0.1}
    sessions = [session(settings=first), session(settings=first, tokens=1_000_000)]
    sessions.append(session(settings=second, tokens=8_531_467, rates=rates))
    lines = write_card(model, sessions, {}).splitlines()
    assert "- shape `small`, vocabulary at most 4096, no further texts for it" in lines
    assert "- Muon at 0.5 for the matrices, AdamW at 0.25 for the rest; " in "".join(lines)
    assert "7 updates of warm-up, from 60% of the tokens down to 10% of the rate" in "".join(lines)
    assert "| from million tokens | data | tokens of an update | processes × threads | seed | until |" in lines
    rows = [line for line in lines if line.startswith("| ") and "`abc`" in line]
    assert rows == ["| 0.00 | `abc` | 2048 | 1 × 1 | 0 | 40.0 |", "| 8.53 | `abc` | 5120 | 2 × 1 | 0 | 25.8 |"]


def test_what_was_tried_stands_in_the_card_word_for_word(model: Path) -> None:
    tried = (Path(card.__file__).parent / "tried.md").read_text()
    assert tried.startswith("## What was tried")
    assert write_card(model, [session()], {}).endswith(tried)


def test_every_data_set_of_a_run_is_named_once(model: Path) -> None:
    other = {"traces": 20, "tokens": 2000, "sha256": "def"}
    text = write_card(model, [session(), session(), session(data=other)], {})
    assert text.count("SHA-256 `abc`") == text.count("SHA-256 `def`") == 1


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
