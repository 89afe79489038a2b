"""The conversation at the terminal: a line is a task or a slash command, until the input ends."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping

from devops_agent.approval import Mode
from devops_agent.errors import DevOpsAgentError, ExitCode
from devops_agent.kubernetes_context import UNKNOWN, read_context
from devops_agent.settings import Settings
from devops_agent.text import visible, without_raw_bytes
from devops_agent.ui.console import Screen
from devops_agent.ui.greeting import greeting
from devops_agent.ui.slash_commands import COMMANDS, Conversation, Session, run_command
from devops_agent.ui.theme import clipped, encodable, glyphs_for
from devops_agent.ui.turns import Turn

HISTORY_FILE = ".devops_agent_history"
WORDS = {"help": "/help", "?": "/help", "exit": "/exit", "quit": "/exit", "q": "/exit"}
SLASH_COMMAND = re.compile(r"/\w*(?:\s.*)?", re.DOTALL)
NAME_WIDTH = 24
DEFAULT_MODE = "changes"


def run_repl(agent: Conversation, screen: Screen, settings: Settings, first_task: str = "") -> int:
    """Talk until the user leaves or the input ends; the exit code. `first_task` is done before anything is read."""
    session = Session(agent, screen)
    if first_task:
        _attempt(session, _do, first_task)
    for line in _lines(session, settings):
        _attempt(session, _take, without_raw_bytes(line.strip()))
        if session.over:
            break
    if not settings.quiet and (note := agent.parting(always=settings.verbose)):
        screen.note(note)
    return ExitCode.OK


def prompt_text(environment: Mapping[str, str], mode: Mode, sign: str) -> str:
    """`namespace@context` where a kubeconfig names one, the mode where it is not the default, and the sign."""
    context = read_context(environment)
    parts = []
    if context.name != UNKNOWN:
        name = context.name.rpartition("/")[2]  # clouds name a context by a long path
        parts.append(f"{clipped(visible(context.namespace), NAME_WIDTH)}@{clipped(visible(name), NAME_WIDTH)}")
    if mode != DEFAULT_MODE:
        parts.append(f"[{mode}]")
    return " ".join([*parts, sign, ""])


def _attempt(session: Session, action: Callable[[Session, str], None], line: str) -> None:
    """Do something with a line; what goes wrong is said, and the conversation goes on."""
    try:
        action(session, line)
    except KeyboardInterrupt:
        session.screen.note("cancelled")
    except DevOpsAgentError as error:
        session.screen.error(error)


def _take(session: Session, line: str) -> None:
    line = WORDS.get(line.lower(), line)
    if SLASH_COMMAND.fullmatch(line):
        run_command(session, line)
    elif line:
        _do(session, line)


def _do(session: Session, task: str) -> None:
    turn = Turn(session.agent.redact(task))
    session.turns.append(turn)
    with session.screen.turn():
        for event in session.agent.events(task):
            turn.events.append(event)
            session.screen.draw(event)


def _lines(session: Session, settings: Settings) -> Iterator[str]:
    if sys.stdin is None:
        return iter(())
    return _typed_lines(session, settings) if sys.stdin.isatty() else _piped_lines()


def _typed_lines(session: Session, settings: Settings) -> Iterator[str]:
    """What the user types until Ctrl-D; Ctrl-C clears the line."""
    read = _plain_reader if settings.environment.get("TERM") == "dumb" else _open_editor(session, settings)
    sign = glyphs_for(sys.stdout).prompt
    if not settings.quiet:
        for line in greeting(settings, session.agent.model_name):
            session.screen.note(line)
    while True:
        try:
            line = read(encodable(prompt_text(session.agent.environment, session.agent.mode, sign), sys.stdout))
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        yield line


def _open_editor(session: Session, settings: Settings) -> Callable[[str], str]:
    from devops_agent.ui.line_editor import open_prompt

    return open_prompt(settings.home / HISTORY_FILE, [f"/{name}" for name in COMMANDS], session.agent.redact).prompt


def _plain_reader(label: str) -> str:
    """A prompt for a terminal that can only print."""
    sys.stderr.write(label)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def _piped_lines() -> Iterator[str]:
    with os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="backslashreplace") as lines:
        yield from lines
