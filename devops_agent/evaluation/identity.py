"""What exactly is scored: a name may stand for another model tomorrow, and a prompt for another input."""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from devops_agent.backends.embedded.model_file import find_model
from devops_agent.backends.failures import DamagedError
from devops_agent.backends.host import ollama_url
from devops_agent.backends.objects import text_field
from devops_agent.backends.ollama_api import OllamaApi
from devops_agent.backends.presence import full_name
from devops_agent.opening import new_transcript, parameters_of
from devops_agent.reference import known_entries
from devops_agent.settings import Settings
from devops_agent.tools import default_tools
from devops_agent.tools.base import Workspace

UNKNOWN = ""


def model_identity(settings: Settings) -> str:
    """The SHA-256 of a model's file, or the digest its server gives it; UNKNOWN where neither is to be had.

    Raises BackendError when the file cannot be read or the server not be asked.
    """
    find = _IDENTITIES.get(settings.backend)
    return find(settings) if find else UNKNOWN


def prompt_digest() -> str:
    """A name for what a model is told before its task and may be told with it, and for the calls it may make."""
    tools = default_tools(Workspace(Path("/"), {}, Path("/")))
    told = [turn.content for turn in new_transcript(tools, str).turns]
    return hashlib.sha256(json.dumps([told, list(known_entries()), parameters_of(tools)]).encode()).hexdigest()[:16]


def _of_its_file(settings: Settings) -> str:
    return find_model(settings).identity


def _of_its_server(settings: Settings) -> str:
    name = full_name(settings.model)
    api = OllamaApi(ollama_url(settings.host))
    with closing(api.connection):
        found = [one for one in api.installed() if one.get("name") == name]
    return text_field(found[0], "digest", DamagedError) if found else UNKNOWN


_IDENTITIES: Mapping[str, Callable[[Settings], str]] = {"embedded": _of_its_file, "ollama": _of_its_server}
