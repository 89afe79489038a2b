"""What to say about an error nobody planned for."""

import os
import time
import traceback
from collections.abc import Callable

from devops_agent.errors import DevOpsAgentError
from devops_agent.secrets import Redactor
from devops_agent.settings import Settings

_known: list[Callable[[str], str]] = []


def hide_with(redact: Callable[[str], str]) -> None:
    """From now on, hide what a run has learned to hide, too."""
    _known[:] = [redact]


def explain(error: Exception, *, wanted: bool) -> tuple[str, str]:
    """Two lines for stderr. With `wanted`, the traceback is kept in a file of the state folder, mode 0600."""
    what = without_secrets(f"error: unexpected {type(error).__name__}: {' '.join(str(error).split())[:300]}")
    if not wanted:
        return what, "hint: this is a bug; run it again with --debug to write the details to a file"
    try:
        return what, f"hint: this is a bug; the details are in {_keep(error)}"
    except (OSError, DevOpsAgentError) as problem:
        return what, f"hint: this is a bug, and its details could not be written: {problem}"


def without_secrets(text: str) -> str:
    """The text of an error as it may be shown and kept."""
    for redact in _known:
        text = redact(text)
    try:
        environment = Settings.load().environment
    except DevOpsAgentError:
        environment = {}
    return Redactor.of(environment).redact(text)


def _keep(error: Exception) -> str:
    folder = Settings.load().state_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(without_secrets("".join(traceback.format_exception(error))))
    return str(path)
