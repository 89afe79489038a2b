"""A kept conversation that a new run goes on with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devops_agent.errors import ConfigurationError
from devops_agent.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from devops_agent.secrets import Redactor
    from devops_agent.sessions.library import KeptTask


@dataclass(frozen=True)
class Earlier:
    """Its number in the store, 0 for none, and what was said and done in it."""

    number: int = 0
    tasks: "Sequence[KeptTask]" = ()


NOTHING = Earlier()


def numbered(number: int, settings: Settings) -> Earlier:
    """The kept session of that number. Raises DevOpsAgentError when there is none."""
    from devops_agent.sessions.library import SessionStore

    return Earlier(number, SessionStore(settings.state_folder).tasks(number))


def latest_here(settings: Settings) -> Earlier:
    """The last session that was begun in the current folder. Raises ConfigurationError when there is none."""
    from devops_agent.place import current_folder
    from devops_agent.sessions.library import SessionStore

    here = str(current_folder())
    for entry in SessionStore(settings.state_folder).entries():
        if entry.about.get("folder") == here and entry.tasks:
            return numbered(entry.number, settings)
    raise ConfigurationError(
        "no conversation of this folder was kept",
        hint="leave out --continue; those of other folders: devops-agent sessions list, then sessions resume N",
    )


def redactor_after(earlier: Earlier, environment: Mapping[str, str]) -> "Redactor":
    """A redactor that gives no new secret the tag of one that the conversation holds already."""
    from devops_agent.secrets import Redactor

    redactor = Redactor()
    for task in earlier.tasks:
        redactor.avoid("\n".join(map(str, (task.text, *task.events))))
    redactor.learn_environment(environment)
    return redactor
