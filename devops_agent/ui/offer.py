"""What the program offers to do about a model that is not there."""

from contextlib import closing

from devops_agent.backends.failures import OUR_MODEL, MissingModelError
from devops_agent.errors import ApprovalNeededError, BackendError
from devops_agent.settings import Settings
from devops_agent.ui.terminal import open_terminal

QUESTION = "fetch it from the Hugging Face hub (1 to 2 GB) and create it now? y/n (Enter: no) "


def wants_our_model(settings: Settings, error: BackendError) -> bool:
    """Whether our model is what is missing, and the user at the terminal wants it fetched now."""
    if not isinstance(error, MissingModelError) or not settings.model.startswith(OUR_MODEL):
        return False
    try:
        with closing(open_terminal(settings)) as terminal:
            terminal.say(str(error))
            return terminal.key(QUESTION) in ("y", "Y")
    except ApprovalNeededError:
        return False
