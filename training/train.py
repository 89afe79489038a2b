"""`python -m training train`: learn from traces until the tokens are spent; a run that was stopped goes on."""

import signal
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from training.batches import NOT_LEARNED, Batch, Batches, Position
from training.checkpoints import TOKENIZER, Checkpoint, Progress, load_checkpoint
from training.curve import record
from training.dataset import training_file
from training.encoding import Encoded, encode_file, messages_of, read_traces, segments
from training.model import Qwen3, Shape, parameter_count
from training.optimizers import make_optimizers, set_rate
from training.rates import RATES, rate
from training.scores import score
from training.tasks.tldr import DOCUMENTED
from training.together import Together, each
from training.tokenizer import load_tokenizer, train_tokenizer

SHAPES: dict[str, dict[str, int]] = {
    "tiny": {"hidden": 64, "feed_forward": 128, "layers": 2, "heads": 2, "key_heads": 1, "head_size": 32},
    "small": {"hidden": 256, "feed_forward": 768, "layers": 6, "heads": 8, "key_heads": 4, "head_size": 32},
    "large": {"hidden": 512, "feed_forward": 1536, "layers": 8, "heads": 8, "key_heads": 4, "head_size": 64},
}
TOKENIZER_TRACES = 8000
SYSTEM_WEIGHT = 300
"""How often the system turn counts for the tokenizer: every request begins with it."""
AVERAGING = 0.99
"""How much of the averaged weights an update keeps: they are those of about the last hundred."""
CLIP = 1.0
CURVE_STEPS = 50
TESTS = ("phrasings", "values", "intents")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder that `data` filled")
    parser.add_argument("--run", type=Path, required=True, help="folder of the run; one that has begun goes on")
    parser.add_argument("--shape", choices=SHAPES, default="small", help="size of a new model")
    parser.add_argument("--vocabulary", type=int, default=4096, help="most tokens of a new tokenizer")
    parser.add_argument("--vocabulary-texts", type=Path, help="file of further texts for a new tokenizer, line by line")
    parser.add_argument("--tokens", type=float, default=50e6, help="tokens after which the run is complete")
    parser.add_argument("--batch-tokens", type=int, default=2048, help="tokens of one update, the system turn aside")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop this session after so long")
    parser.add_argument("--checkpoint-seconds", type=float, default=180, help="most that a kill can cost")
    parser.add_argument("--score-tokens", type=float, default=1e6, help="tokens between two scores on the tests")
    parser.add_argument("--score-traces", type=int, default=200, help="traces of each test to score")
    parser.add_argument(
        "--threads", type=int, default=0, help="threads of a process on the CPU; 0 leaves it to PyTorch"
    )
    parser.add_argument("--processes", type=int, default=1, help="processes on the CPU that share each update")
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: Namespace) -> int:
    """Train until the tokens or the minutes are spent, or until SIGTERM or Ctrl-C. Returns the exit code."""
    arguments.run.mkdir(parents=True, exist_ok=True)
    _tokenizer(arguments)
    each(arguments.processes, partial(_session, arguments))
    return 0


def _session(arguments: Namespace, together: Together) -> None:
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    trainer = Trainer(arguments, _tokenizer(arguments), together)
    signal.signal(signal.SIGTERM, lambda *_: trainer.stop())
    signal.signal(signal.SIGINT, lambda *_: trainer.stop())
    trainer.train()


class Trainer:
    """One session of a run, or one process's part in it."""

    def __init__(self, arguments: Namespace, tokenizer: Tokenizer, together: Together) -> None:
        self._arguments = arguments
        self._together = together
        self._run: Path = arguments.run
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._data = encode_file(training_file(arguments.data), tokenizer)
        self._tests = _read_tests(arguments, tokenizer)
        self._session = _Clock()
        self._stopped = self._ended = False
        self._begin(load_checkpoint(self._run), Shape(tokenizer.get_vocab_size(), **SHAPES[arguments.shape]))
        self._note_settings()

    def stop(self) -> None:
        """End the session after the update under way."""
        self._stopped = True

    def train(self) -> None:
        saved = _Clock()
        batches = Batches(self._data, self._arguments.batch_tokens, self._arguments.seed)
        losses: list[float] = []
        for batch, after in batches.after(self._progress.position):
            if self._ended or self._done >= 1:
                break
            update = _Clock()
            losses.append(self._update(batch))
            self._count(batch, after, update.seconds)
            if self._progress.step % CURVE_STEPS == 0:
                self._note(loss=sum(losses) / len(losses), rate=self._rate)
                losses.clear()
            if saved.seconds > self._arguments.checkpoint_seconds:
                self._save()
                saved = _Clock()
            self._score_when_due(batch)
        self._save()

    def _begin(self, found: Checkpoint | None, shape: Shape) -> None:
        """Start anew, or where the last checkpoint was; the shape is then the one it has."""
        self._shape = found.shape if found else shape
        self._model = Qwen3(self._shape).to(self._device)
        self._optimizers = make_optimizers(self._model)
        self._progress = found.progress if found else Progress(Position(self._data.digest))
        if found:
            self._model.load_state_dict(found.weights)
            for optimizer, state in zip(self._optimizers, found.optimizers, strict=True):
                optimizer.load_state_dict(state)
        weights = found.average if found else self._model.state_dict()
        self._average = {name: weight.clone().to(self._device) for name, weight in weights.items()}

    @property
    def _done(self) -> float:
        return float(self._progress.tokens / self._arguments.tokens)

    @property
    def _rate(self) -> float:
        return rate(self._progress.step, self._done)

    def _update(self, batch: Batch) -> float:
        """Learn from one batch; returns its loss."""
        set_rate(self._optimizers, self._rate)
        ending = self._stopped or self._session.seconds > self._arguments.minutes * 60
        loss, self._ended = self._together.merge(self._model, *self._learn(batch), ending=ending)
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), CLIP)
        for optimizer in self._optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        share = 1 - min(AVERAGING, self._progress.step / (self._progress.step + 10))
        with torch.no_grad():
            for name, weight in self._model.state_dict().items():
                self._average[name].lerp_(weight, share)
        return loss

    def _learn(self, batch: Batch) -> tuple[float, int]:
        """Leave the gradients of this process's share; returns its summed loss and the number of learned tokens."""
        tokens, targets = self._together.share(batch.tokens), self._together.share(batch.targets)
        learned = int((targets != NOT_LEARNED).sum())
        if not learned:
            return 0.0, 0
        with torch.autocast(self._device.type, torch.bfloat16):
            mean = self._model.loss(self._on(tokens), self._on(targets), self._on(batch.prefix)[None])
        loss = mean * learned
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach()), learned

    def _on(self, array: Any) -> torch.Tensor:
        return torch.from_numpy(array).to(self._device)

    def _count(self, batch: Batch, after: Position, seconds: float) -> None:
        self._progress.position = after
        self._progress.step += 1
        self._progress.tokens += batch.tokens.size
        self._progress.seconds += seconds

    def _score_when_due(self, batch: Batch) -> None:
        before = self._progress.tokens - batch.tokens.size
        if before // self._arguments.score_tokens < self._progress.tokens // self._arguments.score_tokens:
            self._score()

    def _score(self) -> None:
        """Score the averaged weights on every test, and note it."""
        if not self._together.leads:
            return
        model = Qwen3(self._shape).to(self._device)
        model.load_state_dict(self._average)
        tests = {
            name: score(model, data, self._arguments.score_traces, self._device) for name, data in self._tests.items()
        }
        self._note(scores=tests)

    def _save(self) -> None:
        if not self._together.leads:
            return
        states = [optimizer.state_dict() for optimizer in self._optimizers]
        Checkpoint(self._shape, self._model.state_dict(), self._average, states, self._progress).save(self._run)

    def _note(self, **facts: Any) -> None:
        if not self._together.leads:
            return
        progress = self._progress
        place = {"step": progress.step, "tokens": progress.tokens, "seconds": round(progress.seconds, 1)}
        record(self._run, **place, epoch=progress.position.epoch, **facts)

    def _note_settings(self) -> None:
        plain = {name: str(value) for name, value in vars(self._arguments).items() if not callable(value)}
        self._note(
            settings=plain,
            rates=RATES,
            shape=asdict(self._shape),
            parameters=parameter_count(self._model),
            data={
                "traces": len(self._data),
                "documented": sum(intent in DOCUMENTED for intent in self._data.intents),
                "tokens": len(self._data.tokens),
                "sha256": self._data.digest,
            },
            torch=torch.__version__,
            device=self._device.type,
        )


class _Clock:
    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._start = now()

    @property
    def seconds(self) -> float:
        return self._now() - self._start


def _tokenizer(arguments: Namespace) -> Tokenizer:
    """The run's tokenizer; a new run learns one from its traces first."""
    path = arguments.run / TOKENIZER
    if not path.exists():
        texts: list[str] = []
        for trace in read_traces(training_file(arguments.data), TOKENIZER_TRACES):
            system, *rest = messages_of(trace)
            if not texts:
                texts += [system.content] * SYSTEM_WEIGHT
            texts += [text for text, _ in segments(rest)]
        if arguments.vocabulary_texts:
            texts += arguments.vocabulary_texts.read_text(encoding="utf-8").splitlines()
        train_tokenizer(texts, arguments.vocabulary).save(str(path))
    return load_tokenizer(path)


def _read_tests(arguments: Namespace, tokenizer: Tokenizer) -> dict[str, Encoded]:
    """The first traces of each test that the data folder holds."""
    paths = {name: arguments.data / f"test_{name}.jsonl" for name in TESTS}
    return {
        name: encode_file(path, tokenizer, arguments.score_traces)
        for name, path in paths.items()
        if path.exists() and path.stat().st_size
    }
