"""`python -m training finetune`: LoRA on a Qwen3 with our traces, merged, as GGUF, and made known to Ollama."""

import shutil
import subprocess
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.dataset import training_file
from training.encoding import Encoded, encode_file
from training.gguf_file import PRECISIONS, About, write_gguf

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "qwen3-devops"
PACKAGED_MODELFILE = Path(__file__).parents[1] / "devops_agent" / "Modelfile"
ADAPTED = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--base", default="Qwen/Qwen3-1.7B", help="a Qwen3 on Hugging Face, or a folder that holds one")
    parser.add_argument("--data", type=Path, required=True, help="folder that `data` filled")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, the merged model and the GGUF")
    parser.add_argument("--traces", type=int, default=20_000, help="most traces to learn from")
    parser.add_argument("--steps", type=int, default=-1, help="most updates; -1 reads all traces once")
    parser.add_argument("--batch", type=int, default=4, help="traces of one pass")
    parser.add_argument("--passes", type=int, default=4, help="passes of one update")
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--longest", type=int, default=4096, help="tokens of a trace, its system turn included")
    parser.add_argument("--precision", choices=PRECISIONS, default="q8_0")
    parser.add_argument("--name", default=NAME, help="what Ollama shall call the model")
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: Namespace) -> int:
    """Adapt, merge, write, and make the model known where `ollama` is installed. A stopped adaptation goes on."""
    arguments.out.mkdir(parents=True, exist_ok=True)
    model, tokenizer = _adapt(arguments)
    path = arguments.out / f"{arguments.name}.gguf"
    weights = Merged(model)
    write_gguf(
        path, shape_of(model.config), weights, tokenizer, arguments.precision, About(arguments.name, "apache-2.0")
    )
    write_modelfile(arguments.out / "Modelfile", path)
    return _tell_ollama(arguments.name, arguments.out)


class Merged(Mapping[str, "NDArray[np.float32]"]):
    """The weights of a model as arrays, each made when it is asked for: all at once would need twice the memory."""

    def __init__(self, model: Any) -> None:
        self._weights = model.state_dict()
        if model.config.tie_word_embeddings:
            self._weights.pop("lm_head.weight", None)

    def __getitem__(self, name: str) -> "NDArray[np.float32]":
        return self._weights[name].float().cpu().numpy()  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)


def shape_of(config: Any) -> dict[str, Any]:
    """The fields of `Shape` from the configuration of a Qwen3 in transformers."""
    rope = getattr(config, "rope_parameters", None) or {"rope_theta": getattr(config, "rope_theta", None)}
    return {
        "hidden": config.hidden_size,
        "feed_forward": config.intermediate_size,
        "layers": config.num_hidden_layers,
        "heads": config.num_attention_heads,
        "key_heads": config.num_key_value_heads,
        "head_size": config.head_dim,
        "context": config.max_position_embeddings,
        "rope_base": float(rope["rope_theta"]),
        "epsilon": config.rms_norm_eps,
    }


def write_modelfile(path: Path, model: Path) -> None:
    """The package's own Modelfile, for this file."""
    lines = PACKAGED_MODELFILE.read_text(encoding="utf-8").splitlines()
    lines = [f"FROM ./{model.name}" if line.startswith("FROM ") else line for line in lines]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _adapt(arguments: Namespace) -> tuple[Any, Any]:
    """Train the adapter; returns the merged model and the tokenizer of the `tokenizers` library."""
    import torch
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.trainer_utils import get_last_checkpoint
    from trl import SFTTrainer

    tokenizer = AutoTokenizer.from_pretrained(arguments.base)
    precision = torch.bfloat16 if torch.cuda.is_available() else torch.float32
    model = AutoModelForCausalLM.from_pretrained(arguments.base, dtype=precision)
    data = encode_file(training_file(arguments.data), tokenizer.backend_tokenizer, arguments.traces)
    trainer = SFTTrainer(
        model=model,
        args=_trainer_settings(arguments, on_gpu=torch.cuda.is_available()),
        train_dataset=_dataset(data, arguments.longest),
        processing_class=tokenizer,
        peft_config=LoraConfig(r=arguments.rank, lora_alpha=2 * arguments.rank, target_modules=ADAPTED),
    )
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(arguments.out)))
    return trainer.model.merge_and_unload(), tokenizer.backend_tokenizer


def _trainer_settings(arguments: Namespace, *, on_gpu: bool) -> Any:
    from trl import SFTConfig

    return SFTConfig(
        output_dir=str(arguments.out),
        per_device_train_batch_size=arguments.batch,
        gradient_accumulation_steps=arguments.passes,
        learning_rate=arguments.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=20,
        num_train_epochs=1,
        max_steps=arguments.steps,
        max_length=arguments.longest,
        completion_only_loss=True,
        gradient_checkpointing=on_gpu,
        bf16=on_gpu,
        use_cpu=not on_gpu,
        logging_steps=10,
        save_steps=100,
        save_total_limit=2,
        report_to="none",
        seed=arguments.seed,
    )


def _dataset(data: Encoded, longest: int) -> Any:
    """Whole traces as token lists, with a mask of what the assistant said."""
    from datasets import Dataset

    rows = [_row(data, index) for index in range(len(data))]
    return Dataset.from_list([row for row in rows if len(row["input_ids"]) <= longest])


def _row(data: Encoded, index: int) -> dict[str, list[int]]:
    prefix = data.prefixes[data.systems[index]].tolist()
    said, learned = data.trace(index)
    return {"input_ids": prefix + said.tolist(), "completion_mask": [0] * len(prefix) + learned.astype(int).tolist()}


def _tell_ollama(name: str, folder: Path) -> int:
    if shutil.which("ollama") is None:
        return 0
    return subprocess.run(["ollama", "create", name, "-f", "Modelfile"], cwd=folder).returncode
