"""What the model in the package costs on one core: how soon it speaks, how fast, and how much memory it takes."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import MEGABYTES, PROGRAM, Row, environment
from devops_agent.backends.embedded.engine import Engine
from devops_agent.backends.embedded.model_file import find_model
from devops_agent.backends.embedded.speaker import Question, Speaker
from devops_agent.opening import new_transcript, parameters_of, told
from devops_agent.settings import Settings
from devops_agent.tools import default_tools
from devops_agent.tools.base import Workspace

TIMES = 15
TASK = "list the running containers"
QUESTIONS = (
    "write a Dockerfile for a python app that listens on port 8000",
    "why is the pod checkout-7d9c in the namespace shop restarting?",
    "explain what a readiness probe is",
    "create a deployment manifest for nginx with three replicas",
)
FIRST_TOKEN = """
import os, sys, time
from devops_agent.backends.embedded.engine import _Request
take = _Request._take

def noted(self, chunk):
    if chunk.get("choices") and not os.path.exists(sys.argv[1]):
        with open(sys.argv[1], "w") as file:
            print(time.monotonic(), time.process_time(), file=file)
    return take(self, chunk)

_Request._take = noted
from devops_agent.cli import main
sys.exit(main(sys.argv[2:]))
"""
"""The program, which also notes when the engine hands over the first piece of a reply."""


@dataclass(frozen=True)
class Finished:
    """Seconds a process took, the most memory it held in MiB, and what it wrote."""

    seconds: float
    memory: float
    out: bytes


def embedded() -> list[Row]:
    """The rows of the shipped model."""
    home = environment(DEVOPS_AGENT_TEMPERATURE="0", DEVOPS_AGENT_BACKEND="embedded")
    _on_one_core([*PROGRAM, TASK], home)
    return [_first_token(home), *_two_steps(home), _generation()]


def _first_token(home: dict[str, str]) -> Row:
    """Each start is followed by the import it is measured against, so that the machine's mood meets both."""
    triples = [(*_seconds_to_first_token(home), _seconds_to_import(home)) for _ in range(TIMES)]
    ours, cpu, importing = (statistics.median(side) for side in zip(*triples, strict=True))
    least = min(first for first, _, _ in triples)
    figure = f"{ours * 1000:.0f} ms, at best {least * 1000:.0f} ms; CPU {cpu * 1000:.0f} ms"
    against = f"{ours / importing:.2f} × `import smolagents`"
    return Row("start to the embedded model's first token, one core, median", figure, against, "≤ 400 ms")


def _seconds_to_first_token(home: dict[str, str]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    with tempfile.TemporaryDirectory() as folder:
        note, started = Path(folder, "first"), time.monotonic()
        _on_one_core([sys.executable, "-c", FIRST_TOKEN, str(note), "--read-only", "--max-steps", "1", TASK], home)
        arrived, cpu = map(float, note.read_text().split())
        return arrived - started, cpu


def _seconds_to_import(home: dict[str, str]) -> float:
    return _on_one_core([sys.executable, "-c", "import smolagents"], home).seconds


def _two_steps(home: dict[str, str]) -> list[Row]:
    """Two requests, one command between them, from the start of the process to its end."""
    command = [*PROGRAM, "--read-only", "--max-steps", "2", "--output", "jsonl", TASK]
    runs = [_on_one_core(command, home) for _ in range(TIMES)]
    requests = {json.loads(run.out.splitlines()[-1])["requests"] for run in runs}
    importing = statistics.median(_seconds_to_import(home) for _ in range(5))
    median, least = statistics.median(run.seconds for run in runs), min(run.seconds for run in runs)
    memory = max(run.memory for run in runs)
    return [
        Row(
            f"a task of {'/'.join(map(str, sorted(requests)))} requests, embedded, one core, median",
            f"{median:.2f} s, at best {least:.2f} s",
            f"{median / importing:.1f} × `import smolagents`",
            "≤ 2 s",
        ),
        Row(
            "memory with the embedded model",
            f"{memory:.0f} MiB",
            "the whole process at its peak",
            "≤ 200 MB",
            memory * MEGABYTES,
        ),
    ]


def _on_one_core(command: Sequence[str], home: dict[str, str]) -> Finished:
    core = max(os.sched_getaffinity(0))
    started = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            command,
            env=home,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        out.seek(0)
        return Finished(time.monotonic() - started, usage.ru_maxrss / 1024, out.read())


def _generation() -> Row:
    """Words under the grammar, through our own code, against the engine alone on the same words' number and place."""
    settings = Settings(environment={"HOME": tempfile.mkdtemp()})
    tools = default_tools(Workspace(Path.cwd(), {}, Path.cwd()))
    ratios, speeds = [], []
    with closing(Speaker(settings, find_model(settings))) as speaker:
        for question in QUESTIONS * 4:
            transcript = new_transcript(tools, str)
            transcript.add_task(told(question, ""))
            ours, bare = _speeds(speaker, Question(transcript.turns, parameters_of(tools), 0.0))
            ratios.append(ours / bare)
            speeds.append(ours)
    figure, share = f"{statistics.median(speeds):.0f} tokens/s", statistics.median(ratios)
    against = f"{share:.0%} of the engine's bare speed"
    return Row("embedded generation with the grammar, one thread, median", figure, against, "≥ 85%", share * 100)


def _speeds(speaker: Speaker, question: Question) -> tuple[float, float]:
    """Tokens a second of a reply, and of the engine when it writes as many after the same prompt."""
    arrived: list[float] = []
    reply = speaker.reply(question, lambda _: arrived.append(time.perf_counter()))
    ours = (len(arrived) - 1) / (arrived[-1] - arrived[0])
    body, _ = speaker._prepared(question)
    bare = {key: body[key] for key in ("prompt", "temperature", "cache_prompt")}
    return ours, _bare_speed(speaker._engine, {**bare, "max_tokens": reply.output_tokens, "ignore_eos": True})


def _bare_speed(engine: Engine, body: dict[str, object]) -> float:
    return float([*engine.stream(body)][-1]["timings"]["predicted_per_second"])
