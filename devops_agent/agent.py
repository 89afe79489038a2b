"""The agent: smolagents' tool-calling loop with our rules, our gate and our one stream of events.

ask the model -> exactly one call -> how risky? -> allowed? -> run it -> tell the model -> again
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, cast

from devops_agent.backends.base import ChatModel, Sampling
from devops_agent.backends.toolcalls import FINAL_ANSWER, Fault, Reply, beside_call, spoken
from devops_agent.calls import CallRunner, Told
from devops_agent.declared import DeclaredTool, FinalAnswer
from devops_agent.ending import RunEnded, described, summary
from devops_agent.errors import BackendError, DevOpsAgentError
from devops_agent.events import Answered, Call, Event, Observed, Proposed, Refused, Stumbled, Usage
from devops_agent.evidence import Given, Step, check_answer, evidence
from devops_agent.faults import WARMER_BY, FaultBudget
from devops_agent.gate import Gate
from devops_agent.opening import new_transcript, parameters_of, posed, told
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
    drain,
)
from devops_agent.recall import MOST_STEPS, recall
from devops_agent.secrets.mapping import mapped
from devops_agent.sessions.journal import Journal, NoJournal
from devops_agent.sessions.library import KeptTask
from devops_agent.tokens import estimate_turns
from devops_agent.tools.base import Interrupted, Tool
from devops_agent.transcript import INTERRUPTED


class DevOpsAgent(ToolCallingAgent):
    """A conversation: `events(task)` runs one task and yields what happens; the next task knows what went before."""

    def __init__(
        self,
        tools: Sequence[Tool],
        model: ChatModel,
        *,
        gate: Gate,
        max_steps: int = 15,
        journal: Journal | None = None,
        redact: Callable[[str], str] = str,
        pose: Callable[[str], str] = posed,
    ) -> None:
        self.our_tools = {tool.name: tool for tool in tools}
        model.tools = parameters_of(tools)
        self.transcript = new_transcript(tools, redact)
        self.gate = gate
        self.journal = journal or NoJournal()
        self.redact = redact
        self.usage = Usage()
        self._pose = pose
        self._earlier: list[Step] = []
        self._last_number = 0
        super().__init__(
            tools=[*map(DeclaredTool, tools), FinalAnswer()],
            model=model,
            max_steps=max_steps,
            prompt_templates=_NO_TEMPLATES,
            logger=AgentLogger(LogLevel.OFF),
            step_callbacks=[self._after_step],
            max_tool_threads=1,
        )

    def events(self, task: str, context: str = "") -> Iterator[Event]:
        """Run one task and yield what happens as it happens; `context` is text the task is about.

        Every event is free of secrets, and written down before it is yielded. Raises DevOpsAgentError when the run
        cannot go on; the conversation stays usable.
        """
        yield from self._kept(self._happenings(task, context))

    def _kept(self, happenings: Generator[Event, None, Any]) -> Iterator[Event]:
        with closing(happenings):
            for event in happenings:
                shown = mapped(event, self.redact)
                self.journal.record(shown)
                yield shown

    def _happenings(self, task: str, context: str) -> Generator[Event, None, None]:
        told = self._begin(task, context)
        stream = cast(Generator[Any, None, None], super().run(told, stream=True))
        end = RunEnded("step_limit", str(self.max_steps))
        try:
            for item in stream:
                yield from self._translated(item)
        except RunEnded as early:
            end = early
        except AgentGenerationError as error:
            raise _own_error(error) from error
        finally:
            drain(stream)
            self._finish()
        yield self._answer or self._ended(end)
        yield self.usage

    def run(self, task: str, **options: Any) -> Any:
        """smolagents' own door: run one task and return the answer's text."""
        return super().run(self._begin(task, ""), **options)

    def recall(self, tasks: Sequence[KeptTask]) -> None:
        """Start where a kept session stopped."""
        self._earlier = recall(tasks, self.transcript, self.gate.guard.provenance)
        self._last_number = max((step.number for step in self._earlier), default=0)

    def perform(self, call: Call) -> Iterator[Event]:
        """Run one call that the user chose, through the same gate and into the same record, and yield what happens."""
        self.journal.begin(described(call))
        self.gate.reconsider(call)
        self._last_number += 1
        calls = CallRunner(self.our_tools, self.gate, self.journal)
        try:
            yield from self._kept(calls.perform(self._last_number, call))
        finally:
            self.journal.end()
            self._earlier = [*self._earlier, *calls.steps][-MOST_STEPS:]

    def clear(self) -> None:
        """Start the conversation anew."""
        self.transcript.clear()
        self._earlier.clear()
        self._last_number = 0
        self.gate.guard.provenance.forget()

    def close(self) -> None:
        """End what the tools and the backend still hold: processes, connections."""
        for tool in self.our_tools.values():
            tool.close()
        self.gate.guard.close()
        self.model.close()
        self.journal.close()

    def _begin(self, task: str, context: str) -> str:
        """Start a task within the conversation, and return the text the model is told."""
        self._given = Given(task, context, earlier=self._earlier)
        self._started = time.monotonic()
        self._number_before = self._last_number
        self._calls = CallRunner(self.our_tools, self.gate, self.journal)
        self._faults = FaultBudget()
        self._answer: Answered | None = None
        self._corrected = False
        self._told: str | None = None
        self._last_failed: ActionStep | None = None
        self.usage = Usage()
        self.model.sampling = Sampling()
        self.gate.begin_task()
        self.gate.guard.provenance.hear(task, context)
        text = told(task, context)
        self.transcript.add_task(self._pose(text))
        self.journal.begin(self.redact(text))
        return text

    def _finish(self) -> None:
        self.journal.end()
        self._earlier = [*self._earlier, *self._calls.steps][-MOST_STEPS:]
        seconds = time.monotonic() - self._started
        self.usage = replace(self.usage, steps=len(self._calls.steps), seconds=seconds)

    def _ended(self, end: RunEnded) -> Answered:
        text = summary(end, self._calls.steps)
        self.transcript.add_reply(text)
        rests_on = tuple(step.number for step in self._calls.steps)
        return Answered(text, rests_on, verified=False, problem="the run ended without an answer", outcome=end.outcome)

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
        """One step: the one call of a reply, judged if it is the answer, else performed."""
        function = chat_message.tool_calls[0].function
        call = Call(function.name, function.arguments)
        if call.tool == FINAL_ANSWER:
            told = self._judge_answer(call.arguments["answer"])
        else:
            told = yield from self._perform(call, beside_call(str(chat_message.content or "")))
        self._faults.succeed()
        self.model.sampling = Sampling()
        declared = ToolCall(name=call.tool, arguments=call.arguments, id="call")
        memory_step.tool_calls, memory_step.observations = [declared], told
        yield ToolOutput("call", told, call.tool == FINAL_ANSWER, told, declared)

    def provide_final_answer(self, task: str) -> ChatMessage:
        """At the step limit nothing more is asked of the model."""
        return ChatMessage(role=MessageRole.ASSISTANT, content="")

    def _perform(self, call: Call, said: str) -> Told:
        try:
            self._told = yield from self._calls.perform(self._number, call, said)
        except Interrupted as stop:
            self._told = f"{INTERRUPTED}\n{stop.result.text}"
            raise
        except RunEnded as end:
            self._told = summary(end, ())
            raise
        return self._told

    def _judge_answer(self, text: str) -> str:
        given = replace(self._given, steps=self._calls.steps, refused=self._calls.refused)
        problem = check_answer(text, given)
        if problem and not self._corrected:
            self._corrected = True
            raise AgentParsingError(problem.feedback, self.logger) from Fault("unsupported", problem.feedback)
        clause = problem.clause if problem else ""
        self._answer = Answered(text.strip(), evidence(text, given), verified=problem is None, problem=clause)
        return text

    def _translated(self, item: Any) -> Iterator[Event]:
        if isinstance(item, (Proposed, Refused, Observed)):
            self._last_number = item.step
            yield item
        elif isinstance(item, ActionStep) and item.error is not None and item is not self._last_failed:
            self._last_failed = item
            fault = _fault_of(item.error)
            yield Stumbled(item.step_number + self._number_before, fault.kind, str(fault))
            self._count(fault)

    def _count(self, fault: Fault) -> None:
        if not self._faults.record(fault):
            raise RunEnded("faults", str(fault).partition(".")[0])
        self.model.sampling = Sampling(
            constrained=self._faults.garbled_twice,
            warmer_by=WARMER_BY if fault.kind == "token_loop" else 0.0,
            promise_is_answer=self._faults.spent("no_call"),
        )

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


def _fault_of(error: Exception) -> Fault:
    """The fault behind an error that smolagents recorded for the model."""
    cause = error.__cause__ or error.__context__
    return cause if isinstance(cause, Fault) else Fault("arguments", str(error))


def _own_error(error: Exception) -> DevOpsAgentError:
    """smolagents wraps whatever a backend raised; hand back our own error if it was ours."""
    cause = error.__cause__
    return cause if isinstance(cause, DevOpsAgentError) else BackendError(f"the model backend failed: {cause!r}")
