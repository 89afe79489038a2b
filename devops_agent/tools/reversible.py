"""The shell tool, but it reads the state before a change to a cluster or container, and keeps the way back."""

import shlex
import subprocess
from collections.abc import Callable
from dataclasses import replace

from devops_agent.errors import DevOpsAgentError
from devops_agent.events import ToolResult
from devops_agent.kubernetes_context import read_context
from devops_agent.sessions.undo import UndoStore
from devops_agent.sessions.ways_back import as_command, filled_in, held, located, way_back
from devops_agent.tools.base import Workspace
from devops_agent.tools.shell import Bash

LOOK_SECONDS = 5.0
LARGEST = 5_000_000
"""Bytes of objects that are kept."""


class ReversibleBash(Bash):
    """Keeps the way back from each change that it understands; what `redact` finds a secret in is not kept."""

    def __init__(self, workspace: Workspace, redact: Callable[[str], str] = str) -> None:
        super().__init__(workspace)
        self._redact = redact
        self._undo = UndoStore(workspace.state_folder)

    def run(self, command: str) -> ToolResult:
        found = self._way_back(command)
        folder = self.workspace.folder
        result = super().run(command)
        if found and result.ok:
            try:
                self._undo.save_command(folder, *found)
            except DevOpsAgentError as error:
                return replace(result, text=f"{result.text}\n[there is no undo for this: {error}]")
        return result

    def _way_back(self, command: str) -> tuple[str, bytes] | None:
        """The command that would bring back what is now, and the objects it needs."""
        way = way_back(command) if self.workspace.undoable and not self.workspace.unasked else None
        state = self._look(way.look) if way and way.look else ""
        found = filled_in(way, state) if way and state is not None else None
        if found is None:
            return None
        context, objects = read_context(self._environment(("kubectl",))), found[1]
        words = found[0] if context.reason else located(found[0], context.name, context.namespace)
        back = as_command(words) + (f"  # {held(objects)}" if objects else "")
        holds_secret = self._redact(back) != back or self._redact(objects) != objects
        return None if holds_secret or len(objects) > LARGEST else (back, objects.encode())

    def _look(self, words: tuple[str, ...]) -> str | None:
        """What a command that only reads prints; None when it fails."""
        try:
            done = subprocess.run(
                words,
                env=self._environment(words),
                cwd=self.workspace.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=LOOK_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.decode(errors="replace") if done.returncode == 0 else None

    def _environment(self, words: tuple[str, ...]) -> dict[str, str]:
        return dict(self.workspace.terms(self.workspace, shlex.join(words)).environment)
