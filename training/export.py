"""`python -m training export`: the averaged weights of a run as a GGUF file, with its SHA-256 beside it."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from devops_agent.disk import file_digest

from training.checkpoints import TOKENIZER, load_checkpoint, load_model
from training.gguf_file import PRECISIONS, About, write_gguf
from training.tokenizer import load_tokenizer

NAME = "qwen3-devops-mini"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--run", type=Path, required=True, help="folder of the run")
    parser.add_argument("--out", type=Path, default=Path(f"{NAME}.gguf"), help="the file to write")
    parser.add_argument("--precision", choices=PRECISIONS, default="q8_0")
    parser.add_argument("--name", default=NAME, help="what the file calls the model")


def run(arguments: Namespace) -> int:
    export(arguments.run, arguments.out, arguments.precision, arguments.name)
    return 0


def export(run: Path, path: Path, precision: str = "q8_0", name: str = NAME) -> str:
    """Write the model of a run and, beside it, the line that `sha256sum --check` reads. Returns the digest."""
    model = load_model(run)
    weights = {key: weight.float().numpy() for key, weight in model.state_dict().items()}
    temporary = path.with_name(f"{path.name}.new")
    write_gguf(temporary, asdict(model.shape), weights, load_tokenizer(run / TOKENIZER), precision, _about(run, name))
    digest = file_digest(temporary)
    temporary.replace(path)
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n", encoding="utf-8")
    return digest


def _about(run: Path, name: str) -> About:
    checkpoint = load_checkpoint(run)
    progress = checkpoint.progress if checkpoint else None
    facts = {"trained_tokens": str(progress.tokens), "data_sha256": progress.position.digest} if progress else {}
    return About(name, facts=facts)
