"""What every run and every talk begins with: where the model runs, which secrets are hidden, what is missing."""

from typing import TYPE_CHECKING, Protocol

from devops_agent.earlier import Earlier, redactor_after
from devops_agent.events import Event
from devops_agent.settings import Settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from devops_agent.agent import DevOpsAgent
    from devops_agent.backends.base import ChatModel
    from devops_agent.backends.choice import Choice
    from devops_agent.backends.embedded.speaker import Speaker
    from devops_agent.events import Live
    from devops_agent.secrets import Redactor


class Display(Protocol):
    """Where a run is shown: a screen, or JSON."""

    def draw(self, event: Event) -> None: ...
    def watch(self, live: "Live") -> None: ...
    def turn(self) -> "AbstractContextManager[None]": ...
    def asking(self) -> "AbstractContextManager[None]": ...
    def note(self, text: str) -> None: ...


def chosen(settings: Settings) -> "Choice":
    """Where the model runs. A server is asked to load it while this program loads its own parts."""
    from devops_agent.backends.choice import choose

    choice = choose(settings)
    if choice.settings.backend == "ollama":
        from devops_agent.backends.host import ollama_url
        from devops_agent.backends.warmup import warm_up

        warm_up(ollama_url(settings.host), settings.model, settings.num_ctx, settings.keep_alive)
    return choice


def redactor_for(settings: Settings, earlier: Earlier) -> "Redactor":
    """What keeps the secrets of this run; it loads after the model's server was asked to."""
    from devops_agent.crash import hide_with

    redactor = redactor_after(earlier, settings.environment)
    hide_with(redactor.redact)
    return redactor


def opened(
    choice: "Choice", display: Display, redactor: "Redactor", earlier: Earlier, speaker: "Speaker | None" = None
) -> "DevOpsAgent":
    """An agent that asks at the terminal and goes on with the earlier conversation, where there is one."""
    from devops_agent.assembly import open_agent
    from devops_agent.ui.approval import TerminalApprover

    settings = choice.settings
    if choice.reason and not settings.quiet:
        display.note(choice.reason)
    _say_what_is_missing(settings, display)
    approve = TerminalApprover(settings, display.asking)
    model = _model(speaker, settings)
    agent = open_agent(settings, approve, display.watch, redactor, display.note, session=earlier.number, model=model)
    agent.recall(earlier.tasks)
    return agent


def _model(speaker: "Speaker | None", settings: Settings) -> "ChatModel | None":
    """The model that has begun already."""
    if speaker is None:
        return None
    from devops_agent.backends.embedded.chat import EmbeddedChat

    return EmbeddedChat(speaker, settings)


def _say_what_is_missing(settings: Settings, display: Display) -> None:
    """Nobody who relies on reads being only reads should have to guess what enforces it."""
    if settings.read_only or settings.verbose:
        from devops_agent.confinement.protection import missing

        for text in missing(settings.environment):
            display.note(text)
