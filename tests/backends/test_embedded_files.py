"""Which model a name means, and the machines the engine cannot run on."""

import hashlib
import importlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from devops_agent.backends.embedded.digests import DigestBook
from devops_agent.backends.embedded.guards import check_features, load_engine
from devops_agent.backends.embedded.model_file import find_model
from devops_agent.backends.embedded.ollama_store import MODEL_LAYER
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
    with pytest.raises(BackendError):
        found("qwen3", tmp_path)


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


def test_two_large_models_that_differ_in_their_last_byte_are_two_models(tmp_path: Path) -> None:
    """They share size, date and 70 MB."""
    first, second = tmp_path / "first.gguf", tmp_path / "second.gguf"
    for path, byte in ((first, b"a"), (second, b"b")):
        with path.open("wb") as file:
            file.write(CONTENT)
            file.seek(70_000_000)
            file.write(byte)
        os.utime(path, (1, 1))
    assert first.stat().st_size == second.stat().st_size
    assert identity(first) != identity(second)


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
        (ModuleNotFoundError("No module named 'xllamacpp'", name="xllamacpp"), "install devops-agent anew"),
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
    pytest.importorskip("xllamacpp", reason="the package xllamacpp is not installed")
    path = tmp_path / "my.gguf"
    path.write_bytes(CONTENT)
    assert main(["--backend", "embedded", "--model", str(path), "doctor"]) == 0
    assert str(path) in capsys.readouterr().out
    assert main(["--backend", "embedded", "--model", "unknown", "doctor"]) == 3
    assert "unknown" in capsys.readouterr().out


def test_a_fetched_model_of_exactly_this_name_comes_before_a_shipped_one_that_begins_so(
    tmp_path: Path, own_home: Path
) -> None:
    shipped = ship(tmp_path, "qwen3-devops-mini.gguf")
    fetched = own_home / ".cache/devops-agent/models/qwen3-devops.gguf"
    fetched.parent.mkdir(parents=True)
    fetched.write_bytes(CONTENT)
    assert found("qwen3-devops", tmp_path) == fetched
    assert found("qwen3-devops-m", tmp_path) == shipped


def store(folder: Path, *parts: str, digest: str = "0" * 64) -> Path:
    """Put a model into Ollama's folder, as Ollama lays it out; the file's path."""
    manifest = folder.joinpath("manifests", *parts)
    manifest.parent.mkdir(parents=True, exist_ok=True)
    layers = [{"mediaType": "other", "digest": "sha256:1"}, {"mediaType": MODEL_LAYER, "digest": f"sha256:{digest}"}]
    manifest.write_text(json.dumps({"schemaVersion": 2, "layers": layers}))
    blob = folder / "blobs" / f"sha256-{digest}"
    blob.parent.mkdir(exist_ok=True)
    blob.write_bytes(CONTENT)
    return blob


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("qwen3", ("registry.ollama.ai", "library", "qwen3", "latest")),
        ("qwen3:1.7b", ("registry.ollama.ai", "library", "qwen3", "1.7b")),
        ("me/qwen3", ("registry.ollama.ai", "me", "qwen3", "latest")),
        ("hf.co/me/qwen3:Q8_0", ("hf.co", "me", "qwen3", "Q8_0")),
    ],
)
def test_a_model_that_ollama_has_is_found_by_ollamas_name(own_home: Path, name: str, parts: tuple[str, ...]) -> None:
    blob = store(own_home / ".ollama/models", *parts)
    assert found(name) == blob
    assert find_model(Settings.load({"model": name})).name == name


def test_ollamas_folder_may_be_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "models"))
    blob = store(tmp_path / "models", "registry.ollama.ai", "library", "qwen3", "latest")
    assert found("qwen3") == blob


@pytest.mark.parametrize("name", ["../../etc/passwd:x", "a/../../b", "a/b/c/d", "qwen3:", "qwen3:../latest"])
def test_a_name_cannot_lead_out_of_ollamas_folder(own_home: Path, name: str) -> None:
    store(own_home / ".ollama/models", "registry.ollama.ai", "library", "qwen3", "latest")
    with pytest.raises(BackendError):
        found(name)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"layers": 3}', '{"layers": [{"digest": "sha256:../../x"}]}', "\xff"])
def test_a_manifest_that_is_none_means_no_model(own_home: Path, text: str) -> None:
    folder = own_home / ".ollama/models"
    store(folder, "registry.ollama.ai", "library", "qwen3", "latest")
    (folder / "manifests/registry.ollama.ai/library/qwen3/latest").write_text(text, encoding="latin-1")
    with pytest.raises(BackendError, match="no embedded model"):
        found("qwen3")


def test_a_model_in_ollamas_folder_is_known_by_its_name_and_not_read(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> str:
        raise AssertionError(f"{path} was read")

    store(own_home / ".ollama/models", "registry.ollama.ai", "library", "qwen3", "latest", digest="5" * 64)
    monkeypatch.setattr("devops_agent.backends.embedded.digests.file_digest", refuse)
    assert find_model(Settings.load({"model": "qwen3"})).identity == "5" * 64


def test_a_file_that_only_bears_such_a_name_is_read(tmp_path: Path) -> None:
    path = tmp_path / f"sha256-{'5' * 64}"
    path.write_bytes(CONTENT)
    assert identity(path) == hashlib.sha256(CONTENT).hexdigest()


def test_a_digest_is_computed_once_for_as_long_as_the_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, book = tmp_path / "x.gguf", DigestBook(tmp_path / "digests")
    path.write_bytes(CONTENT)
    first = book.digest(path)
    assert first == hashlib.sha256(CONTENT).hexdigest()
    with monkeypatch.context() as no_hashing:
        no_hashing.setattr("devops_agent.backends.embedded.digests.file_digest", lambda _: "computed again")
        assert book.digest(path) == first
        before = path.stat()
        path.write_bytes(CONTENT[::-1])
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert book.digest(path) == "computed again"


@pytest.mark.parametrize("entry", [b"", b"\xff\xfe", b"nonsense", b"1 2 3 4 5 abc"])
def test_a_damaged_note_of_a_digest_is_not_believed(tmp_path: Path, entry: bytes) -> None:
    path, book = tmp_path / "x.gguf", DigestBook(tmp_path / "digests")
    path.write_bytes(CONTENT)
    book.digest(path)
    (note,) = (tmp_path / "digests").iterdir()
    note.write_bytes(entry)
    assert book.digest(path) == hashlib.sha256(CONTENT).hexdigest()


def test_digests_that_cannot_be_kept_cost_time_only(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path, book = tmp_path / "x.gguf", DigestBook(tmp_path / "file" / "digests")
    path.write_bytes(CONTENT)
    assert book.digest(path) == book.digest(path) == hashlib.sha256(CONTENT).hexdigest()


def test_the_shipped_model_is_whole_and_fits_the_wheel() -> None:
    model = find_model(Settings())
    assert model.shipped and model.path.stat().st_size <= 40_000_000
    assert model.path.with_suffix(".md").read_text().startswith(f"# {model.name}\n")
