"""The human's yes: one question at a time, on the terminal itself, and no unless it was clearly yes."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Any, Literal

from devops_agent.approval import Decision, Offer, Request, Trial, action_for
from devops_agent.errors import DevOpsAgentError
from devops_agent.settings import Settings
from devops_agent.text import printable
from devops_agent.ui import theme
from devops_agent.ui.card import card, framed
from devops_agent.ui.confirmation import word_to_type
from devops_agent.ui.excerpt import Room, excerpt
from devops_agent.ui.terminal import Terminal, open_terminal
from devops_agent.ui.wrapping import wrapped

QUESTION = "run it? {keys} (Enter: no) "
TYPED_QUESTION = "type {word} to run it, or {keys} (Enter: no) "
FEEDBACK_QUESTION = "what instead? (Enter: nothing) "
STORE_QUESTION = "keep this rule in your policy.toml, and run it now? y/n (Enter: no) "
HELP = {
    "y": "run exactly this, once",
    "t": "run exactly this, and run it again without asking until this task ends",
    "n": "do not run it; you may tell the model what to do instead",
    "e": "edit it first; what you make of it is judged anew",
    "a": "always run exactly this, here, without asking; you see the rule first",
    "q": "end this task, as Ctrl-C does",
}
PASTED = " Pasted text is never a yes."
HARD_TO_UNDO = " This is hard or impossible to undo. To run it, type {word} and Enter."
BESIDE = 3
"""Lines of the question and around the card; with more than the terminal holds, the top is out of sight."""
TRIAL_ROOM = Room(head=60, tail=20, line=400)
Intent = Literal["run", "task", "no", "edit", "quit", "always"]
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
        avoidable = self._settings.approval != "never" and action_for("never", request.verdict) == "run"
        with closing(open_terminal(self._settings, avoidable=avoidable)) as terminal, self._asking():
            _show(terminal, request)
            decision = None
            while decision is None:
                decision = _ask(terminal, request)
            return decision


def _show(terminal: Terminal, request: Request) -> None:
    terminal.say("")
    rows = list(card(request, terminal.width, terminal.stream))
    for row in rows:
        terminal.say(row.text, row.style)
    if len(rows) + BESIDE > terminal.height:
        terminal.say(f"{rows[0].text}({len(rows)} lines, above) ", rows[0].style)


def _ask(terminal: Terminal, request: Request) -> Decision | None:
    """The decision that one answer makes, or None to ask again."""
    word = word_to_type(request.call) if request.typed else "y"
    answer = _answer(terminal, request, word)
    if answer is None:
        return NO
    trial = next((trial for trial in request.trials if trial.key == answer), None)
    if trial is not None:
        _try(terminal, trial)
        return None
    match _intents(request, word).get(answer):
        case "run":
            return Decision(allowed=True)
        case "task":
            return Decision(allowed=True, lasting=True)
        case "no":
            return Decision(allowed=False, feedback=printable(terminal.line(FEEDBACK_QUESTION) or "").strip())
        case "quit":
            return Decision(allowed=False, quit=True)
        case "edit":
            return _edit(terminal, request)
        case "always" if request.offer:
            return _always(terminal, request.offer)
    terminal.say(wrapped(_help(request, word), terminal.width))
    return None


def _intents(request: Request, word: str) -> dict[str, Intent]:
    """What each answer to this request means."""
    intents: dict[str, Intent] = {**INTENTS, word: "run"}
    if not request.typed:
        intents["t"] = "task"
    if request.offer:
        intents["a"] = "always"
    return intents


def _answer(terminal: Terminal, request: Request, word: str) -> str | None:
    keys = "/".join([*_keys(request), "?"])
    if request.typed:
        return terminal.line(TYPED_QUESTION.format(word=word, keys=keys))
    return terminal.key(QUESTION.format(keys=keys))


def _keys(request: Request) -> dict[str, str]:
    """Every key that can be pressed at this request, and what it does."""
    keys = {key: text for key, text in HELP.items() if key != "a" or request.offer}
    if request.typed:
        del keys["y"], keys["t"]
    last = {"q": keys.pop("q")}
    return keys | {trial.key: f"{trial.name}: {trial.command}" for trial in request.trials} | last


def _help(request: Request, word: str) -> str:
    lines = [f" {key}  {text}" for key, text in _keys(request).items()]
    return "\n".join([HARD_TO_UNDO.format(word=word), *lines] if request.typed else [*lines, PASTED])


def _try(terminal: Terminal, trial: Trial) -> None:
    """Show what a harmless run says; then the question comes again."""
    terminal.say(f"{trial.name}: {trial.command}", theme.STRONG)
    shown = excerpt(trial.run(), TRIAL_ROOM)
    for line in shown.head:
        terminal.say(f"  {line}")
    if shown.hidden:
        terminal.say(f"  ({shown.hidden} lines left out)", theme.QUIET)
    for line in shown.tail:
        terminal.say(f"  {line}")


def _always(terminal: Terminal, offer: Offer) -> Decision | None:
    """Show the exact rule; keep it, and run, after a second yes."""
    for row in framed(offer.text, terminal.width, terminal.stream):
        terminal.say(row.text, row.style)
    if terminal.key(STORE_QUESTION) != "y":
        return None
    try:
        offer.store()
    except DevOpsAgentError as error:
        terminal.say(f"not kept: {error}", theme.WARNING)
        return None
    return Decision(allowed=True)


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
