"""A model of our own in Ollama, made from a GGUF file and our Modelfile."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import open as open_with_progress

from devops_agent.backends.hub import sha256_of
from devops_agent.backends.modelfile import packaged
from devops_agent.backends.ollama_api import OllamaApi
from devops_agent.errors import BackendError, ConfigurationError

GGUF_MAGIC = b"GGUF"


def create_model(api: OllamaApi, model: str, path: Path, *, report: Callable[[str], None], console: Console) -> str:
    """Upload the file unless the server has it, make the model, and return the file's digest.

    `report` is told each step, `console` draws the upload. Raises ConfigurationError for a file that is no GGUF.
    """
    _check(path)
    report(f"reading {path}")
    digest = f"sha256:{sha256_of(path)}"
    if not api.has_blob(digest):
        report("sending it to the model server")
        quiet = not console.is_terminal
        with open_with_progress(path, "rb", description="", console=console, transient=True, disable=quiet) as file:
            api.upload_blob(digest, file)
    ours = packaged()
    body = {"model": model, "files": {path.name: digest}, "template": ours.template, "parameters": ours.parameters}
    try:
        for status in api.create(body):
            report(status)
    except BackendError as error:
        raise BackendError(f"cannot make the model {model}: {error}", hint=error.hint) from None
    return digest


def _check(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(len(GGUF_MAGIC))
    except OSError as error:
        hint = "fetch it with `devops-agent model pull`, or name it with --file"
        raise ConfigurationError(f"cannot read {path}: {error.strerror}", hint=hint) from None
    if magic != GGUF_MAGIC:
        raise ConfigurationError(f"{path} is not a GGUF file", hint="name the model's .gguf file with --file")
