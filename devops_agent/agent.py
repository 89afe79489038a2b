"""The agent: smolagents' tool-calling loop with our rules, our gate and our one stream of events.

ask the model -> exactly one call -> how risky? -> allowed? -> run it -> tell the model -> again
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal, cast

from devops_agent.backends.base import ChatModel, Sampling
from devops_agent.backends.chatml import neutralise
from devops_agent.backends.toolcalls import FINAL_ANSWER, Fault, Reply, spoken
from devops_agent.declared import DeclaredTool, FinalAnswer
from devops_agent.errors import ApprovalNeededError, BackendError, DevOpsAgentError
from devops_agent.events import Answered, Call, Event, Observed, Proposed, Refused, Stumbled, ToolResult, Usage, Verdict
from devops_agent.evidence import Given, Step, check_answer, evidence
from devops_agent.faults import WARMER_BY, FaultBudget
from devops_agent.gate import Gate, UserQuit
from devops_agent.loops import LoopGuard
from devops_agent.patches import (
    ActionStep,
    AgentGenerationError,
    AgentLogger,
    AgentParsingError,
    ChatMessage,
    LogLevel,
    MessageRole,
    ToolCall,
    ToolCallingAgent,
    ToolOutput,
)
from devops_agent.prompts import FINAL_ANSWER_DESCRIPTION, FINAL_ANSWER_PARAMETERS, system_prompt
from devops_agent.summary import summary
from devops_agent.tokens import estimate_turns
from devops_agent.tools.base import Interrupted, Tool
from devops_agent.transcript import INTERRUPTED, Transcript

Ending = Literal["step_limit", "loop", "faults", "quit"]
EVENTS = (Proposed, Refused, Observed)


class RunEnded(Exception):
    """The run is over although the model did not end it."""

    def __init__(self, outcome: Ending, detail: str = "") -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.detail = detail


class DevOpsAgent(ToolCallingAgent):
    """A conversation: `events(task)` runs one task and yields what happens; the next task knows what went before."""

    def __init__(self, tools: Sequence[Tool], model: ChatModel, *, gate: Gate, max_steps: int = 15) -> None:
        self.our_tools = {tool.name: tool for tool in tools}
        model.tools = {name: tool.parameters for name, tool in self.our_tools.items()}
        model.tools[FINAL_ANSWER] = FINAL_ANSWER_PARAMETERS
        described = {name: (tool.description, tool.parameters) for name, tool in self.our_tools.items()}
        described[FINAL_ANSWER] = (FINAL_ANSWER_DESCRIPTION, FINAL_ANSWER_PARAMETERS)
        self.transcript = Transcript(system_prompt(described))
        self.gate = gate
        self.usage = Usage()
        self._earlier: list[Step] = []
        super().__init__(
            tools=[*map(DeclaredTool, tools), FinalAnswer()],
            model=model,
            max_steps=max_steps,
            prompt_templates=_NO_TEMPLATES,
            logger=AgentLogger(LogLevel.OFF),
            step_callbacks=[self._after_step],
            max_tool_threads=1,
        )
        self._forget_task()

    def events(self, task: str, context: str = "") -> Iterator[Event]:
        """Run one task and yield what happens as it happens; `context` is text the task is about.

        Raises DevOpsAgentError when the run cannot go on; the conversation stays usable.
        """
        told = self._begin(task, context)
        stream = cast(Iterator[Any], super().run(told, stream=True))
        end = RunEnded("step_limit")
        try:
            for item in stream:
                yield from self._translated(item)
        except RunEnded as early:
            end = early
        except UserQuit:
            end = RunEnded("quit")
        except AgentGenerationError as error:
            raise _own_error(error) from error
        finally:
            _drain(stream)
            self._finish()
        yield self._answer or self._ended(end)
        yield self.usage

    def clear(self) -> None:
        """Start the conversation anew."""
        self.transcript.clear()
        self._earlier.clear()

    def run(self, task: str, **kwargs: Any) -> Any:
        """smolagents' door: run one task and return the answer's text, or with `stream=True` its own events."""
        return super().run(self._begin(task, ""), **kwargs)

    def _begin(self, task: str, context: str) -> str:
        """Start a task within the conversation; the text the model is told."""
        self._forget_task()
        self._task, self._context = task, context
        told = neutralise(f"{task}\n\nContext:\n{context}" if context else task)
        self.transcript.add_task(told)
        return told

    def _forget_task(self) -> None:
        self._task = self._context = ""
        self._number_before = len(self._earlier) and self._earlier[-1].number
        self._started = time.monotonic()
        self._steps: list[Step] = []
        self._loops, self._faults = LoopGuard(), FaultBudget()
        self._answer: Answered | None = None
        self._corrected = False
        self._told: str | None = None
        self._last_failed: ActionStep | None = None
        self.usage = Usage()
        self.model.sampling = Sampling()

    def _finish(self) -> None:
        self._earlier += self._steps
        self.usage = replace(self.usage, steps=len(self._steps), seconds=time.monotonic() - self._started)

    def _ended(self, end: RunEnded) -> Answered:
        text = summary(end.outcome, self._steps, limit=self.max_steps, detail=end.detail)
        self.transcript.add_reply(text)
        rests_on = tuple(step.number for step in self._steps)
        return Answered(text, rests_on, verified=False, problem="the run ended without an answer", outcome=end.outcome)

    def _translated(self, item: Any) -> Iterator[Event]:
        if isinstance(item, EVENTS):
            yield item
        elif isinstance(item, ActionStep) and item.error is not None and item is not self._last_failed:
            self._last_failed = item
            fault = _fault_of(item.error)
            yield Stumbled(self._number, fault.kind, str(fault))
            self._count(fault)

    def _count(self, fault: Fault) -> None:
        if not self._faults.record(fault):
            raise RunEnded("faults", str(fault).partition(".")[0])
        self.model.sampling = Sampling(
            constrained=self._faults.garbled_twice,
            warmer_by=WARMER_BY if fault.kind == "token_loop" else 0.0,
            promise_is_answer=self._faults.spent("no_call"),
        )

    @property
    def _number(self) -> int:
        """The number of the current step, counted through the conversation."""
        return self._number_before + int(self.step_number)

    def initialize_system_prompt(self) -> str:
        return self.transcript.turns[0].content

    def write_memory_to_messages(self, summary_mode: bool = False) -> list[ChatMessage]:
        """The transcript is the memory: append-only, so that every request starts with the one before."""
        self.transcript.fit(self.model.window)
        return [ChatMessage(role=_ROLES[turn.role], content=turn.content) for turn in self.transcript.turns]

    def process_tool_calls(self, chat_message: ChatMessage, memory_step: ActionStep) -> Iterator[Any]:
        """One step: the one call of a reply, through the gate, run, and told."""
        function = chat_message.tool_calls[0].function
        call = Call(function.name, function.arguments)
        if call.tool == FINAL_ANSWER:
            told = self._judge_answer(call.arguments["answer"])
        else:
            yield from self._perform(call)
            told = self._told or ""
        self._faults.succeed()
        self.model.sampling = Sampling()
        declared = ToolCall(name=call.tool, arguments=call.arguments, id="call")
        memory_step.tool_calls, memory_step.observations = [declared], told
        yield ToolOutput("call", told, call.tool == FINAL_ANSWER, told, declared)

    def provide_final_answer(self, task: str) -> ChatMessage:
        """At the step limit nothing more is asked of the model."""
        return ChatMessage(role=MessageRole.ASSISTANT, content="")

    def _judge_answer(self, text: str) -> str:
        given = Given(self._task, self._context, self._steps, self._earlier)
        problem = check_answer(text, given)
        if problem and not self._corrected:
            self._corrected = True
            raise _told_to_model(Fault("unsupported", problem.feedback))
        self._answer = Answered(
            text, evidence(text, given), verified=problem is None, problem=problem.clause if problem else ""
        )
        return text

    def _perform(self, call: Call) -> Iterator[Event]:
        tool, verdict = self.our_tools[call.tool], self.gate.classify(call)
        yield Proposed(self._number, call, verdict)
        advice = self._loops.advise(call, verdict)
        if advice in ("replay", "refuse", "end"):
            yield self._again(call, advice)
            return
        try:
            ruling = self.gate.rule(tool, call, verdict)
        except ApprovalNeededError as error:
            yield Refused(self._number, call, "no terminal", str(error))
            raise
        except UserQuit:
            yield Refused(self._number, call, "user", "the user ended the run")
            raise
        if ruling.allowed:
            yield from self._execute(tool, call, ruling.call, ruling.verdict)
        else:
            self._told = ruling.reason
            yield Refused(self._number, call, ruling.by, ruling.reason)

    def _again(self, call: Call, advice: str) -> Event:
        """Answer an equal call from the first one, or, the third time, not at all."""
        number, result = self._loops.first(call)
        self._loops.repeated(call)
        if advice == "replay":
            return self._tell_again(call, number, result)
        self._told = f"Refused: this call was sent before and gives what it gave in step {number}. {_MOVE_ON}"
        if advice == "end":
            raise RunEnded("loop")
        return Refused(self._number, call, "loop guard", self._told)

    def _tell_again(self, call: Call, number: int, result: ToolResult) -> Event:
        self._told = f"You already ran exactly this in step {number}. It gave:\n{result.text}\n{_MOVE_ON}"
        return Observed(self._number, call, result, repeated=True)

    def _execute(self, tool: Tool, asked: Call, call: Call, verdict: Verdict) -> Iterator[Event]:
        """Run `call`; `asked` is what the model had asked for, which the user may have edited."""
        try:
            result = tool.run(**call.arguments)
        except Interrupted as stop:
            self._record(asked, verdict, stop.result)
            yield Observed(self._number, call, stop.result)
            raise
        except (OSError, ValueError, DevOpsAgentError) as error:
            result = ToolResult(f"{call.tool} failed: {error}", ok=False)
        if not self._record(asked, verdict, result):
            yield self._tell_again(asked, self._loops.first(asked)[0], result)
            return
        if call.arguments != asked.arguments and call.arguments.get("command") != verdict.canonical:
            self._told = f"The user changed the call to {call.arguments}.\n{self._told}"
        yield Observed(self._number, call, result)

    def _record(self, call: Call, verdict: Verdict, result: ToolResult) -> bool:
        """Remember a call that ran; False when an equal call gave the same before."""
        result = replace(result, text=neutralise(result.text))
        self._steps.append(Step(self._number, call, verdict.risk, result))
        self._told = result.text
        return self._loops.ran(self._number, call, verdict, result)

    def _after_step(self, step: ActionStep) -> None:
        """Write the step into the transcript, whatever became of it."""
        step.model_input_messages = None
        reply = getattr(step.model_output_message, "raw", None)
        if not isinstance(reply, Reply):
            return
        self._learn(reply)
        self.transcript.add_reply(spoken(str(step.model_output or "")))
        if step.error is not None:
            self.transcript.add_error(str(_fault_of(step.error)))
        elif not step.is_final_answer:
            self.transcript.add_observation(INTERRUPTED if self._told is None else self._told)
        self._told = None

    def _learn(self, reply: Reply) -> None:
        if reply.prompt_tokens:
            estimated = estimate_turns(turn.content for turn in self.transcript.turns)
            self.transcript.calibrate(reply.prompt_tokens, estimated)
        self.usage = replace(
            self.usage,
            requests=self.usage.requests + 1,
            prompt_tokens=self.usage.prompt_tokens + (reply.prompt_tokens or 0),
            output_tokens=self.usage.output_tokens + (reply.output_tokens or 0),
            model_seconds=self.usage.model_seconds + reply.seconds,
        )


_MOVE_ON = "Do not send it again: use the result, do something else, or give the final_answer."
_ROLES = {
    "system": MessageRole.SYSTEM,
    "user": MessageRole.USER,
    "assistant": MessageRole.ASSISTANT,
    "tool": MessageRole.TOOL_RESPONSE,
}
_NO_TEMPLATES = {
    "system_prompt": "",
    "planning": {"initial_plan": "", "update_plan_pre_messages": "", "update_plan_post_messages": ""},
    "managed_agent": {"task": "", "report": ""},
    "final_answer": {"pre_messages": "", "post_messages": ""},
}


def _told_to_model(fault: Fault) -> AgentParsingError:
    error = AgentParsingError(str(fault), AgentLogger(LogLevel.OFF))
    error.__cause__ = fault
    return error


def _fault_of(error: Exception) -> Fault:
    """The fault behind an error that smolagents recorded for the model."""
    cause = error.__cause__ or error.__context__
    return cause if isinstance(cause, Fault) else Fault("arguments", str(error))


def _own_error(error: AgentGenerationError) -> DevOpsAgentError:
    """smolagents wraps whatever a backend raised; hand back our own error if it was ours."""
    cause = error.__cause__
    return cause if isinstance(cause, DevOpsAgentError) else BackendError(f"the model backend failed: {cause!r}")


def _drain(stream: Iterator[Any]) -> None:
    """End smolagents' generator from inside: it yields in a `finally`, so closing it half-way raises RuntimeError."""
    with suppress(BaseException):
        cast(Any, stream).throw(GeneratorExit)
    with suppress(BaseException):
        for _ in stream:
            pass
