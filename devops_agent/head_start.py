"""The embedded model begins on its first reply while the rest of the program still loads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from devops_agent.errors import DevOpsAgentError
from devops_agent.settings import Settings

if TYPE_CHECKING:
    from devops_agent.backends.embedded.speaker import Speaker


@contextmanager
def head_start(settings: Settings, task: str, context: str, redact: Callable[[str], str]) -> "Iterator[Speaker | None]":
    """The embedded model, already at work on a task; None for another backend and where it fails.

    No failure is reported: whoever opens the backend meets it again and can say so.
    """
    speaker = None
    if settings.backend == "embedded":
        try:
            speaker = _begun(settings, task, context, redact)
        except DevOpsAgentError:
            speaker = None
    try:
        yield speaker
    finally:
        if speaker is not None:
            speaker.close()


def _begun(settings: Settings, task: str, context: str, redact: Callable[[str], str]) -> "Speaker":
    from devops_agent.backends.embedded.model_file import find_model
    from devops_agent.backends.embedded.speaker import Question, Speaker, temperature_of
    from devops_agent.opening import new_transcript, parameters_of, posed, told
    from devops_agent.tools import default_tools
    from devops_agent.tools.base import Workspace

    speaker = Speaker(settings, find_model(settings))
    try:
        tools = default_tools(Workspace(Path(), {}, settings.state_folder))
        transcript = new_transcript(tools, redact)
        transcript.add_task(posed(told(task, context)))
        transcript.fit(speaker.window)
        speaker.begin(Question(transcript.turns, parameters_of(tools), temperature_of(settings)))
    except BaseException:
        speaker.close()
        raise
    return speaker
