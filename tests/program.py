"""The program as a user starts it: a process of its own, without a terminal."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = shlex.split(os.environ.get("DEVOPS_AGENT_PROGRAM", "")) or [sys.executable, "-m", "devops_agent"]
"""DEVOPS_AGENT_PROGRAM names another build of it to put to the same tests."""


@dataclass(frozen=True)
class Finished:
    """How a process ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def environment(**extra: str) -> dict[str, str]:
    """What the program inherits: this test's own home, and this source tree."""
    source = str(Path(__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": source, "PYTHONWARNINGS": "error::ResourceWarning", **extra}


def start(
    *words: str, stdin: int = subprocess.DEVNULL, cwd: Path | None = None, **extra: str
) -> subprocess.Popen[bytes]:
    """Start the program in a session of its own, so that it has no terminal."""
    return subprocess.Popen(
        [*PROGRAM, *words],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=environment(**extra),
        start_new_session=True,
    )


def run(*words: str, stdin: str | bytes | None = None, cwd: Path | None = None, **extra: str) -> Finished:
    """Run the program to its end. Without `stdin` it reads /dev/null."""
    process = start(*words, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE, cwd=cwd, **extra)
    data = stdin.encode() if isinstance(stdin, str) else stdin
    out, err = process.communicate(data, timeout=60)
    return Finished(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


def interrupt(process: subprocess.Popen[bytes]) -> Finished:
    """Press Ctrl-C."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    return Finished(process.returncode, out.decode(), err.decode())


def ollama(url: str, **extra: str) -> Mapping[str, str]:
    """The environment of a run against a server."""
    return {"OLLAMA_HOST": url, **extra}
