"""Asks about each call of a list on the terminal, and really runs what gets a yes.

    python -m safety.asking FOLDER     # FOLDER/calls.json: [[tool, arguments], …]

FOLDER/asked.jsonl gets the number of each call that a question is about.
"""

import json
import os
import sys
from pathlib import Path

from devops_agent.agent import DevOpsAgent
from devops_agent.approval import Decision, Request
from devops_agent.backends.scripted import Scripted
from devops_agent.events import Call, Verdict
from devops_agent.gate import Gate
from devops_agent.settings import Settings
from devops_agent.tools import default_tools
from devops_agent.tools.base import Workspace
from devops_agent.ui import terminal
from devops_agent.ui.approval import TerminalApprover

WHY = "everything is asked about here"


def main() -> None:
    folder = Path(sys.argv[1])
    terminal.STILL_SECONDS = 0.0
    settings = Settings.load(environment={**os.environ, "HOME": str(folder)})
    asked = Asked(TerminalApprover(settings), folder / "asked.jsonl")
    gate = Gate("changes", asked, lambda _: Verdict("CHANGE", reasons=(WHY,)))
    tools = default_tools(Workspace(folder / "work", settings.environment, folder / "state"))
    agent = DevOpsAgent(tools, Scripted([]), gate=gate)
    for number, (tool, arguments) in enumerate(json.loads((folder / "calls.json").read_text())):
        asked.number = number
        list(agent.perform(Call(tool, arguments)))
    agent.close()


class Asked:
    """An approver that notes about which call it asks."""

    def __init__(self, approve: TerminalApprover, file: Path) -> None:
        self.number = 0
        self._approve, self._file = approve, file

    def __call__(self, request: Request) -> Decision:
        with self._file.open("a") as file:
            file.write(f"{self.number}\n")
        return self._approve(request)


if __name__ == "__main__":
    main()
