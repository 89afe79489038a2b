"""How a conversation begins, in the very words the model sees: whoever says them first must say the same."""

from collections.abc import Callable, Iterable

from devops_agent.backends.toolcalls import FINAL_ANSWER
from devops_agent.prompts import FINAL_ANSWER_DESCRIPTION, FINAL_ANSWER_PARAMETERS, system_prompt
from devops_agent.reference import suggestions
from devops_agent.tools.base import Parameters, Tool
from devops_agent.transcript import Transcript

CONTEXT = "\n\nContext:\n"
SUGGESTED = "\n\nCommands that may fit:\n"


def parameters_of(tools: Iterable[Tool]) -> dict[str, Parameters]:
    """What may be called, by name, with the arguments it takes; the answer is a call too."""
    return {**{tool.name: tool.parameters for tool in tools}, FINAL_ANSWER: FINAL_ANSWER_PARAMETERS}


def new_transcript(tools: Iterable[Tool], redact: Callable[[str], str]) -> Transcript:
    """A conversation in which nothing was said yet but what the tools are."""
    described = {tool.name: (tool.description, tool.parameters) for tool in tools}
    described[FINAL_ANSWER] = (FINAL_ANSWER_DESCRIPTION, FINAL_ANSWER_PARAMETERS)
    return Transcript(system_prompt(described), redact)


def told(task: str, context: str) -> str:
    """A task as the model is told it; `context` is text the task is about."""
    return f"{task}{CONTEXT}{context}" if context else task


def parted(text: str) -> tuple[str, str]:
    """The task and the context that `told` put together; where it is in doubt, the text is context."""
    task, _, context = text.partition(CONTEXT)
    return task, context


def posed(text: str, suggest: Callable[[str], list[str]] = suggestions) -> str:
    """What `told` put together, with the commands that may fit the request, as it stands in the transcript.

    Text that came with the request cannot pass for such commands.
    """
    request, mark, context = text.replace(SUGGESTED, SUGGESTED.rstrip().removesuffix(":")).partition(CONTEXT)
    commands = suggest(request)
    suggested = SUGGESTED + "\n".join(commands) if commands else ""
    return f"{request}{suggested}{mark}{context}"
