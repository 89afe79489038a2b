"""Takes back the last change, or another one that is named: a file as it was, or the command that was kept for it."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from devops_agent.agent import DevOpsAgent
from devops_agent.errors import DevOpsAgentError
from devops_agent.events import Call, Event, Observed
from devops_agent.sessions.undo import Entry, UndoStore
from devops_agent.sessions.ways_back import FILE


def run_back(entry: Entry, store: UndoStore, agent: DevOpsAgent, draw: Callable[[Event], None]) -> bool:
    """Let the agent run the command that takes a change back, asked about as any change; forget it once it worked.

    Whether it did. Raises DevOpsAgentError when the folder of the change is gone.
    """
    if not entry.path.is_dir():
        raise DevOpsAgentError(
            f"the folder of that change is gone: {entry.path}", hint=f"run it yourself: {entry.command}"
        )
    done = False
    with _whole(entry) as command, _at_work_in(entry.path, agent):
        for event in agent.perform(Call("bash", {"command": command})):
            draw(event)
            done = isinstance(event, Observed) and event.result.ok
    if done:
        store.forget(entry.number)
    return done


@contextmanager
def _whole(entry: Entry) -> Iterator[str]:
    """The command, with the name of a private file that holds the objects it needs while it runs."""
    if FILE not in entry.command:
        yield entry.command
        return
    with TemporaryDirectory(prefix="devops-agent-") as private:
        path = Path(private, "objects.json")
        path.write_bytes(entry.objects)
        yield entry.command.replace(FILE, shlex.quote(str(path)))


@contextmanager
def _at_work_in(folder: Path, agent: DevOpsAgent) -> Iterator[None]:
    """Work elsewhere for a while, and keep no way back from that."""
    workspace = agent.our_tools["bash"].workspace
    before, workspace.folder, workspace.undoable = workspace.folder, folder, False
    try:
        yield
    finally:
        workspace.folder, workspace.undoable = before, True
