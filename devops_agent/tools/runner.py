"""Run one program under the supervisor and hand on what it writes, as it writes it."""

import os
import selectors
import signal
import socket
import subprocess
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from devops_agent.tools import supervisor
from devops_agent.tools.capture import STREAMS, Stream
from devops_agent.tools.interrupts import Interrupts
from devops_agent.tools.pipes import Pipes
from devops_agent.tools.processes import signal_group

OUTPUT_LIMIT = 4 << 30
"""Bytes after which a command is killed: nobody reads that much, and it may be on its way to fill something."""

REPORT_LIMIT = 16384

MARGIN = supervisor.LINGER + supervisor.GIVE_UP + 2
"""Seconds beyond a request's own limits after which the supervisor is taken for dead."""

LEAVE_WITHIN = 60
"""Seconds a supervisor may take to leave after the agent hung up; it ends whatever runs before."""


class Sink(Protocol):
    """Who takes the output."""

    def feed(self, stream: Stream, data: bytes) -> None:
        """Take what just arrived."""

    def tick(self) -> float | None:
        """Do what is due; say in how many seconds to be called again (None: not before more output arrives)."""


@dataclass
class Ending:
    """How a command ended.

    `status` is its exit code, negative for a signal, None when nobody could learn it. `left` are the background
    processes that had to be ended (pid -> name), `stuck` those that could not be. `report` is what the command wrote
    to the report descriptor.
    """

    status: int | None = None
    timed_out: bool = False
    left: Mapping[int, bytes] = field(default_factory=dict)
    stuck: tuple[int, ...] = ()
    interrupts: int = 0
    overflowed: bool = False
    report: bytes = b""


class Runner:
    """Runs one command at a time, through a supervisor that starts when first needed and lives until `close`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._hang_up: Callable[[], object] = lambda: None

    def run(self, request: supervisor.Request, sink: Sink, rules: int | None = None) -> Ending:
        """Run until the last process is gone, under Landlock `rules` (a descriptor) if given.

        Ctrl-C in the main thread ends the command, a second one kills it, a third one no longer waits for its end.
        Whatever `sink` raises passes through, after everything has been ended.
        """
        with self._lock, Interrupts() as interrupts, Pipes() as pipes:
            try:
                control = self._send(request, pipes.writable if rules is None else [*pipes.writable, rules])
                pipes.close_writable()
                deadline = time.monotonic() + request.limit + request.grace + MARGIN
                ending = _Run(control, pipes, interrupts, sink, deadline).to_the_end()
            except BaseException:
                self.close()
                raise
        if ending.status is None:
            self.close()
        return ending

    def close(self) -> None:
        """Hang up: the supervisor ends whatever still runs, and leaves."""
        self._control = None
        self._hang_up()

    def _send(self, request: supervisor.Request, descriptors: list[int]) -> socket.socket:
        """Give the request to the supervisor; to a new one when the old one has died in its sleep."""
        try:
            control = self._control or self._start()
            supervisor.send(control, tuple(request), descriptors)
        except (BrokenPipeError, ConnectionResetError):
            self.close()
            control = self._start()
            supervisor.send(control, tuple(request), descriptors)
        return control

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [*supervisor.COMMAND_LINE, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                cwd="/",
                start_new_session=True,
            )
        self._control = ours
        self._hang_up = weakref.finalize(self, _hang_up, ours, process)
        return ours


def _hang_up(control: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    control.close()
    process.send_signal(signal.SIGCONT)
    try:
        process.wait(LEAVE_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class _Run:
    """One command from its request to its ending, seen from the agent."""

    def __init__(
        self, control: socket.socket, pipes: Pipes, interrupts: Interrupts, sink: Sink, deadline: float
    ) -> None:
        self.control = control
        self.deadline = deadline
        self.interrupts = interrupts
        self.sink = sink
        self.room = OUTPUT_LIMIT
        self.shell = 0
        self.over = False
        self.ending = Ending()
        self.open: dict[int, Stream | None] = dict(zip(pipes.readable, (*STREAMS, None), strict=True))

    def to_the_end(self) -> Ending:
        with selectors.DefaultSelector() as selector:
            for descriptor in (self.control.fileno(), self.interrupts.fileno(), *self.open):
                selector.register(descriptor, selectors.EVENT_READ)
            while not self.over:
                for key, _ in selector.select(self._patience()):
                    self._attend(key.fd, selector)
                if time.monotonic() > self.deadline:
                    self._give_up()
        for descriptor in list(self.open):
            self._read(descriptor)
        self.ending.interrupts = self.interrupts.count
        return self.ending

    def _patience(self) -> float:
        until_deadline = max(0.0, self.deadline - time.monotonic())
        tick = self.sink.tick()
        return until_deadline if tick is None else min(tick, until_deadline)

    def _give_up(self) -> None:
        """The supervisor does not answer: the command has killed or stopped it."""
        self.over = True
        if self.shell:
            signal_group(self.shell, signal.SIGKILL)

    def _attend(self, descriptor: int, selector: selectors.BaseSelector) -> None:
        if descriptor == self.control.fileno():
            self._listen()
        elif descriptor == self.interrupts.fileno():
            self.interrupts.take()
            self._order("end" if self.interrupts.count == 1 else "kill")
            if self.interrupts.count > 2:
                self._give_up()
        elif not self._read(descriptor):
            selector.unregister(descriptor)
            del self.open[descriptor]

    def _listen(self) -> None:
        """The supervisor first names the shell, then says how it all ended."""
        try:
            message, _ = supervisor.receive(self.control)
        except (EOFError, OSError):
            self._give_up()
            return
        if not self.shell:
            self.shell = message
            return
        self.over = True
        self.ending.status, self.ending.timed_out, self.ending.left, stuck = message
        self.ending.stuck = tuple(stuck)

    def _order(self, word: str) -> None:
        with suppress(OSError):
            supervisor.send(self.control, word)

    def _read(self, descriptor: int) -> bool:
        """Take what has arrived. False when no more can come."""
        try:
            data = os.read(descriptor, Pipes.SIZE)
        except BlockingIOError:
            return True
        stream = self.open[descriptor]
        if stream is None:
            self.ending.report = (self.ending.report + data)[-REPORT_LIMIT:]
        elif data:
            self.sink.feed(stream, data)
            self._count(len(data))
        return bool(data)

    def _count(self, size: int) -> None:
        self.room -= size
        if self.room < 0 and not self.ending.overflowed:
            self.ending.overflowed = True
            self._order("kill")
