"""One task, or a talk: what happens between the parsed command line and the exit code."""

import sys
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from devops_agent.command_line import EXAMPLE
from devops_agent.errors import ApprovalNeededError, BackendError, ConfigurationError, DevOpsAgentError, ExitCode
from devops_agent.events import Event, Proposed
from devops_agent.head_start import head_start
from devops_agent.outcome import exit_code
from devops_agent.settings import Settings
from devops_agent.text import printable
from devops_agent.tokens import MOST_CHARACTERS_PER_TOKEN, estimate_tokens
from devops_agent.tools.observation import cut
from devops_agent.ui.records import pending_record, print_record

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from devops_agent.agent import DevOpsAgent
    from devops_agent.backends.base import ChatModel
    from devops_agent.backends.choice import Choice
    from devops_agent.backends.embedded.speaker import Speaker
    from devops_agent.events import Live
    from devops_agent.secrets import Redactor
    from devops_agent.ui.json_output import JsonObject

LONGEST_INPUT = 16 * 1024 * 1024
CONTEXT_SHARE = 0.4
"""Share of the window that standard input may fill."""


class Asked(NamedTuple):
    """A task, the text it is about, and the embedded model where that has begun on it."""

    task: str
    context: str
    speaker: "Speaker | None"


class Display(Protocol):
    """Where a run is shown: a screen, or JSON."""

    def draw(self, event: Event) -> None: ...
    def watch(self, live: "Live") -> None: ...
    def turn(self) -> "AbstractContextManager[None]": ...
    def asking(self) -> "AbstractContextManager[None]": ...
    def note(self, text: str) -> None: ...


def run(settings: Settings, task: str, *, interactive: bool) -> ExitCode:
    """Run the task, or talk when there is none. Raises DevOpsAgentError."""
    at_terminal = sys.stdin is not None and sys.stdin.isatty()
    talk = interactive or (not task and at_terminal)
    if talk and settings.output != "text":
        raise ConfigurationError("a talk has no JSON output", hint="give a task, or leave out --output")
    context = "" if talk or at_terminal else _standard_input().strip("\n")
    if not talk and not task:
        task, context = context.strip(), ""
    if not talk and not task:
        raise ConfigurationError("there is no task", hint=EXAMPLE)
    if talk:
        return _talk(settings, task)
    try:
        return _one_shot(settings, task, context)
    except BackendError as error:
        if settings.output != "text" or not _installed_on_demand(settings, error):
            raise
    return _one_shot(settings, task, context)


def _installed_on_demand(settings: Settings, error: BackendError) -> bool:
    """Whether a missing model was what was wrong, and the user had it installed just now."""
    from devops_agent.commands import model
    from devops_agent.ui.offer import wants_our_model

    if not wants_our_model(settings, error):
        return False
    model.install(settings)
    return True


def _standard_input() -> str:
    """Everything on standard input, up to a limit: what the task is about."""
    if sys.stdin is None or sys.stdin.closed:
        return ""
    return sys.stdin.buffer.read(LONGEST_INPUT).decode("utf-8", "backslashreplace")


def _chosen(settings: Settings) -> "Choice":
    """Where the model runs. A server is asked to load it while this program loads its own parts."""
    from devops_agent.backends.choice import choose

    choice = choose(settings)
    if choice.settings.backend == "ollama":
        from devops_agent.backends.host import ollama_url
        from devops_agent.backends.warmup import warm_up

        warm_up(ollama_url(settings.host), settings.model, settings.num_ctx, settings.keep_alive)
    return choice


def _talk(settings: Settings, first_task: str) -> ExitCode:
    choice = _chosen(settings)
    from devops_agent.ui.console import Screen
    from devops_agent.ui.conversation import AgentConversation
    from devops_agent.ui.repl import run_repl

    redactor = _redactor(settings)
    screen = Screen(settings, reveal=redactor.restore)
    with closing(_open(choice, screen, redactor)) as agent:
        return ExitCode(run_repl(AgentConversation(agent, settings), screen, settings, first_task))


def _one_shot(settings: Settings, task: str, context: str) -> ExitCode:
    choice = _chosen(settings)
    redactor = _redactor(settings)
    context = _cut_to_window(printable(context), settings)
    with head_start(choice.settings, task, context, redactor.redact) as speaker:
        display = _display(settings, redactor, task)
        return _shown(choice, display, redactor, Asked(task, context, speaker))


def _shown(choice: "Choice", display: Display, redactor: "Redactor", asked: "Asked") -> ExitCode:
    """Run the task to its end, whatever that is, and let the display conclude."""
    settings = choice.settings
    events: list[Event] = []
    try:
        for event in _events(choice, display, redactor, asked):
            events.append(event)
            display.draw(event)
    except DevOpsAgentError as error:
        _conclude(settings, display, events, error.exit_code, error)
        raise
    except KeyboardInterrupt:
        _conclude(settings, display, events, ExitCode.INTERRUPTED)
        raise
    code = exit_code(events)
    _conclude(settings, display, events, code)
    return code


def _display(settings: Settings, redactor: "Redactor", task: str) -> Display:
    if settings.output == "text":
        from devops_agent.ui.console import Screen

        return Screen(settings, reveal=redactor.restore)
    from devops_agent.ui.json_output import JsonLines, JsonObject

    return JsonObject(redactor.redact(task), sys.stdout) if settings.output == "json" else JsonLines(sys.stdout)


def _events(choice: "Choice", display: Display, redactor: "Redactor", asked: "Asked") -> Iterator[Event]:
    with display.turn(), closing(_open(choice, display, redactor, asked.speaker)) as agent:
        try:
            yield from agent.events(asked.task, asked.context)
        finally:
            _say_what_was_recorded(choice.settings, display, agent)


def _say_what_was_recorded(settings: Settings, display: Display, agent: "DevOpsAgent") -> None:
    """After a change, the end of the audit trail as it is now: who notes it down can tell a rewritten one."""
    if settings.output == "text" and not settings.quiet:
        note = agent.journal.parting(always=settings.verbose)
        if note:
            display.note(note)


def _redactor(settings: Settings) -> "Redactor":
    """What keeps the secrets of this run; it loads after the model's server was asked to."""
    from devops_agent.crash import hide_with
    from devops_agent.secrets import Redactor

    redactor = Redactor.of(settings.environment)
    hide_with(redactor.redact)
    return redactor


def _cut_to_window(text: str, settings: Settings) -> str:
    """The head and tail of a text, as much as the model can read beside everything else."""
    room = int(settings.num_ctx * CONTEXT_SHARE)
    text, _ = cut(text, room * MOST_CHARACTERS_PER_TOKEN)
    while (tokens := estimate_tokens(text)) > room:
        text, _ = cut(text, int(len(text) * room / tokens * 0.95))
    return text


def _open(choice: "Choice", display: Display, redactor: "Redactor", speaker: "Speaker | None" = None) -> "DevOpsAgent":
    from devops_agent.assembly import open_agent
    from devops_agent.ui.approval import TerminalApprover

    settings = choice.settings
    if choice.reason and not settings.quiet:
        display.note(choice.reason)
    _say_what_is_missing(settings, display)
    approve = TerminalApprover(settings, display.asking)
    return open_agent(settings, approve, display.watch, redactor, display.note, model=_model(speaker, settings))


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


def _conclude(
    settings: Settings, display: Display, events: list[Event], code: ExitCode, error: DevOpsAgentError | None = None
) -> None:
    """Say on stdout what only the end of a run can say: the whole as one object, or the call that waits for a yes."""
    if settings.output == "json":
        cast("JsonObject", display).close(code, error)
    elif settings.output == "text" and isinstance(error, ApprovalNeededError):
        proposed = [event for event in events if isinstance(event, Proposed)]
        print_record(pending_record(proposed[-1]), sys.stdout)
