"""From a proposed call to what the model is told about it: loop guard, gate, tool."""

from collections.abc import Generator, Mapping
from dataclasses import replace

from devops_agent.ending import RunEnded
from devops_agent.errors import ApprovalNeededError, DevOpsAgentError
from devops_agent.events import Call, Event, Observed, Proposed, Refused, ToolResult, Verdict
from devops_agent.evidence import Step
from devops_agent.gate import Gate, Ruling, UserQuit
from devops_agent.loops import LoopGuard
from devops_agent.sessions.journal import Intent, Journal
from devops_agent.tools.base import Interrupted, Tool

MOST_QUESTIONS = 3
"""How often one call is asked about when what it rests on changes after each yes."""
UNSTEADY = "Not run: what it would act on changed again and again while the user was asked."
UNSTEADY_SAID = "not run: what it acts on changed each time you were asked"
MOVE_ON = "Do not send it again: use the result, do something else, or give the final_answer."
Told = Generator[Event, None, str]
"""Yields what happens, and returns what the model is told."""


class CallRunner:
    """Performs the calls of one task: `steps` were executed; `refused` says whether one was not allowed."""

    def __init__(self, tools: Mapping[str, Tool], gate: Gate, journal: Journal) -> None:
        self.steps: list[Step] = []
        self.refused = False
        self._tools = tools
        self._gate = gate
        self._journal = journal
        self._loops = LoopGuard()

    def perform(self, number: int, call: Call, said: str = "") -> Told:
        """Take one call, with what the model `said` around it, through the loop guard and the gate, and run it.

        Raises RunEnded for a loop or when the user quits, ApprovalNeededError when nobody can be asked,
        DevOpsAgentError when the call cannot be written down before it runs, and Interrupted when Ctrl-C stopped the
        tool.
        """
        verdict = self._gate.classify(call)
        yield Proposed(number, call, verdict)
        advice = self._loops.advise(call, verdict)
        if advice in ("replay", "refuse", "end"):
            return (yield from self._again(number, call, advice))
        ruling = yield from self._rule(number, call, verdict, said)
        if ruling.allowed:
            return (yield from self._execute(number, call, ruling))
        self.refused = True
        yield Refused(number, call, ruling.by, ruling.reason, ruling.said)
        return ruling.reason

    def _rule(self, number: int, call: Call, verdict: Verdict, said: str) -> Generator[Event, None, Ruling]:
        try:
            return self._steady_ruling(call, verdict, said)
        except ApprovalNeededError as error:
            yield Refused(number, call, "no terminal", str(error), "not run: there is no terminal to ask on")
            raise
        except UserQuit:
            yield Refused(number, call, "user", "the user ended the run")
            raise RunEnded("quit") from None

    def _steady_ruling(self, call: Call, verdict: Verdict, said: str) -> Ruling:
        """The ruling, given anew as long as what the user agreed to is no longer what would run."""
        tool, edited = self._tools[call.tool], False
        for _ in range(MOST_QUESTIONS):
            ruling = self._gate.rule(tool, call, verdict, said)
            edited = edited or ruling.edited
            if not ruling.allowed or self._gate.redeem(tool, ruling):
                return replace(ruling, edited=edited)
            call, verdict = ruling.call, self._gate.classify(ruling.call)
        return Ruling(call, verdict, allowed=False, reason=UNSTEADY, said=UNSTEADY_SAID)

    def _again(self, number: int, call: Call, advice: str) -> Told:
        """Answer an equal call from the first one; the third time, refuse it; at last, end the run."""
        first, result = self._loops.first(call)
        self._loops.repeated(call)
        if advice == "end":
            raise RunEnded("loop")
        if advice == "replay":
            return (yield from _repeated(number, call, first, result))
        told = f"Refused: this call was sent before and gives what it gave in step {first}. {MOVE_ON}"
        yield Refused(number, call, "loop guard", told, f"not run again: it gave the same in step {first}")
        return told

    def _execute(self, number: int, call: Call, ruling: Ruling) -> Told:
        """Run what the ruling allows, in the policy's or the user's wording; only the user's is shown."""
        shown = ruling.call if ruling.edited else call
        tool = self._tools[call.tool]
        folder = str(tool.workspace.folder)
        self._journal.intend(Intent(number, ruling.call, ruling.verdict, self._gate.mode, ruling.by, folder))
        tool.workspace.unasked = ruling.is_unasked_read
        try:
            result = tool.run(**ruling.call.arguments)
        except Interrupted as stop:
            self._record(number, call, ruling.verdict, stop.result)
            yield Observed(number, shown, stop.result)
            raise
        except (OSError, ValueError, DevOpsAgentError) as error:
            result = ToolResult(f"{call.tool} failed: {error}", ok=False)
        if not self._record(number, call, ruling.verdict, result):
            return (yield from _repeated(number, call, self._loops.first(call)[0], result))
        yield Observed(number, shown, result)
        if ruling.edited:
            return f"The user changed the call to {ruling.call.arguments}.\n{result.text}"
        return result.text

    def _record(self, number: int, call: Call, verdict: Verdict, result: ToolResult) -> bool:
        """Remember a call that ran; False when an equal call gave the same before."""
        self.steps.append(Step(number, call, verdict.risk, result))
        self._gate.guard.provenance.see_step(number, result.text)
        return self._loops.ran(number, call, verdict, result)


def _repeated(number: int, call: Call, first: int, result: ToolResult) -> Told:
    yield Observed(number, call, result, repeated=True)
    return f"You already ran exactly this in step {first}. It gave:\n{result.text}\n{MOVE_ON}"
