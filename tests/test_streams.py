"""What the program does with standard streams that are poor, full or closed."""

import subprocess
from pathlib import Path

import pytest

from tests.ollama_server import OllamaServer
from tests.playing import answers, runs
from tests.program import PROGRAM, environment, run

POOR = [
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
]


@pytest.mark.parametrize("extra", POOR)
@pytest.mark.parametrize("words", [["--help"], ["policy", "check", "rm ü…"], ["doctor", "--help"]])
def test_an_encoding_without_our_signs_costs_nothing_but_the_signs(words: list[str], extra: dict[str, str]) -> None:
    finished = run(*words, **extra)
    assert finished.code == 0 and finished.out and finished.err == ""


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["model", "--help"]])
def test_a_full_disk_swallows_neither_help_nor_version(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, env=environment(), text=True)
    assert done.returncode == 1
    assert "No space left" in done.stderr and len(done.stderr.splitlines()) == 1


def run_in_shell(words: str, redirection: str, url: str = "127.0.0.1:9") -> subprocess.CompletedProcess[str]:
    """Run the program with its streams as a shell makes them."""
    line = f"{' '.join(PROGRAM)} {words} {redirection}"
    return subprocess.run(
        ["bash", "-c", line],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(OLLAMA_HOST=url),
        timeout=60,
    )


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&- <&-", "<&-"])
@pytest.mark.parametrize("words", ["say hello", "doctor", "config show", "--version"])
def test_a_closed_stream_is_nobody_s_problem(words: str, closed: str) -> None:
    with OllamaServer([runs("echo hello"), answers("It said hello.")]) as server:
        done = run_in_shell(words, closed, server.url)
    assert done.returncode == 0 and "error" not in done.stderr


@pytest.mark.parametrize("lost", ["2>&-", "2>/dev/full", "2> >(exec true)"])
def test_what_cannot_be_said_on_stderr_never_costs_the_answer(lost: str) -> None:
    with OllamaServer([runs("echo hello"), answers("It said hello.")]) as server:
        done = run_in_shell("-v say hello", lost, server.url)
    assert (done.returncode, done.stdout) == (0, "It said hello.\n")
