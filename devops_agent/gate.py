"""The gate every call passes: the policy judges it, the mode decides, a human is asked where it says so."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from devops_agent.approval import Action, Approver, Mode, Request, action_for
from devops_agent.backends.toolcalls import Fault, checked_call
from devops_agent.events import Call, Verdict
from devops_agent.loops import fingerprint
from devops_agent.tools.base import Tool

REJECTED = "User rejected this tool call. It was NOT run."
COMMENT = " User comment: "


@dataclass(frozen=True)
class Ruling:
    """What may happen to a call. `call` is what runs, `edited` when the user reworded it; `reason` is for the model."""

    call: Call
    verdict: Verdict
    allowed: bool
    by: Literal["policy", "user"] = "policy"
    reason: str = ""
    edited: bool = False


class UserQuit(Exception):
    """The user ended the run at the prompt."""

    def __init__(self, call: Call) -> None:
        super().__init__("the user ended the run")
        self.call = call


class Gate:
    """Decides about one call at a time, and remembers what the user said no to."""

    def __init__(self, mode: Mode, approve: Approver, classify: Callable[[Call], Verdict]) -> None:
        self.mode = mode
        self.approve = approve
        self.classify = classify
        self._denied: set[str] = set()

    def rule(self, tool: Tool, call: Call, verdict: Verdict) -> Ruling:
        """Judge a call to `tool`. Raises UserQuit, and whatever the approver raises when it cannot ask."""
        asked_for = call
        while True:
            edited = call is not asked_for
            action = action_for(self.mode, verdict)
            if action == "refuse":
                return Ruling(call, verdict, allowed=False, reason=self._refusal(verdict))
            if action == "run":
                return Ruling(_canonical(call, verdict), verdict, allowed=True, edited=edited)
            answer = self._ask(tool, call, verdict, action)
            if isinstance(answer, Ruling):
                return replace(answer, edited=edited)
            call, verdict = answer, self.classify(answer)

    def _ask(self, tool: Tool, call: Call, verdict: Verdict, action: Action) -> Ruling | Call:
        """The user's ruling, or the call as the user edited it, which must be judged anew."""
        if fingerprint(call) in self._denied:
            return Ruling(call, verdict, allowed=False, by="user", reason=f"{REJECTED} They said no to this before.")
        preview = tool.preview(**call.arguments)
        decision = self.approve(Request(call, verdict, Path(tool.workspace.folder), preview, typed=action == "type"))
        if decision.quit:
            raise UserQuit(call)
        if not decision.allowed:
            self._denied.add(fingerprint(call))
            comment = COMMENT + decision.feedback if decision.feedback else ""
            return Ruling(call, verdict, allowed=False, by="user", reason=REJECTED + comment)
        if decision.arguments is None or decision.arguments == call.arguments:
            return Ruling(call, verdict, allowed=True, by="user")
        try:
            return checked_call(call.tool, decision.arguments, {call.tool: tool.parameters})
        except Fault as fault:
            return Ruling(call, verdict, allowed=False, by="user", reason=str(fault))

    def _refusal(self, verdict: Verdict) -> str:
        why = "; ".join(verdict.reasons) or "it is not on the list of plain reads"
        if verdict.risk == "FORBID":
            return f"Refused by the policy, it was NOT run: {why}. Do it another way, or say that it is not allowed."
        return f"Refused, it was NOT run: this session is read-only, and this call is {verdict.risk} ({why})."


def _canonical(call: Call, verdict: Verdict) -> Call:
    """What was judged is what runs: the policy's own, fully quoted text of a command that nobody is asked about."""
    if call.tool != "bash" or not verdict.canonical:
        return call
    return Call(call.tool, {**call.arguments, "command": verdict.canonical})
