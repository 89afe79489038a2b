"""A conversation from its record: what the model was told, what answers may rest on, and whose words are whose."""

from collections.abc import Iterable, Iterator

from devops_agent.backends.toolcalls import FINAL_ANSWER, written_call
from devops_agent.events import Answered, Call, Observed, Proposed, Refused
from devops_agent.evidence import Step
from devops_agent.guard.provenance import Provenance
from devops_agent.opening import parted, posed
from devops_agent.sessions.library import KeptTask
from devops_agent.transcript import Transcript

MOST_STEPS = 300
"""Earlier steps of a conversation that an answer may rest on; a long one must not fill the memory."""


def recall(tasks: Iterable[KeptTask], transcript: Transcript, provenance: Provenance) -> list[Step]:
    """Put the tasks into the transcript, and return the steps that were run. A call without an outcome is left out.

    What was said and what was read in them is known to `provenance` as it was then.
    """
    steps = []
    for task in tasks:
        provenance.hear(*parted(task.text))
        for step in _recalled(task, transcript):
            provenance.see_step(step.number, step.result.text)
            steps.append(step)
    return steps


def _recalled(task: KeptTask, transcript: Transcript) -> Iterator[Step]:
    transcript.add_task(posed(task.text))
    proposed: Proposed | None = None
    for event in task.events:
        if isinstance(event, Proposed):
            proposed = event
        elif isinstance(event, (Observed, Refused)) and proposed:
            told = event.result.text if isinstance(event, Observed) else event.reason
            _add(transcript, proposed.call, told)
            if isinstance(event, Observed):
                yield Step(event.step, proposed.call, proposed.verdict.risk, event.result)
            proposed = None
        elif isinstance(event, Answered):
            transcript.add_reply(written_call(FINAL_ANSWER, {"answer": event.text}))


def _add(transcript: Transcript, call: Call, told: str) -> None:
    transcript.add_reply(written_call(call.tool, call.arguments))
    transcript.add_observation(told)
