"""A conversation at the terminal with an agent whose model follows a script.

Arguments: the folder it works in, the script (a JSON list of replies), and perhaps a first task. The words "hang",
"dead" and "turn" in a task make the model wait for ever, fail, or answer which turn of the conversation it is. A named
pipe "go" in the folder makes it wait, once, until somebody opens that.
"""

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from devops_agent.agent import DevOpsAgent
from devops_agent.backends.base import Message
from devops_agent.backends.scripted import Scripted
from devops_agent.backends.toolcalls import Reply
from devops_agent.errors import BackendError
from devops_agent.events import Verdict
from devops_agent.gate import Gate
from devops_agent.settings import Settings
from devops_agent.tools import default_tools
from devops_agent.tools.base import Workspace
from devops_agent.ui.approval import TerminalApprover
from devops_agent.ui.console import Screen
from devops_agent.ui.conversation import AgentConversation
from devops_agent.ui.repl import run_repl


class Model(Scripted):
    def reply(self, messages: Sequence[Message]) -> Reply:
        task = next(message.content for message in reversed(messages) if message.role == "user")
        if "hang" in task:
            threading.Event().wait()
        if (pipe := Path(sys.argv[1], "go")).exists():
            pipe.read_bytes()
            pipe.unlink()
        if "dead" in task:
            raise BackendError("cannot reach the server", hint="ollama serve")
        if "turn" in task:
            return Reply(f"turn {sum(message.role == 'user' for message in messages)}")
        return super().reply(messages)


def main() -> int:
    folder, script, *first = sys.argv[1:]
    settings = Settings.load()
    screen = Screen(settings)
    model = Model(json.loads(script))
    workspace = Workspace(Path(folder), settings.environment, settings.state_folder, watch=screen.watch)
    gate = Gate("changes", TerminalApprover(settings, screen.asking), lambda call: Verdict("CHANGE"))
    agent = DevOpsAgent(default_tools(workspace, str), model, gate=gate)
    return run_repl(AgentConversation(agent, settings), screen, settings, "".join(first))


sys.exit(main())
