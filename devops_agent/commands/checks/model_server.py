"""Is the backend there, does it hold the model, and how much context does it really give?"""

from collections.abc import Callable, Iterator

from devops_agent.backends.choice import choose
from devops_agent.backends.connection import Limits
from devops_agent.backends.embedded.guards import load_engine
from devops_agent.backends.embedded.model_file import find_model, is_path
from devops_agent.backends.failures import MissingModelError
from devops_agent.backends.host import ollama_url
from devops_agent.backends.ollama_api import OllamaApi
from devops_agent.backends.openai_api import connect, model_names
from devops_agent.backends.presence import full_name
from devops_agent.commands.checks.check import PROBE_SECONDS, Check
from devops_agent.errors import DevOpsAgentError, ExitCode
from devops_agent.settings import Settings, expanded

LIMITS = Limits(connect=PROBE_SECONDS, idle=PROBE_SECONDS, stall=PROBE_SECONDS)


def check_backend(settings: Settings) -> Iterator[Check]:
    """The checks of the chosen backend, up to the first that fails."""
    try:
        yield from CHECKS[settings.backend](settings)
    except MissingModelError as error:
        yield _failed("model", str(error), error.hint)
    except DevOpsAgentError as error:
        yield _failed("model server", str(error), error.hint)


def _auto(settings: Settings) -> Iterator[Check]:
    """Which backend it would be today; one that only stands in for Ollama is a note."""
    choice = choose(settings)
    stands_in = choice.settings.backend == "embedded" and not is_path(settings.model)
    advice = "start Ollama, or fetch the model with `devops-agent model install`, for better answers"
    found = choice.reason or choice.settings.backend
    yield Check("backend", "note" if stands_in else "ok", found, advice if stands_in else "")
    yield from CHECKS[choice.settings.backend](choice.settings)


def _ollama(settings: Settings) -> Iterator[Check]:
    api = OllamaApi(ollama_url(settings.host), LIMITS)
    yield Check("model server", "ok", f"Ollama {api.version()} at {api.connection.url}")
    names = api.installed_names()
    if full_name(settings.model) not in names:
        raise MissingModelError(settings.model, api.connection.url, ", ".join(names) or "nothing")
    yield Check("model", "ok", full_name(settings.model))
    yield _context(api, settings)


def _context(api: OllamaApi, settings: Settings) -> Check:
    served, trained = api.served_context(settings.model), api.trained_context(settings.model)
    real = served or trained or settings.num_ctx
    found = (
        f"{min(real, settings.num_ctx)} tokens (asked for {settings.num_ctx}, model trained for {trained or 'unknown'}"
    )
    found += f", loaded with {served})" if served else ")"
    if real < settings.num_ctx:
        return Check("context", "note", found, "lower --num-ctx, or raise the server's OLLAMA_CONTEXT_LENGTH")
    return Check("context", "ok", found)


def _openai(settings: Settings) -> Iterator[Check]:
    connection = connect(settings, LIMITS)
    names = model_names(connection)
    yield Check("model server", "ok", f"OpenAI-compatible at {connection.url}")
    if settings.model in names:
        yield Check("model", "ok", settings.model)
    else:
        yield _failed(
            "model", f"{settings.model} is not among: {', '.join(names) or 'none'}", "choose one with --model"
        )


def _embedded(settings: Settings) -> Iterator[Check]:
    engine = load_engine()
    yield Check("engine", "ok", f"xllamacpp {engine.__version__}, inside this process")
    model = find_model(settings)
    yield Check("model", "ok", f"{model.name}, {model.path}")


def _scripted(settings: Settings) -> Iterator[Check]:
    if settings.script and expanded(settings.script).is_file():
        yield Check("model", "ok", f"scripted by {settings.script}")
    else:
        yield _failed("model", "there is no script", "set DEVOPS_AGENT_SCRIPT to a file of replies")


def _failed(name: str, found: str, advice: str) -> Check:
    return Check(name, "fail", found, advice, ExitCode.BACKEND)


CHECKS: dict[str, Callable[[Settings], Iterator[Check]]] = {
    "auto": _auto,
    "ollama": _ollama,
    "openai": _openai,
    "embedded": _embedded,
    "scripted": _scripted,
}
