"""The human's yes: one question at a time, on the terminal itself, and no unless it was clearly yes."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Any, Literal

from devops_agent.approval import Decision, Request
from devops_agent.settings import Settings
from devops_agent.text import printable
from devops_agent.ui.card import card
from devops_agent.ui.confirmation import word_to_type
from devops_agent.ui.terminal import Terminal, open_terminal

QUESTION = "run it? y/n/e/q/? (Enter: no) "
TYPED_QUESTION = "type {word} to run it, or n/e/q/? (Enter: no) "
FEEDBACK_QUESTION = "what instead? (Enter: nothing) "
HELP = """\
 y  run exactly this, once
 n  do not run it; you may tell the model what to do instead
 e  edit it first; what you make of it is judged anew
 q  end this task, as Ctrl-C does
 Pasted text is never a yes."""
TYPED_HELP = """\
 This is hard or impossible to undo. To run it, type {word} and Enter.
 n  do not run it; you may tell the model what to do instead
 e  edit it first; what you make of it is judged anew
 q  end this task, as Ctrl-C does"""
Intent = Literal["run", "no", "edit", "quit"]
INTENTS: dict[str, Intent] = {"n": "no", "": "no", "\n": "no", "\r": "no", "e": "edit", "q": "quit"}
NO = Decision(allowed=False)


class TerminalApprover:
    """Asks on the controlling terminal. `asking` is entered meanwhile, so that nothing else draws there.

    Raises ApprovalNeededError where there is no terminal, KeyboardInterrupt on Ctrl-C.
    """

    def __init__(self, settings: Settings, asking: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._settings = settings
        self._asking = asking

    def __call__(self, request: Request) -> Decision:
        with closing(open_terminal(self._settings)) as terminal, self._asking():
            _show(terminal, request, self._settings)
            decision = None
            while decision is None:
                decision = _ask(terminal, request)
            return decision


def _show(terminal: Terminal, request: Request, settings: Settings) -> None:
    terminal.say("")
    for row in card(request, settings.environment, terminal.width, terminal.stream):
        terminal.say(row.text, row.style)


def _ask(terminal: Terminal, request: Request) -> Decision | None:
    """The decision that one answer makes, or None to ask again."""
    word = word_to_type(request.call) if request.typed else "y"
    answer = terminal.line(TYPED_QUESTION.format(word=word)) if request.typed else terminal.key(QUESTION)
    if answer is None:
        return NO
    intents: dict[str, Intent] = {**INTENTS, word: "run"}
    match intents.get(answer):
        case "run":
            return Decision(allowed=True)
        case "no":
            return Decision(allowed=False, feedback=printable(terminal.line(FEEDBACK_QUESTION) or "").strip())
        case "quit":
            return Decision(allowed=False, quit=True)
        case "edit":
            return _edit(terminal, request)
    terminal.say(TYPED_HELP.format(word=word) if request.typed else HELP)
    return None


def _edit(terminal: Terminal, request: Request) -> Decision | None:
    """The call with each argument as the user left it; None when nothing changed or the user broke off."""
    from devops_agent.ui.line_editor import edit

    edited: dict[str, Any] = {}
    for name, value in request.call.arguments.items():
        text = edit(value if isinstance(value, str) else json.dumps(value), name, terminal.stream)
        if text is None:
            return None
        edited[name] = text if isinstance(value, str) else _parsed(text)
    return Decision(allowed=True, arguments=edited) if edited != request.call.arguments else None


def _parsed(text: str) -> Any:
    """What the user wrote for an argument that is not text; the argument check refuses what is not JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text
