"""Does a whole task stay on this machine? One is run with the network cut off, and watched."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from devops_agent.backends.embedded.guards import load_engine
from devops_agent.backends.embedded.model_file import find_model
from devops_agent.commands.checks.check import Check
from devops_agent.commands.checks.watched import CONNECTED, CUT_OFF, is_elsewhere
from devops_agent.errors import BackendError, ExitCode
from devops_agent.settings import Settings

WATCHED = "devops_agent.commands.checks.watched"
QUESTION = "which system is this?"
REPLIES = (
    '<tool_call>{"name": "bash", "arguments": {"command": "uname -s"}}</tool_call>',
    '<tool_call>{"name": "final_answer", "arguments": {"answer": "uname says which."}}</tool_call>',
)
MODEL_ENDINGS = frozenset(
    {ExitCode.OK, ExitCode.UNVERIFIED, ExitCode.REFUSED, ExitCode.APPROVAL_NEEDED, ExitCode.LIMIT}
)
"""How a task of a real model may end; what it made of the task does not matter here."""
LIMIT_SECONDS = 300
NETWORK_CALLS = "connect,sendto,sendmsg,sendmmsg"
TRACED_ADDRESS = re.compile(r'inet_(?:addr\(|pton\(AF_INET6, )"([^"]+)"')


@dataclass(frozen=True)
class Task:
    """The words of a command line, who plays the model, and the exit codes that show that it was run."""

    words: tuple[str, ...]
    player: str
    endings: frozenset[ExitCode]


@dataclass(frozen=True)
class Run:
    """What became of the watched task. `network` says whether it was cut off, `traced` whether strace watched too."""

    code: int
    error: str
    network: str
    traced: bool
    attempts: tuple[str, ...]


def check_offline(settings: Settings) -> Check:
    """Run a task with the embedded model, or with a script where there is none, and say what was proved."""
    with TemporaryDirectory(prefix="devops-agent-") as folder:
        task = _task(settings, Path(folder))
        return _judged(_watched(task.words, settings, Path(folder)), task)


def _task(settings: Settings, folder: Path) -> Task:
    try:
        load_engine()
        find_model(settings)
    except BackendError:
        (folder / "script").write_text("\n".join(map(json.dumps, REPLIES)), encoding="utf-8")
        return Task(("--backend", "scripted", QUESTION), "a scripted model", frozenset({ExitCode.OK}))
    words = ("--backend", "embedded", "--model", settings.model, "--max-steps", "3", QUESTION)
    return Task(words, "the embedded model", MODEL_ENDINGS)


def _watched(words: Sequence[str], settings: Settings, folder: Path) -> Run:
    report, trace = folder / "report", folder / "trace"
    tracer = ["strace", "-f", "-qq", "-e", f"trace={NETWORK_CALLS}", "-o", str(trace)] if _can_trace() else []
    own = {"DEVOPS_AGENT_STORE": "0", "DEVOPS_AGENT_SCRIPT": str(folder / "script"), "XDG_STATE_HOME": str(folder)}
    command = [*tracer, sys.executable, "-m", WATCHED, str(report), *words]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**settings.environment, **own},
            timeout=LIMIT_SECONDS,
            start_new_session=True,
        )
        code, error = done.returncode, done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    except subprocess.TimeoutExpired:
        code, error = ExitCode.TIME_LIMIT, f"not finished after {LIMIT_SECONDS} seconds"
    network, *attempts = _lines(report) or [CONNECTED]
    return Run(code, error, network, bool(tracer), (*attempts, *_traced(trace)))


def _can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True).returncode == 0


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []


def _traced(path: Path) -> list[str]:
    """The calls of any process that named an address elsewhere."""
    return [line for line in _lines(path) if any(map(is_elsewhere, TRACED_ADDRESS.findall(line)))]


def _judged(run: Run, task: Task) -> Check:
    if run.attempts:
        found = f"a task reached out {len(run.attempts)} times, first: {run.attempts[0]}"
        return Check("offline", "fail", found, "please report this line", ExitCode.UNVERIFIED)
    if run.code not in task.endings:
        found = f"a task with {task.player} ended with code {run.code}: {run.error}"
        return Check("offline", "fail", found, "see what the line says", ExitCode.UNVERIFIED)
    watchers = "strace, for all its processes, and Python" if run.traced else "Python, for its own process,"
    found = f"a task ran with {task.player}, and {watchers} saw no attempt to reach another machine"
    if run.network == CUT_OFF:
        return Check("offline", "ok", f"{found}; the network was cut off by the kernel all the while")
    if run.traced:
        return Check("offline", "ok", found)
    return Check("offline", "note", found, "to watch its commands too: install strace, or allow user namespaces")
