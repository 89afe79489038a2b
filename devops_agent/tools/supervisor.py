"""The process between the agent and its commands: whatever happens to the agent, no command outlives it.

It is a program of its own, `COMMAND_LINE`, and imports next to nothing, so that it starts in some 15 ms. It owns
processes and the clock; the agent owns bytes. It adopts every orphan (Linux only), and when its socket to the agent
closes, it ends all that runs. A frame on the socket is a 4-byte length and a marshalled value: both ends are the same
interpreter.
"""

import marshal
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn

from devops_agent.tools.processes import descendants, signal_group

REPORT_DESCRIPTOR = 143
"""Where a command may report to the agent; a number that neither bash nor scripts use of their own accord."""

LINGER = 0.3
GIVE_UP = 3.0
SWEEP = 0.02
DEATH_SIGNAL, CHILD_SUBREAPER, NO_NEW_PRIVILEGES = 1, 36, 38  # prctl(2)
RESTRICT_SELF = 446  # landlock_restrict_self(2)
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # unshare(2)


class Request(NamedTuple):
    """A program to run, all names as bytes; `limit` and `grace` are the seconds it may take, and take to stop.

    `offline` asks for a network of its own, without any interface.
    """

    program: bytes
    arguments: tuple[bytes, ...]
    environment: dict[bytes, bytes]
    folder: bytes
    limit: float
    grace: float
    offline: bool = False


def send(control: socket.socket, value: Any, descriptors: Sequence[int] = ()) -> None:
    """Write one frame, the descriptors travelling with its length."""
    payload = marshal.dumps(value)
    socket.send_fds(control, [len(payload).to_bytes(4, "big")], list(descriptors))
    control.sendall(payload)


def receive(control: socket.socket) -> tuple[Any, list[int]]:
    """Read one frame. Raises EOFError when the other end is gone."""
    header, descriptors, _, _ = socket.recv_fds(control, 4, 4)
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    length = int.from_bytes(header + _exactly(control, 4 - len(header)), "big")
    return marshal.loads(_exactly(control, length)), descriptors


def _exactly(control: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = control.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)


class Command:
    """One command and everything it starts, from its first process to the death of its last."""

    def __init__(self, request: Request, outputs: Sequence[int]) -> None:
        self.shell, self._release = _spawn(request, outputs)
        self.grace = request.grace
        self.status: int | None = None
        self.timed_out = False
        self.left: dict[int, bytes] = {}
        self.stuck: list[int] = []
        self._enter("running", request.limit)

    def begin(self) -> None:
        """Let the program run. Until then it cannot have done anything, not even to us."""
        with suppress(BrokenPipeError):
            os.write(self._release, b"!")
        os.close(self._release)

    def _enter(self, stage: str, seconds: float) -> None:
        self.stage = stage
        self.deadline = time.monotonic() + seconds

    def patience(self) -> float:
        """Seconds until `advance` must be called, even if nothing happens."""
        return SWEEP if self.stage == "killing" else max(0.0, self.deadline - time.monotonic())

    def advance(self) -> None:
        """Take note of the dead, and move to the next stage when this one is over."""
        if self._all_gone():
            self.stage = "gone"
        elif self.stage == "running" and self.status is not None:
            self._enter("lingering", LINGER)
        elif time.monotonic() >= self.deadline:
            self._run_out()
        elif self.stage == "killing":
            self._signal(signal.SIGKILL)

    def _run_out(self) -> None:
        if self.stage == "running":
            self.timed_out = True
            self.end()
        elif self.stage == "lingering":
            self.left = descendants() or {self.shell: b"?"}
            self.end()
        elif self.stage == "ending":
            self.kill()
        else:
            self.stuck = sorted(descendants())
            self.stage = "gone"

    def end(self) -> None:
        """Ask everything to stop; what has not after the grace period is killed."""
        if self.stage in ("running", "lingering"):
            self._enter("ending", self.grace)
            self._signal(signal.SIGTERM)
            self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Stop everything now."""
        if self.stage not in ("killing", "gone"):
            self._enter("killing", GIVE_UP)
            self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        """The group first, since it cannot outrun one signal to all; then those who left it."""
        signal_group(self.shell, number)
        for process in descendants():
            with suppress(ProcessLookupError, PermissionError):
                if os.getpgid(process) != self.shell:
                    os.kill(process, number)

    def _all_gone(self) -> bool:
        try:
            while True:
                process, status = os.waitpid(-1, os.WNOHANG)
                if process == 0:
                    return False
                if process == self.shell:
                    self.status = os.waitstatus_to_exitcode(status)
        except ChildProcessError:
            return not signal_group(self.shell, 0)


def _spawn(request: Request, outputs: Sequence[int]) -> tuple[int, int]:
    """A child that waits for a byte on the returned descriptor before it becomes the program."""
    held, release = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(release)
        if os.read(held, 1):
            _become(request, outputs)
        os._exit(126)
    for descriptor in (held, *outputs):
        os.close(descriptor)
    return process, release


def _become(request: Request, outputs: Sequence[int]) -> NoReturn:
    """In the child: a session without terminal or input, the fewest rights, then the program itself.

    `outputs` are the three pipes and, for a program that may only read, the Landlock rules to put on.
    """
    try:
        os.setsid()
        for descriptor, wanted in zip(outputs[:3], (1, 2, REPORT_DESCRIPTOR), strict=True):
            os.dup2(descriptor, wanted)
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.chdir(request.folder)
        for rules in outputs[3:]:
            _give_up_rights(rules, offline=request.offline)
        _prctl(DEATH_SIGNAL, signal.SIGKILL)
        os.execve(request.program, request.arguments, request.environment)
    except OSError as error:
        os.write(2, f"the shell could not be started: {error.strerror}\n".encode())
    finally:
        os._exit(126)


def _give_up_rights(rules: int, *, offline: bool) -> None:
    """For good, and for all that this process starts. Raises OSError: rights that stay must not go unnoticed."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if offline:
        _leave_network(libc)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.syscall(RESTRICT_SELF, rules, 0):
        raise OSError(ctypes.get_errno(), "its rights could not be taken away")


def _leave_network(libc: Any) -> None:
    """Where the system allows it; the rules above stand without it."""
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(NEW_NETWORK) == 0 or libc.unshare(NEW_USER | NEW_NETWORK) != 0:
        return
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123
            file.write(text)


def _prctl(option: int, value: int) -> None:
    """Where the kernel has no such call, process groups have to do."""
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _wakeups() -> int:
    """A descriptor that becomes readable when a child dies. Signals meant for the terminal's user are let pass."""
    readable, writable = os.pipe()
    for descriptor in (readable, writable):
        os.set_blocking(descriptor, False)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    return readable


def _supervise(command: Command, control: socket.socket, wakeups: int) -> bool:
    """Bring a command to its end; whether the agent is still there to hear of it."""
    watched = [control.fileno(), wakeups]
    while command.stage != "gone":
        ready = select.select(watched, [], [], command.patience())[0]
        if wakeups in ready:
            os.read(wakeups, 4096)
        if control.fileno() in ready:
            try:
                order, _ = receive(control)
            except (EOFError, OSError):
                watched.remove(control.fileno())
                order = "end"
            command.kill() if order == "kill" else command.end()
        command.advance()
    return control.fileno() in watched


def serve(control: socket.socket) -> None:
    """Run one command after the other until the agent hangs up."""
    control.set_inheritable(False)
    wakeups = _wakeups()
    _prctl(CHILD_SUBREAPER, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):
        while True:
            request, outputs = receive(control)
            if not outputs:
                continue  # an order for a command that has just ended
            command = Command(Request(*request), outputs)
            with suppress(OSError):
                send(control, command.shell)
            command.begin()
            if not _supervise(command, control, wakeups):
                return
            send(control, (command.status, command.timed_out, command.left, command.stuck))


COMMAND_LINE = (
    *(sys.executable, "-I", "-S", "-X", "utf8", "-c"),
    "import socket, sys; sys.path.insert(0, sys.argv[1]); from devops_agent.tools.supervisor import serve; "
    "serve(socket.socket(fileno=int(sys.argv[2])))",
    os.path.abspath(f"{__file__}/../../.."),  # noqa: PTH100
)
"""How to start it; one more argument is the number of its socket."""
