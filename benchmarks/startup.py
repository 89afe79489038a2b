"""How soon the program is there."""

import statistics
import sys
import time
from typing import Any

from benchmarks.measure import PROGRAM, Row, cpu_seconds, environment, paired
from tests.ollama_server import OllamaServer
from tests.playing import answers
from tests.program import start

BARE = [sys.executable, "-c", "pass"]


def light_words() -> list[Row]:
    """CPU time of the words that need no model, against an empty Python program."""
    rows = []
    for word in ("--version", "--help"):
        ours, bare = paired(lambda word=word: cpu_seconds([*PROGRAM, word]), lambda: cpu_seconds(BARE))
        rows.append(Row(f"`{word}`: CPU", f"{ours * 1000:.0f} ms", f"{ours / bare:.1f} × `python -c pass`", "≤ 3 ×"))
    return rows


def first_request() -> Row:
    """Wall time from the start of the process to the first request at the server, against importing smolagents."""
    times = [_first_request() for _ in range(12)][1:]
    importing, _ = paired(lambda: _wall([sys.executable, "-c", "import smolagents"]), lambda: 0.0, times=5)
    median = statistics.median(times)
    against = f"{median / importing:.2f} × `import smolagents`"
    return Row("start to first request, median", f"{median * 1000:.0f} ms", against, "≤ 120 ms")


def _first_request() -> float:
    arrived: list[float] = []
    with OllamaServer([answers("Hello.")]) as server:
        answer = server.answer

        def note(exchange: Any, raw: bytes) -> None:
            if exchange.command == "POST":  # a question about the model comes before
                arrived.append(time.monotonic())
            answer(exchange, raw)

        server.answer = note  # type: ignore[method-assign]
        started = time.monotonic()
        start("hello", **environment(OLLAMA_HOST=server.url)).communicate()
    return arrived[0] - started


def _wall(command: list[str]) -> float:
    started = time.monotonic()
    cpu_seconds(command)
    return time.monotonic() - started
