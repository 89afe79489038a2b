"""Where the model runs when nobody said: in Ollama if it has the model, else in this process."""

from dataclasses import dataclass, replace

from devops_agent.backends.embedded.guards import load_engine
from devops_agent.backends.embedded.model_file import SHIPPED_WINDOW, find_model, is_path
from devops_agent.backends.failures import OUR_MODEL
from devops_agent.backends.host import ollama_url
from devops_agent.backends.presence import full_name, models_at
from devops_agent.errors import BackendError
from devops_agent.settings import Settings, expanded
from devops_agent.text import printable

AUTO = "auto"
INSTALL_ADVICE = "`devops-agent model install` fetches it, and it is better"


@dataclass(frozen=True)
class Choice:
    """Settings that name a backend, and in one line which one it is and why; "" when nothing needs to be said."""

    settings: Settings
    reason: str = ""


def choose(settings: Settings) -> Choice:
    """Decide for a backend. Where neither can run, the choice falls on the one whose error says most.

    The shipped model gets the window it is at home in, unless the user named another.
    """
    choice = _decided(settings)
    return replace(choice, settings=_with_own_window(choice.settings))


def _with_own_window(settings: Settings) -> Settings:
    """Settings whose window fits the shipped model, if it is what answers and nobody said otherwise."""
    if settings.backend != "embedded" or settings.source("num_ctx") != "default":
        return settings
    try:
        shipped = find_model(settings).shipped
    except BackendError:
        return settings
    return replace(settings, num_ctx=SHIPPED_WINDOW) if shipped else settings


def _decided(settings: Settings) -> Choice:
    if settings.backend != AUTO:
        return Choice(settings)
    if is_path(settings.model):
        there = expanded(settings.model).is_file()
        return _chosen(settings, "embedded", settings.model, "it is a file" if there else "")
    url = ollama_url(settings.host)
    models = models_at(url)
    if models is not None and full_name(settings.model) in models:
        return _chosen(settings, "ollama", settings.model, f"Ollama at {url} has it")
    problem = f"no Ollama answers at {url}" if models is None else f"Ollama at {url} has no {settings.model}"
    try:
        load_engine()
        name = find_model(settings).name
    except BackendError as error:
        backend = "embedded" if models is None else "ollama"
        return _chosen(settings, backend, settings.model, f"{problem}, and {error}")
    fetchable = models is not None and settings.model.startswith(OUR_MODEL)
    return _chosen(settings, "embedded", name, f"{problem}; {INSTALL_ADVICE}" if fetchable else problem)


def _chosen(settings: Settings, backend: str, model: str, reason: str) -> Choice:
    announced = printable(f"{backend} model {model}: {reason}") if reason else ""
    return Choice(replace(settings, backend=backend), announced)
