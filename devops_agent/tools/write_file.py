"""The tool `write_file`: a whole file, shown before, written at once, and with a way back."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from devops_agent.disk import Snapshot, digest, replace_file, snapshot
from devops_agent.errors import DevOpsAgentError
from devops_agent.events import ToolResult
from devops_agent.sessions.undo import LARGEST, UndoStore
from devops_agent.text import printable
from devops_agent.tools.base import Parameters, Tool, Workspace
from devops_agent.tools.difference import difference, open_end

CONTENT_LIMIT = 5_000_000
"""Bytes one call may write."""


@dataclass(frozen=True)
class _Target:
    """Where a write goes: the file behind all links, how it was named, and what it holds now."""

    path: Path
    named: Path
    old: Snapshot | None

    def __str__(self) -> str:
        through = "" if os.path.normpath(self.named) == str(self.path) else f" (through the link {self.named})"
        return printable(f"{self.path}{through}")


class WriteFile(Tool):
    """Writes what `preview` showed, unless the file changed in between."""

    name: ClassVar[str] = "write_file"
    description: ClassVar[str] = "Write text to a file, replacing what it held. Folders are made as needed."
    parameters: ClassVar[Parameters] = {
        "path": {"type": "string", "description": "The file to write."},
        "content": {"type": "string", "description": "All the text the file shall hold."},
    }

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._undo = UndoStore(workspace.state_folder)
        self._shown: dict[Path, str] = {}

    def preview(self, path: str, content: str) -> str:
        """The difference the write would make, or all of a new file; `run` then holds the file to this state."""
        try:
            target = self._look(path, content)
        except (OSError, ValueError) as error:
            return f"{_refusal(path, error).text}\n"
        self._shown[target.path] = _digest(target.old)
        if target.old is None:
            return f"new file {target}{open_end(content)}\n{content}"
        return difference(str(target), target.old.data.decode("utf-8", "backslashreplace"), content)

    def run(self, path: str, content: str) -> ToolResult:
        """Write, after keeping the old bytes for `devops-agent undo`."""
        try:
            target = self._look(path, content)
            if self._shown.pop(target.path, _digest(target.old)) != _digest(target.old):
                raise ValueError("it was changed after the difference was shown; read it and try again")
            self._write(target, content.encode())
        except (OSError, ValueError, DevOpsAgentError) as error:
            return _refusal(path, error)
        return ToolResult(_report(target, len(content.encode()), self._undo.take_notice()), size=len(content.encode()))

    def _look(self, path: str, content: str) -> _Target:
        """Raises OSError or ValueError when the write cannot be."""
        if len(content.encode()) > CONTENT_LIMIT:
            raise ValueError(f"the content has more than {CONTENT_LIMIT} bytes")
        named = self.workspace.resolve(path)
        if not path or path.endswith("/"):
            raise ValueError("it names a folder, not a file")
        real = Path(os.path.realpath(named))
        return _Target(real, named, snapshot(real, LARGEST))

    def _write(self, target: _Target, data: bytes) -> None:
        number = self._undo.save(target.path, target.old, data)
        try:
            replace_file(target.path, data)
        except OSError:
            self._undo.forget(number)
            raise


def _digest(old: Snapshot | None) -> str:
    return digest(old.data if old else None)


def _refusal(path: str, error: Exception) -> ToolResult:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return ToolResult(f"[not written, {printable(path)} is as before: {reason}]", ok=False)


def _report(target: _Target, size: int, notice: str) -> str:
    was = f"replaced, it had {len(target.old.data)} bytes" if target.old else "new file"
    lines = [f"wrote {size} bytes to {target}: {was}"]
    if target.old and target.old.links > 1:
        lines.append(f"the file had {target.old.links} names; the others still hold the old text")
    return "\n".join(f"[{line}]" for line in [*lines, *filter(None, [notice])])
