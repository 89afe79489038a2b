"""`devops-agent model list|show|pull|create|install`: the models there are, and how ours gets to the server."""

import json
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from devops_agent.backends.choice import choose
from devops_agent.backends.connection import Limits
from devops_agent.backends.embedded.model_file import embedded_files, find_model, shipped_checksum
from devops_agent.backends.failures import OUR_MODEL, DamagedError
from devops_agent.backends.host import ollama_url
from devops_agent.backends.objects import object_field
from devops_agent.backends.ollama_api import OllamaApi
from devops_agent.backends.presence import full_name
from devops_agent.disk import file_digest
from devops_agent.errors import BackendError
from devops_agent.settings import Settings, expanded
from devops_agent.text import printable

if TYPE_CHECKING:
    from devops_agent.backends.hub import Fetched

REPOSITORY = "ubermorgen/qwen3-devops"
FILE = "qwen3-devops.gguf"
SMALLEST_IN_GIGABYTES = 100_000_000
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
    """What the server has, if one answers, and what this program has itself; a star marks the one that would answer."""
    served, problem = _served(settings)
    rows = [*served, *(_own_row(origin, path) for origin, path in embedded_files(settings))]
    chosen = _chosen_name(settings)
    lines = [_row(row, chosen=row["name"] == chosen) for row in rows]
    if problem:
        lines.append(f"none of a server: {problem}")
    elif not any(str(row["name"]).startswith(f"{OUR_MODEL}:") for row in served):
        lines.append(f"the server has no {OUR_MODEL}; `devops-agent model install` fetches it")
    return "\n".join(lines), rows


def _served(settings: Settings) -> tuple[list[dict[str, Any]], str]:
    """A row for each model of the server, or why there are none. Raises BackendError where a server was asked for."""
    try:
        models = _api(settings).installed()
    except BackendError as error:
        if settings.backend == "ollama":
            raise
        return [], str(error)
    keys = ("name", "size", "modified_at", "digest")
    return [{**{key: model.get(key) for key in keys}, "origin": "ollama"} for model in models], ""


def _own_row(origin: str, path: Path) -> dict[str, Any]:
    status = path.stat()
    day = datetime.fromtimestamp(status.st_mtime, timezone.utc).isoformat()
    digest = shipped_checksum(path) or None
    return {"name": path.stem, "size": status.st_size, "modified_at": day, "digest": digest, "origin": origin}


def _chosen_name(settings: Settings) -> str:
    """The name, as it is listed, of the model that a task would be put to; "" where there is none."""
    chosen = choose(settings).settings
    if chosen.backend != "embedded":
        return full_name(chosen.model)
    try:
        return find_model(chosen).name
    except BackendError:
        return ""


def _row(row: dict[str, Any], *, chosen: bool) -> str:
    day = str(row["modified_at"])[:10]
    size = f"{_size(row['size']):>9}"
    return printable(f"{'*' if chosen else ' '} {row['name']!s:<40} {size}  {day}  {row['origin']}")


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
    text = f"{fetched.path} ({_size(size)}, digest checked)\nnext: devops-agent model create"
    return text, {"path": str(fetched.path), "size": size, "sha256": fetched.sha256}


def _create(arguments: Namespace, settings: Settings) -> tuple[str, Any]:
    from devops_agent.backends.creation import check_model_file
    from devops_agent.backends.hub import Fetched

    path = expanded(arguments.file) if arguments.file else fetched_file(settings)
    check_model_file(path)
    return _make(Fetched(path, file_digest(path)), settings)


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


def _size(size: Any) -> str:
    if not isinstance(size, int):
        return "?"
    return f"{size / 1e9:.2f} GB" if size >= SMALLEST_IN_GIGABYTES else f"{size / 1e6:.1f} MB"


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
