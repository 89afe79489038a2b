"""Which model a name means, and the machines the engine cannot run on."""

import hashlib
import importlib
import os
from pathlib import Path
from typing import Any

import pytest

from devops_agent.backends.embedded.guards import check_features, load_engine
from devops_agent.backends.embedded.model_file import find_model
from devops_agent.cli import main
from devops_agent.errors import BackendError
from devops_agent.settings import Settings

CONTENT = b"GGUF and so on"
OLD_CPU = "processor\t: 0\nflags\t\t: fpu sse4_2 avx fma\nbogomips\t: 4800\n"
NEW_CPU = "processor\t: 0\nflags\t\t: fpu avx avx2 bmi1 bmi2 f16c fma\n"


def ship(folder: Path, name: str, checksum: str | None = None) -> Path:
    path = folder / name
    path.write_bytes(CONTENT)
    line = checksum or f"{hashlib.sha256(CONTENT).hexdigest()}  {name}\n"
    path.with_name(f"{name}.sha256").write_text(line)
    return path


def found(name: str, shipped: Path | None = None) -> Path:
    return find_model(Settings.load({"model": name}), shipped or Path("nowhere")).path


def identity(path: Path) -> str:
    return find_model(Settings.load({"model": str(path)})).identity


def test_a_path_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "my.gguf"
    path.write_bytes(CONTENT)
    monkeypatch.chdir(tmp_path)
    assert found(str(path)) == found("./my.gguf") == found("my.gguf") == path


def test_a_name_means_a_shipped_model(tmp_path: Path) -> None:
    path = ship(tmp_path, "qwen3-devops-mini.gguf")
    assert found("qwen3-devops-mini", tmp_path) == path
    assert found("qwen3-devops", tmp_path) == path


@pytest.mark.parametrize("checksum", ["0" * 64, "nonsense", "\n"])
def test_a_damaged_shipped_model_is_refused(tmp_path: Path, checksum: str) -> None:
    ship(tmp_path, "mini.gguf", checksum)
    with pytest.raises(BackendError, match="damaged"):
        found("mini", tmp_path)


def test_a_shipped_model_without_its_checksum_is_refused(tmp_path: Path) -> None:
    ship(tmp_path, "mini.gguf").with_name("mini.gguf.sha256").unlink()
    with pytest.raises(BackendError, match="damaged"):
        found("mini", tmp_path)


def test_an_unknown_name_says_what_there_is(tmp_path: Path) -> None:
    ship(tmp_path, "mini.gguf")
    with pytest.raises(BackendError, match="llama3") as error:
        found("llama3", tmp_path)
    assert "mini" in error.value.hint


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "other"])
def test_what_is_no_model_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.gguf"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "other":
        path.write_bytes(b"PK\x03\x04")
    with pytest.raises(BackendError, match=r"x\.gguf"):
        found(str(path))


def test_the_identity_changes_with_the_content(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(CONTENT)
    before = identity(path)
    path.write_bytes(CONTENT + b"!")
    assert identity(path) != before


def test_a_large_model_is_known_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    with path.open("wb") as file:
        file.write(CONTENT)
        file.truncate(3_000_000_000)
    before = identity(path)
    os.utime(path, (1, 1))
    assert identity(path) != before


def test_a_cpu_that_would_crash_is_named() -> None:
    with pytest.raises(BackendError, match="avx2, bmi2, f16c") as error:
        check_features(OLD_CPU)
    assert "ollama" in error.value.hint


@pytest.mark.parametrize("description", [NEW_CPU, "", "Features : fp asimd\n"])
def test_a_cpu_that_will_do_or_does_not_say_is_let_through(description: str) -> None:
    check_features(description)


@pytest.mark.parametrize(
    ("failure", "hint"),
    [
        (ModuleNotFoundError("No module named 'xllamacpp'", name="xllamacpp"), "pip install"),
        (ImportError("libgomp.so.1: cannot open shared object file: No such file or directory"), "libgomp1"),
        (ImportError("/lib/libstdc++.so.6: version `GLIBCXX_3.4.99' not found"), "--backend ollama"),
    ],
)
def test_an_engine_that_cannot_be_loaded_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, failure: ImportError, hint: str
) -> None:
    load = importlib.import_module

    def without_engine(name: str, *rest: Any) -> Any:
        if name == "xllamacpp":
            raise failure
        return load(name, *rest)

    monkeypatch.setattr("devops_agent.backends.embedded.guards.import_module", without_engine)
    with pytest.raises(BackendError) as error:
        load_engine()
    assert hint in error.value.hint


def test_the_doctor_says_whether_the_embedded_engine_can_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("xllamacpp", reason="the package xllamacpp (extra: embedded) is not installed")
    path = tmp_path / "my.gguf"
    path.write_bytes(CONTENT)
    assert main(["--backend", "embedded", "--model", str(path), "doctor"]) == 0
    assert str(path) in capsys.readouterr().out
    assert main(["--backend", "embedded", "--model", "unknown", "doctor"]) == 3
    assert "unknown" in capsys.readouterr().out
