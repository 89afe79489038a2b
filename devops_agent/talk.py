"""A talk at the terminal, from its beginning or from where an earlier conversation stopped."""

from contextlib import closing

from devops_agent.earlier import NOTHING, Earlier
from devops_agent.errors import ConfigurationError, ExitCode
from devops_agent.settings import Settings
from devops_agent.starting import chosen, opened, redactor_for


def talk(settings: Settings, first_task: str = "", earlier: Earlier = NOTHING) -> ExitCode:
    """Talk until the user leaves. Raises DevOpsAgentError."""
    if settings.output != "text":
        raise ConfigurationError("a talk has no JSON output", hint="give a task, or leave out --output")
    choice = chosen(settings)
    from devops_agent.ui.console import Screen
    from devops_agent.ui.conversation import AgentConversation
    from devops_agent.ui.repl import run_repl

    redactor = redactor_for(settings, earlier)
    screen = Screen(settings, reveal=redactor.restore)
    with closing(opened(choice, screen, redactor, earlier)) as agent:
        return ExitCode(run_repl(AgentConversation(agent, settings), screen, settings, first_task))
