"""The engine's memory, files and sockets."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("xllamacpp", reason="the package xllamacpp is not installed")

import xllamacpp

from devops_agent.backends.embedded.engine import Chunk, Engine, _Request
from devops_agent.backends.embedded.prefix import KEPT, PrefixStore
from devops_agent.backends.embedded.socket_api import SocketApi
from devops_agent.backends.failures import CancelledError
from devops_agent.errors import BackendError
from tests.tiny_model import SYSTEM, TinyModel, write_tiny_model

TASK = " Now list the pods."
BATCH = 64
"""Tokens: with a model of 1.7 billion weights about two seconds on one core."""
WARM_PROCESS = """
import sys
from pathlib import Path
from devops_agent.backends.embedded.engine import Engine
from devops_agent.backends.embedded.prefix import PrefixStore

engine = Engine(Path(sys.argv[1]), 4096)
print(PrefixStore(Path(sys.argv[2])).warm(engine, "tiny", Path(sys.argv[3]).read_text()))
engine.close()
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture
def engine(model: TinyModel) -> Iterator[Engine]:
    engine = Engine(model.path, 4096)
    yield engine
    engine.close()


def read_anew(engine: Engine, prompt: str) -> int:
    """How many tokens of a prompt the engine had to read."""
    body = {"prompt": engine.tokens(prompt), "max_tokens": 4, "cache_prompt": True}
    return int([*engine.stream(body)][-1]["timings"]["prompt_n"])


def test_a_further_step_reads_only_what_is_new(engine: Engine) -> None:
    whole = len(engine.tokens(SYSTEM))
    assert read_anew(engine, SYSTEM) == whole
    assert read_anew(engine, SYSTEM + TASK) == len(engine.tokens(SYSTEM + TASK)) - whole
    assert read_anew(engine, SYSTEM + TASK * 2) < 2 * len(engine.tokens(TASK))


def test_a_cancelled_prompt_is_given_up_after_the_batch_that_is_being_read(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine reports what it has read, and each time is told whether to go on; here it is cancelled at once."""
    reports: list[int] = []
    take = _Request._take

    def report(request: _Request, chunk: Chunk) -> bool:
        stop = take(request, chunk)
        reports.append(chunk["prompt_progress"]["processed"])
        request.cancel()
        return stop

    with monkeypatch.context() as reported, pytest.raises(CancelledError):
        reported.setattr(_Request, "_take", report)
        engine.read(engine.tokens(SYSTEM))
    assert read_anew(engine, SYSTEM + TASK)
    assert reports == [0, BATCH]


def test_a_new_process_starts_warm(engine: Engine, model: TinyModel, tmp_path: Path) -> None:
    (tmp_path / "system").write_text(SYSTEM)
    program = [
        sys.executable,
        "-c",
        WARM_PROCESS,
        str(model.path),
        str(tmp_path / "prefixes"),
        str(tmp_path / "system"),
    ]
    root = Path(__file__).parents[2]
    runs = [subprocess.run(program, capture_output=True, text=True, cwd=root, timeout=60) for _ in range(2)]
    assert [run.stdout for run in runs] == ["False\n", "True\n"], runs[0].stderr + runs[1].stderr
    assert PrefixStore(tmp_path / "prefixes").warm(engine, "tiny", SYSTEM)
    assert read_anew(engine, SYSTEM + TASK) < len(engine.tokens(SYSTEM + TASK)) / 2


def test_another_model_or_prompt_does_not_fit_a_saved_memory(engine: Engine, tmp_path: Path) -> None:
    store = PrefixStore(tmp_path)
    assert not store.warm(engine, "tiny", SYSTEM)
    assert not store.warm(engine, "other", SYSTEM)
    assert not store.warm(engine, "tiny", SYSTEM + TASK)
    assert store.warm(engine, "tiny", SYSTEM)


@pytest.mark.parametrize("other", [{"version": "2026.1.1"}, {"window": 2048}])
def test_another_engine_or_window_does_not_fit_a_saved_memory(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: dict[str, object]
) -> None:
    store = PrefixStore(tmp_path)
    store.warm(engine, "tiny", SYSTEM)
    with monkeypatch.context() as otherwise:
        for name, value in other.items():
            otherwise.setattr(engine, name, value)
        assert not store.warm(engine, "tiny", SYSTEM)
    assert store.warm(engine, "tiny", SYSTEM)


def test_the_version_is_that_of_the_installed_engine(engine: Engine) -> None:
    assert engine.version == version("xllamacpp")


def test_one_thread_writes_and_half_of_the_processors_read(model: TinyModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several that write wait for each other, which takes many times as long as soon as anything else runs."""
    given: list[Any] = []
    start = xllamacpp.Server
    monkeypatch.setattr(xllamacpp, "Server", lambda parameters: given.append(parameters) or start(parameters))
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    Engine(model.path, 2048).close()
    assert (given[0].cpuparams.n_threads, given[0].cpuparams_batch.n_threads) == (1, 4)


@pytest.mark.parametrize("harm", ["cut", "noise", "empty"])
def test_a_damaged_memory_is_made_anew(engine: Engine, tmp_path: Path, harm: str) -> None:
    """The engine itself would end the process over such a file."""
    store = PrefixStore(tmp_path)
    store.warm(engine, "tiny", SYSTEM)
    (saved,) = tmp_path.iterdir()
    whole = saved.read_bytes()
    saved.write_bytes({"cut": whole[: len(whole) // 2], "noise": whole[:100] + os.urandom(400), "empty": b""}[harm])
    assert not store.warm(engine, "tiny", SYSTEM)
    assert store.warm(engine, "tiny", SYSTEM)


def test_only_the_latest_memories_are_kept(engine: Engine, tmp_path: Path) -> None:
    store = PrefixStore(tmp_path)
    for number in range(KEPT + 3):
        store.warm(engine, "tiny", f"{SYSTEM} {number}")
    assert len([*tmp_path.iterdir()]) == KEPT
    assert store.warm(engine, "tiny", f"{SYSTEM} {KEPT + 2}")


def test_a_memory_is_for_its_owner_only(engine: Engine, tmp_path: Path) -> None:
    PrefixStore(tmp_path).warm(engine, "tiny", SYSTEM)
    (saved,) = tmp_path.iterdir()
    assert saved.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_costs_nothing_else(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = PrefixStore(tmp_path / "file" / "prefixes")
    assert not store.warm(engine, "tiny", SYSTEM)
    assert not store.warm(engine, "tiny", SYSTEM)


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="sockets are listed by Linux only")
def test_no_network_port_is_opened(model: TinyModel) -> None:
    before = own_network_sockets()
    engine = Engine(model.path, 4096)
    assert own_network_sockets() == before
    engine.close()


def own_network_sockets() -> set[str]:
    """The inodes of this process's TCP sockets."""
    links = {str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()}
    tables = [Path(f"/proc/self/net/{kind}").read_text() for kind in ("tcp", "tcp6")]
    inodes = {line.split()[9] for table in tables for line in table.splitlines()[1:]}
    return {inode for inode in inodes if f"socket:[{inode}]" in links}


def test_the_socket_is_private_and_needs_its_key(engine: Engine) -> None:
    folder = Path(engine._folder.name)
    assert folder.stat().st_mode & 0o077 == 0
    with pytest.raises(BackendError, match="refused"):
        SocketApi(folder / "engine.sock", "wrong key").ask("GET", "/props")


def test_nothing_is_left_behind(model: TinyModel) -> None:
    engine = Engine(model.path, 4096)
    folder = Path(engine._folder.name)
    engine.close()
    assert not folder.exists()


def test_an_engine_can_be_closed_as_soon_as_it_is_open(model: TinyModel) -> None:
    """Closed before its own loop runs, the engine would never end."""
    for _ in range(30):
        Engine(model.path, 2048).close()


def test_a_grammar_with_a_mistake_refuses_the_request(engine: Engine) -> None:
    with pytest.raises(BackendError, match="grammar"):
        list(engine.stream({"prompt": "x", "max_tokens": 4, "grammar": "root ::= nowhere"}))
    assert read_anew(engine, SYSTEM)
