"""The tool `bash`: one command in a real shell, and everything that became of it in words."""

import os
import re
import shutil
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from devops_agent.events import ToolResult
from devops_agent.text import printable
from devops_agent.tools.base import Interrupted, Parameters, Terms, Tool, Workspace
from devops_agent.tools.capture import Capture, Stream
from devops_agent.tools.live import Live
from devops_agent.tools.observation import cut
from devops_agent.tools.runner import OUTPUT_LIMIT, Ending, Runner
from devops_agent.tools.supervisor import REPORT_DESCRIPTOR, Request

COMMAND_LIMIT = 100_000
"""Bytes of a command; the kernel takes 128 KiB in one argument."""

TIME_LIMIT, INTERRUPTED, KILLED = 124, 130, 137

REPORT = f'trap \'{{ printf "%s\\0" "${{PIPESTATUS[*]}}" "$PWD" >&{REPORT_DESCRIPTOR}; }} 2>/dev/null\' EXIT; '
"""Stands on the command's own first line, so that line numbers in error messages stay right."""

MEANINGS = {126: "found but not executable", 127: "command not found"}

HINTS = (
    (re.compile(r"sudo: (?:a terminal|a password|no tty)"), "sudo cannot ask for a password here; do without sudo"),
    (re.compile(r"not a (?:tty|terminal)|no tty present", re.IGNORECASE), "there is no terminal; leave out -t and -it"),
    (re.compile(r"Host key verification failed|Permission denied \(publickey"), "ssh cannot ask anything here"),
)


DENIED = re.compile(r"Permission denied|Operation not permitted|Read-only file system")
CONFINED = "it ran without being asked about, so the system let it read and neither write nor connect elsewhere"


class _Output:
    """Keeps what the model will read and shows what the user watches."""

    def __init__(self, workspace: Workspace) -> None:
        self.capture = Capture()
        self.live = Live(workspace.watch)

    def feed(self, stream: Stream, data: bytes) -> None:
        self.capture.feed(stream, data)
        self.live.feed(stream, data)

    def tick(self) -> float | None:
        return self.live.tick()


class Bash(Tool):
    """Runs a command without input or terminal; nothing of it is left when `run` returns, however that comes about."""

    name: ClassVar[str] = "bash"
    description: ClassVar[str] = "Run a command in bash; gives its output and exit code. `cd` lasts; there is no input."
    parameters: ClassVar[Parameters] = {"command": {"type": "string", "description": "The command to run."}}

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._runner = Runner()

    def run(self, command: str) -> ToolResult:
        """Run `command` until it and all it started are gone. Raises Interrupted after a Ctrl-C."""
        terms = self.workspace.terms(self.workspace, command)
        shell = _find_bash(terms.environment["PATH"])
        problem = _problem(command) or ("" if shell else "bash is not installed, or not on PATH")
        if problem:
            return ToolResult(f"[not run: {problem}]", ok=False)
        moved = self._leave_deleted_folder(terms.environment)
        started = time.monotonic()
        output = _Output(self.workspace)
        ending = self._runner.run(self._request(shell, command, terms), output, terms.rules)
        output.live.finish()
        seconds = time.monotonic() - started
        notes = [*moved, *_notes(ending), *self._follow(ending, command)]
        if terms.rules is not None and ending.status and DENIED.search(output.capture.text()):
            notes.append(CONFINED)
        result = _result(output.capture, ending, notes, seconds, self.workspace)
        if ending.interrupts:
            raise Interrupted(result)
        return result

    def close(self) -> None:
        self._runner.close()

    def _request(self, shell: str, command: str, terms: Terms) -> Request:
        arguments = ("bash", "--noprofile", "--norc", "-p", "-c", REPORT + command)
        return Request(
            program=os.fsencode(shell),
            arguments=tuple(argument.encode() for argument in arguments),
            environment={os.fsencode(name): os.fsencode(value) for name, value in terms.environment.items()},
            folder=os.fsencode(self.workspace.folder),
            limit=self.workspace.timeout,
            grace=self.workspace.grace,
            offline=terms.offline,
        )

    def _leave_deleted_folder(self, environment: Mapping[str, str]) -> list[str]:
        folder = self.workspace.folder
        if folder.is_dir():
            return []
        self.workspace.folder = Path(environment.get("HOME") or "/")
        return [f"the folder {printable(str(folder))} is gone; the command ran in {self.workspace.folder}"]

    def _follow(self, ending: Ending, command: str) -> list[str]:
        """Stay where the command went, and say when that is elsewhere or unknown."""
        _, _, rest = ending.report.rpartition(b"\0")[0].rpartition(b"\0")
        if not rest:
            lost = ending.status is not None and re.search(r"\b(?:cd|pushd|popd)\b", command)
            return [f"the folder is still {self.workspace.folder}"] if lost else []
        folder = Path(os.fsdecode(rest))
        if folder == self.workspace.folder or not folder.is_dir():
            return []
        self.workspace.folder = folder
        return [f"the folder is now {printable(str(folder))}"]


def _find_bash(path: str) -> str:
    return "/bin/bash" if os.access("/bin/bash", os.X_OK) else shutil.which("bash", path=path) or ""


def _problem(command: str) -> str:
    """Why no shell could be given this command; "" when one can."""
    try:
        size = len(command.encode())
    except UnicodeEncodeError:
        return "the command is not valid Unicode"
    if "\0" in command:
        return "the command contains a NUL character"
    if size > COMMAND_LIMIT:
        return f"the command has {size} bytes, more than {COMMAND_LIMIT}; put the text into a file with write_file"
    return ""


def _notes(ending: Ending) -> list[str]:
    notes = []
    if ending.left:
        names = ", ".join(f"{process} ({_name(name)})" for process, name in ending.left.items())
        notes.append(f"still running in the background, and ended: {names}")
    if ending.stuck:
        notes.append(f"could not be ended: {', '.join(map(str, ending.stuck))}")
    pipeline = ending.report.partition(b"\0")[0].decode("ascii", "replace").split()
    if ending.status == 0 and any(code not in ("0", "141") for code in pipeline):
        notes.append(f"exit codes along the pipe: {' '.join(pipeline)}")
    return notes


def _name(name: bytes) -> str:
    return printable(name.decode("utf-8", "backslashreplace"))


def _result(capture: Capture, ending: Ending, notes: list[str], seconds: float, workspace: Workspace) -> ToolResult:
    text, shortened = cut(workspace.redact(capture.text()), workspace.observation_limit, capture.missing)
    code, how = _how_it_ended(ending, seconds, workspace.timeout)
    truncated = shortened or capture.missing > 0
    size = f", {capture.size} bytes of output" if truncated else "" if capture.size else ", no output"
    hints = [f"hint: {hint}" for pattern, hint in HINTS if code and pattern.search(text)]
    body = text if not text or text.endswith("\n") else f"{text}\n"
    last = "\n".join(f"[{line}]" for line in [*hints, *notes, how + size])
    return ToolResult(body + last, code == 0, code, capture.size, truncated, seconds)


def _how_it_ended(ending: Ending, seconds: float, timeout: float) -> tuple[int, str]:
    """The exit code, and the words for it."""
    if ending.interrupts:
        return INTERRUPTED, f"stopped after {seconds:.0f} s: interrupted by the user"
    if ending.timed_out:
        return TIME_LIMIT, f"stopped after {timeout:g} s: time limit"
    if ending.overflowed:
        return KILLED, f"stopped: more than {OUTPUT_LIMIT} bytes of output"
    if ending.status is None:
        return KILLED, "stopped: the command disabled the process that watches over it"
    code = ending.status if ending.status >= 0 else 128 - ending.status
    meaning = MEANINGS.get(code) or _signal_name(code - 128)
    return code, f"exit code {code}{f': {meaning}' if meaning else ''}"


def _signal_name(number: int) -> str:
    try:
        return f"killed by {signal.Signals(number).name}"
    except ValueError:
        return ""
