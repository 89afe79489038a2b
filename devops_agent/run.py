"""One task from the parsed command line to the exit code; without a task, a talk."""

import sys
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple, cast

from devops_agent.command_line import EXAMPLE
from devops_agent.earlier import NOTHING, Earlier, latest_here
from devops_agent.errors import ApprovalNeededError, BackendError, ConfigurationError, DevOpsAgentError, ExitCode
from devops_agent.events import Event, Proposed
from devops_agent.head_start import head_start
from devops_agent.outcome import exit_code
from devops_agent.settings import Settings
from devops_agent.starting import Display, chosen, opened, redactor_for
from devops_agent.talk import talk
from devops_agent.text import printable
from devops_agent.tokens import MOST_CHARACTERS_PER_TOKEN, estimate_tokens
from devops_agent.tools.observation import cut
from devops_agent.ui.records import pending_record, print_record

if TYPE_CHECKING:
    from devops_agent.agent import DevOpsAgent
    from devops_agent.backends.choice import Choice
    from devops_agent.backends.embedded.speaker import Speaker
    from devops_agent.secrets import Redactor
    from devops_agent.ui.json_output import JsonObject

LONGEST_INPUT = 16 * 1024 * 1024
CONTEXT_SHARE = 0.4
"""Share of the window that standard input may fill."""


class Asked(NamedTuple):
    """A task, the text it is about, what went before, and the embedded model where that has begun on it."""

    task: str
    context: str
    earlier: Earlier
    speaker: "Speaker | None" = None


def run(settings: Settings, task: str, *, interactive: bool, continues: bool = False) -> ExitCode:
    """Run the task, or talk when there is none, after the last conversation or anew. Raises DevOpsAgentError."""
    at_terminal = sys.stdin is not None and sys.stdin.isatty()
    talks = interactive or (not task and at_terminal)
    context = "" if talks or at_terminal else _standard_input().strip("\n")
    if not talks and not task:
        task, context = context.strip(), ""
    if not talks and not task:
        raise ConfigurationError("there is no task", hint=EXAMPLE)
    earlier = latest_here(settings) if continues else NOTHING
    if talks:
        return talk(settings, task, earlier)
    asked = Asked(task, context, earlier)
    try:
        return _one_shot(settings, asked)
    except BackendError as error:
        if settings.output != "text" or not _installed_on_demand(settings, error):
            raise
    return _one_shot(settings, asked)


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


def _one_shot(settings: Settings, asked: Asked) -> ExitCode:
    choice = chosen(settings)
    redactor = redactor_for(settings, asked.earlier)
    asked = asked._replace(context=_cut_to_window(printable(asked.context), choice.settings))
    display = _display(settings, redactor, asked.task)
    if asked.earlier.number:
        return _shown(choice, display, redactor, asked)
    with head_start(choice.settings, asked.task, asked.context, redactor.redact) as speaker:
        return _shown(choice, display, redactor, asked._replace(speaker=speaker))


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
    with display.turn(), closing(opened(choice, display, redactor, asked.earlier, asked.speaker)) as agent:
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


def _cut_to_window(text: str, settings: Settings) -> str:
    """The head and tail of a text, as much as the model can read beside everything else."""
    room = int(settings.num_ctx * CONTEXT_SHARE)
    text, _ = cut(text, room * MOST_CHARACTERS_PER_TOKEN)
    while (tokens := estimate_tokens(text)) > room:
        text, _ = cut(text, int(len(text) * room / tokens * 0.95))
    return text


def _conclude(
    settings: Settings, display: Display, events: list[Event], code: ExitCode, error: DevOpsAgentError | None = None
) -> None:
    """Say on stdout what only the end of a run can say: the whole as one object, or the call that waits for a yes."""
    if settings.output == "json":
        cast("JsonObject", display).close(code, error)
    elif settings.output == "text" and isinstance(error, ApprovalNeededError):
        proposed = [event for event in events if isinstance(event, Proposed)]
        print_record(pending_record(proposed[-1]), sys.stdout)
