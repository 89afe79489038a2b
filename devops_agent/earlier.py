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
    """The session of the current folder that was last at work. Raises ConfigurationError when there is none."""
    from devops_agent.place import current_folder
    from devops_agent.sessions.library import SessionStore

    here = str(current_folder())
    entries = SessionStore(settings.state_folder).entries()
    kept = [entry for entry in entries if entry.about.get("folder") == here and entry.tasks]
    if not kept:
        raise ConfigurationError(
            "no conversation of this folder was kept",
            hint="leave out --continue; those of other folders: devops-agent sessions list, then sessions resume N",
        )
    return numbered(max(kept, key=lambda entry: entry.touched).number, settings)


def redactor_after(earlier: Earlier, environment: Mapping[str, str]) -> "Redactor":
    """A redactor that gives no new secret the tag of one that the conversation holds already."""
    from devops_agent.secrets import Redactor

    redactor = Redactor()
    for task in earlier.tasks:
        redactor.avoid("\n".join(map(str, (task.text, *task.events))))
    redactor.learn_environment(environment)
    return redactor
