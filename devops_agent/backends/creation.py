"""A model of our own in Ollama, made from a GGUF file and our Modelfile."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import open as open_with_progress

from devops_agent.backends.modelfile import packaged
from devops_agent.backends.ollama_api import OllamaApi
from devops_agent.errors import BackendError, ConfigurationError

GGUF_MAGIC = b"GGUF"
Report = Callable[[str], None]


def create_model(api: OllamaApi, model: str, path: Path, sha256: str, *, report: Report, console: Console) -> None:
    """Upload the file unless the server has it, and make the model.

    `sha256` is the file's, in hexadecimal; `report` is told each step, `console` draws the upload. Raises BackendError.
    """
    digest = f"sha256:{sha256}"
    if not api.has_blob(digest):
        report("sending the file to the model server")
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


def check_model_file(path: Path) -> None:
    """Raise ConfigurationError unless the path is that of a readable GGUF file."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(GGUF_MAGIC))
    except OSError as error:
        hint = "fetch it with `devops-agent model pull`, or name it with --file"
        raise ConfigurationError(f"cannot read {path}: {error.strerror}", hint=hint) from None
    if magic != GGUF_MAGIC:
        raise ConfigurationError(f"{path} is not a GGUF file", hint="name the model's .gguf file with --file")
