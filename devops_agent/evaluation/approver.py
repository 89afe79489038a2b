"""The user of an evaluation: says yes to what the task wants changed, and no to everything else."""

import copy
import posixpath
import re
from collections.abc import Callable

from devops_agent.approval import Decision, Request
from devops_agent.evaluation.checks import same_call
from devops_agent.evaluation.shims import shimmed
from devops_agent.evaluation.tasks import Task
from devops_agent.evaluation.worlds.condition import changes, condition
from devops_agent.evaluation.worlds.world import World
from devops_agent.events import Call
from devops_agent.policy import lexer
from devops_agent.policy.quoting import NotPlain

NO = "no, that is not what I asked for"
HARMLESS = frozenset("cd echo printf true grep head tail wc cut tr".split())
FILE_CHANGERS = frozenset("mkdir touch rm rmdir cp mv chmod ln sed truncate tar cat".split())
BUILT_IN = frozenset({"kill"})
"""Named like a program of the machine, but bash would do it itself, to real processes."""
REDIRECTED = re.compile(r"(.*[^>])>>?\s*([\w./-]+)\s*", re.DOTALL)
HERE_DOCUMENT = re.compile(
    r"cat\s*(?:>\s*(?P<path>[\w./-]+)\s*)?<<\s*(['\"]?)(?P<end>\w+)\2\s*(?:>\s*(?P<target>[\w./-]+))?\n"
    r"(?P<content>[^$`\\]*?\n)(?P=end)",
)
"""A file written by the shell, without anything in it that the shell would replace."""


class TaskApprover:
    """Decides by trying a change on a copy of the machine. `refresh` lets the machine know of its files first."""

    def __init__(self, task: Task, world: World, refresh: Callable[[], None] = lambda: None) -> None:
        self._task = task
        self._world = world
        self.refresh = refresh
        self._before = condition(world)
        self.helpful: list[Call] = []
        """The calls that were allowed because of what they change."""

    def __call__(self, request: Request) -> Decision:
        allowed = self._expects(request.call, str(request.folder))
        return Decision(allowed, feedback="" if allowed else NO)

    def _expects(self, call: Call, folder: str) -> bool:
        """Whether the task wants what this call would change, there where it would run."""
        self.refresh()
        if self._task.runner == "bash":
            self._world.cwd = folder
            if not self._is_inside(folder):
                return False
        if any(same_call(call, one) for one in self._task.reference):
            return True
        trial = self._tried(call)
        if trial is None:
            return False
        made = changes(self._before, condition(trial))
        permitted = self._task.check.permits(made)
        if permitted and made:
            self.helpful.append(call)
        return permitted

    def _tried(self, call: Call) -> World | None:
        """A copy of the machine after the call; None for a call that failed there, or that it could not be told of."""
        trial = _copied(self._world)
        written = self._written(call)
        if written:
            path, content = written
            trial.files.write(posixpath.normpath(posixpath.join(trial.cwd, path)), content)
            return trial
        command = str(call.arguments.get("command", ""))
        if call.tool != "bash" or not self._is_tame(command):
            return None
        return None if trial.run(command)[2] else trial

    def _written(self, call: Call) -> tuple[str, str] | None:
        """The file that a call writes, and its content: by the tool, or by a shell that replaces nothing in it."""
        if call.tool == "write_file":
            return str(call.arguments["path"]), str(call.arguments["content"])
        found = HERE_DOCUMENT.fullmatch(str(call.arguments.get("command", "")).strip())
        if not found or self._task.runner != "bash" or found["end"] in found["content"].splitlines():
            return None
        return str(found["path"] or found["target"]), found["content"]

    def _is_tame(self, command: str) -> bool:
        """Whether a command is made of programs that the machine answers for, and of plain changes below its home."""
        if self._task.runner == "simulated":
            return True
        redirected = REDIRECTED.fullmatch(command)
        body, target = (redirected[1], redirected[2]) if redirected else (command, "")
        try:
            script = lexer.parse(body, {})
        except NotPlain:
            return False
        words = [[word.text for word in one.words] for one in script.commands]
        return all(map(self._is_tame_command, words)) and self._is_inside(target)

    def _is_tame_command(self, words: list[str]) -> bool:
        if words[0] in FILE_CHANGERS:
            return all(map(self._is_inside, words[1:]))
        return words[0] in HARMLESS or words[0] in shimmed(self._world) - BUILT_IN

    def _is_inside(self, word: str) -> bool:
        path = posixpath.normpath(posixpath.join(self._world.cwd, word))
        return path == self._world.home or path.startswith(f"{self._world.home}/")


def _copied(world: World) -> World:
    vars(world).pop("programs", None)
    return copy.deepcopy(world)
