"""`devops-agent model list|show|pull|create|install`: the models of the server, and how ours gets there."""

import json
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from devops_agent.backends.connection import Limits
from devops_agent.backends.failures import DamagedError
from devops_agent.backends.host import ollama_url
from devops_agent.backends.objects import object_field
from devops_agent.backends.ollama_api import OllamaApi
from devops_agent.backends.presence import full_name
from devops_agent.settings import Settings, expanded
from devops_agent.text import printable

if TYPE_CHECKING:
    from devops_agent.backends.hub import Fetched

REPOSITORY = "ubermorgen/qwen3-devops"
FILE = "qwen3-devops.gguf"
UPLOAD_LIMITS = Limits(connect=60, idle=1800)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=list(ACTIONS), help="what to do; install is pull and create in one")
    parser.add_argument("model", nargs="?", default=SUPPRESS, metavar="NAME", help="the model, in place of --model")
    parser.add_argument("--repository", default=REPOSITORY, help=f"pull: where the file is published ({REPOSITORY})")
    parser.add_argument("--revision", default="", help="pull: a branch, tag or commit (the newest)")
    parser.add_argument("--file", default="", help=f"pull: a file of the repository ({FILE}); create: a GGUF file")


def run(arguments: Namespace, settings: Settings) -> int:
    text, value = ACTIONS[arguments.action](arguments, settings)
    print(text if settings.output == "text" else json.dumps(value))
    return 0


def fetched_file(settings: Settings) -> Path:
    """Where `model pull` puts our model's file."""
    return settings.cache_folder / "models" / FILE


def _list(_: Namespace, settings: Settings) -> tuple[str, Any]:
    models = _api(settings).installed()
    rows = [{key: model.get(key) for key in ("name", "size", "modified_at", "digest")} for model in models]
    lines = [_row(row, chosen=row["name"] == full_name(settings.model)) for row in rows]
    return "\n".join(lines) or "no model is installed; `devops-agent model install` fetches ours", rows


def _row(row: dict[str, Any], *, chosen: bool) -> str:
    day = str(row["modified_at"])[:10]
    return printable(f"{'*' if chosen else ' '} {row['name']!s:<40} {_gigabytes(row['size']):>9}  {day}")


def _show(_: Namespace, settings: Settings) -> tuple[str, Any]:
    shown = _api(settings).show(settings.model)
    details, information = (object_field(shown, key, DamagedError) for key in ("details", "model_info"))
    about = {
        "name": full_name(settings.model),
        "family": details.get("family"),
        "size": details.get("parameter_size"),
        "quantization": details.get("quantization_level"),
        "context": next((information[key] for key in information if key.endswith(".context_length")), None),
        "capabilities": shown.get("capabilities"),
        "parameters": shown.get("parameters"),
        "template": shown.get("template"),
    }
    return "\n".join(f"{key}: {_indented(value)}" for key, value in about.items() if value), about


def _pull(arguments: Namespace, settings: Settings) -> tuple[str, Any]:
    fetched = _fetch(arguments, settings)
    size = fetched.path.stat().st_size
    text = f"{fetched.path} ({_gigabytes(size)}, digest checked)\nnext: devops-agent model create"
    return text, {"path": str(fetched.path), "size": size, "sha256": fetched.sha256}


def _create(arguments: Namespace, settings: Settings) -> tuple[str, Any]:
    from devops_agent.backends.creation import check_model_file
    from devops_agent.backends.hub import Fetched, sha256_of

    path = expanded(arguments.file) if arguments.file else fetched_file(settings)
    check_model_file(path)
    return _make(Fetched(path, sha256_of(path)), settings)


def install(settings: Settings) -> None:
    """Fetch our model and make it on the server. Raises DevOpsAgentError."""
    _install(Namespace(repository=REPOSITORY, revision="", file=""), settings)


def _install(arguments: Namespace, settings: Settings) -> tuple[str, Any]:
    return _make(_fetch(arguments, settings), settings)


def _fetch(arguments: Namespace, settings: Settings) -> "Fetched":
    from devops_agent.backends.hub import HubFile, download

    file = HubFile(arguments.repository, arguments.file or FILE, arguments.revision)
    endpoint = settings.environment.get("HF_ENDPOINT", "")
    return download(file, fetched_file(settings).parent, endpoint=endpoint, progress=not settings.quiet)


def _make(fetched: "Fetched", settings: Settings) -> tuple[str, Any]:
    from devops_agent.backends.creation import create_model

    console = Console(stderr=True, quiet=settings.quiet)
    api = OllamaApi(ollama_url(settings.host), UPLOAD_LIMITS)

    def report(status: str) -> None:
        console.print(printable(status), markup=False, highlight=False, soft_wrap=True)

    create_model(api, settings.model, fetched.path, fetched.sha256, report=report, console=console)
    name = full_name(settings.model)
    return f'{name} is ready; try: devops-agent "list the files here"', {"model": name, "sha256": fetched.sha256}


def _api(settings: Settings) -> OllamaApi:
    return OllamaApi(ollama_url(settings.host))


def _gigabytes(size: Any) -> str:
    return f"{size / 1e9:.2f} GB" if isinstance(size, int) else "?"


def _indented(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return printable(text if "\n" not in text else "\n  " + text.strip().replace("\n", "\n  "))


ACTIONS: dict[str, Callable[[Namespace, Settings], tuple[str, Any]]] = {
    "list": _list,
    "show": _show,
    "pull": _pull,
    "create": _create,
    "install": _install,
}
