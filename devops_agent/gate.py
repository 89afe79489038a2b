"""The gate every call passes: the policy judges it, the mode decides, a human is asked where it says so."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from devops_agent.approval import Action, Approver, Mode, Request, action_for
from devops_agent.backends.toolcalls import Fault, checked_call
from devops_agent.events import Call, Verdict
from devops_agent.guard.guard import Guard
from devops_agent.loops import fingerprint
from devops_agent.tools.base import Tool

REJECTED = "User rejected this tool call. It was NOT run."
COMMENT = " User comment: "
STALE = "something that this rests on has changed since you said yes: its files, its folder or where it goes"


@dataclass(frozen=True)
class Ruling:
    """What may happen to a call. `call` is what runs, `edited` when the user reworded it.

    Of a refusal, `reason` is for the model and `said` for the user.
    `seal` is what a yes of the user rests on; `Gate.redeem` holds it to that, once.
    """

    call: Call
    verdict: Verdict
    allowed: bool
    by: Literal["policy", "user"] = "policy"
    reason: str = ""
    said: str = ""
    edited: bool = False
    seal: str = ""

    @property
    def is_unasked_read(self) -> bool:
        """Whether this runs because the policy found it to be a plain read, and nobody was asked."""
        return self.allowed and self.by == "policy" and self.verdict.risk == "READ"


class UserQuit(Exception):
    """The user ended the run at the prompt."""

    def __init__(self, call: Call) -> None:
        super().__init__("the user ended the run")
        self.call = call


class Gate:
    """Decides about one call at a time, and remembers what the user said no to."""

    def __init__(
        self, mode: Mode, approve: Approver, classify: Callable[[Call], Verdict], guard: Guard | None = None
    ) -> None:
        self.approve = approve
        self.classify = classify
        self.guard = guard or Guard()
        self._denied: set[str] = set()
        self._seals: set[str] = set()
        self._lasting: set[str] = set()
        self._stale = ""
        self.mode = mode

    @property
    def mode(self) -> Mode:
        """What is asked; setting it ends what was agreed to for the rest of a task."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        self.guard.read_only = mode == "read-only"
        self.begin_task()

    def begin_task(self) -> None:
        """What the user agreed to for the rest of the task before counts no more."""
        self._lasting.clear()

    def reconsider(self, call: Call) -> None:
        """A no to this call counts no more: the user asks for it now."""
        self._denied.discard(fingerprint(call))

    def rule(self, tool: Tool, call: Call, verdict: Verdict, said: str = "") -> Ruling:
        """Judge a call to `tool`, with `said` around it by the model.

        Raises UserQuit, and whatever the approver raises when it cannot ask.
        """
        asked_for = call
        while True:
            edited = call is not asked_for
            action = self._action(call, verdict)
            if action == "refuse":
                return Ruling(call, verdict, allowed=False, reason=self._refusal(verdict), said=_said(verdict))
            if action == "run":
                return Ruling(_canonical(call, verdict), verdict, allowed=True, edited=edited)
            answer = self._ask(tool, call, verdict, action, said)
            if isinstance(answer, Ruling):
                return replace(answer, edited=edited)
            call, verdict = answer, self.classify(answer)

    def redeem(self, tool: Tool, ruling: Ruling) -> bool:
        """Whether what the user agreed to is still what would run; call it right before it does. A yes counts once."""
        if ruling.by == "policy":
            return True
        agreed = ruling.seal in self._seals
        self._seals.discard(ruling.seal)
        holds = agreed and self.guard.seal(ruling.call, tool.workspace.folder) == ruling.seal
        self._stale = "" if holds else STALE
        return holds

    def _action(self, call: Call, verdict: Verdict) -> Action:
        """What to do; no change goes unasked elsewhere than the user last knew, and no code that was only read of."""
        action = action_for(self.mode, verdict)
        if action != "run" or verdict.risk == "READ":
            return action
        is_foreign = "EXEC" in verdict.tags and bool(self.guard.provenance.notes(call))
        return "ask" if is_foreign or self.guard.drift() else action

    def _ask(self, tool: Tool, call: Call, verdict: Verdict, action: Action, said: str) -> Ruling | Call:
        """The user's ruling, or the call as the user edited it, which must be judged anew."""
        if fingerprint(call) in self._denied:
            return Ruling(call, verdict, allowed=False, by="user", reason=f"{REJECTED} They said no to this before.")
        seal = self.guard.seal(call, tool.workspace.folder)
        if action == "ask" and seal in self._lasting and not self.guard.drift():
            return self._agreed(call, verdict, seal)
        decision = self.approve(self._request(tool, call, verdict, action, said))
        if decision.quit:
            raise UserQuit(call)
        if not decision.allowed:
            self._denied.add(fingerprint(call))
            comment = COMMENT + decision.feedback if decision.feedback else ""
            return Ruling(call, verdict, allowed=False, by="user", reason=REJECTED + comment)
        if decision.arguments is None or decision.arguments == call.arguments:
            self.guard.accept()
            self._lasting.update({seal} if decision.lasting and action == "ask" else ())
            return self._agreed(call, verdict, seal)
        try:
            return checked_call(call.tool, decision.arguments, {call.tool: tool.parameters})
        except Fault as fault:
            return Ruling(call, verdict, allowed=False, by="user", reason=str(fault))

    def _agreed(self, call: Call, verdict: Verdict, seal: str) -> Ruling:
        self._seals.add(seal)
        return Ruling(call, verdict, allowed=True, by="user", seal=seal)

    def _request(self, tool: Tool, call: Call, verdict: Verdict, action: Action, said: str) -> Request:
        preview = tool.preview(**call.arguments)
        folder = Path(tool.workspace.folder)
        notes = (self._stale,) if self._stale else ()
        request = Request(call, verdict, folder, preview, typed=action == "type", notes=notes, said=said)
        return self.guard.brief(request)

    def _refusal(self, verdict: Verdict) -> str:
        why = "; ".join(verdict.reasons) or "it is not on the list of plain reads"
        if verdict.risk == "FORBID":
            return f"Refused by the policy, it was NOT run: {why}. Do it another way, or say that it is not allowed."
        return f"Refused, it was NOT run: this session is read-only, and this call is {verdict.risk} ({why})."


def _said(verdict: Verdict) -> str:
    """A refusal in the user's own words."""
    if verdict.risk != "FORBID":
        return "; ".join(["not run: this session is read-only", *verdict.reasons[:1]])
    return f"refused by the policy: {verdict.reasons[0] if verdict.reasons else 'it is forbidden'}"


def _canonical(call: Call, verdict: Verdict) -> Call:
    """What was judged is what runs: the policy's own, fully quoted text of a command that nobody is asked about."""
    if call.tool != "bash" or not verdict.canonical:
        return call
    return Call(call.tool, {**call.arguments, "command": verdict.canonical})
