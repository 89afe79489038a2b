"""`python -m training release`: a run becomes the model in the package, if its file proves to be what was trained."""

import shutil
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from training.card import write_card
from training.checkpoints import CHECKPOINT, TOKENIZER
from training.curve import CURVE, read_curve
from training.export import NAME, export
from training.gguf_file import PRECISIONS
from training.probes import STRINGS
from training.results import read_results
from training.verify import verify

PLACE = Path(__file__).parent.parent / "devops_agent" / "models"
LARGEST = 40_000_000
"""Bytes of the file: what a wheel may carry."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--run", type=Path, required=True, help="folder of the run")
    parser.add_argument("--precision", choices=PRECISIONS, default="q8_0")
    parser.add_argument("--name", default=NAME, help="what the model is called")
    parser.add_argument("--results", type=Path, nargs="*", default=[], help="JSON files that `devops-agent eval` saved")
    parser.add_argument("--place", type=Path, default=PLACE, help="where the files go (the package)")


def run(arguments: Namespace) -> int:
    arguments.place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=arguments.place) as folder:
        run = _copied(arguments.run, Path(folder, "run"))
        model = Path(folder, f"{arguments.name}.gguf")
        digest = export(run, model, arguments.precision, arguments.name)
        if model.stat().st_size > LARGEST:
            raise SystemExit(
                f"{model.name} has {model.stat().st_size} bytes, more than the {LARGEST} a wheel may carry"
            )
        results = read_results(arguments.results, digest)
        checks = [
            f"{arguments.precision} against PyTorch at {verify(run, model, arguments.precision)}",
            f"{STRINGS} texts are the same tokens to the engine as to the tokenizer",
        ]
        card = write_card(model, read_curve(run), results, checks)
        model.with_suffix(".md").write_text(card, encoding="utf-8")
        for path in Path(folder).glob(f"{arguments.name}.*"):
            path.replace(arguments.place / path.name)
    print(arguments.place / model.name, f"SHA-256 {digest}", *checks, sep="\n")
    return 0


def _copied(run: Path, folder: Path) -> Path:
    """The run as it is now: while it goes on, its checkpoint changes."""
    folder.mkdir()
    for name in (CHECKPOINT, TOKENIZER, CURVE):
        shutil.copy(run / name, folder)
    return folder
