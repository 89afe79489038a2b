"""Programs on a real pseudo-terminal, and what a human would see there."""

import json
import os
import signal
import sys
import termios
from pathlib import Path
from typing import Any

import pexpect
import pyte

DRIVERS = Path(__file__).parent / "drivers"
ROOT = Path(__file__).parents[2]


class Seen:
    """Takes what a program writes: `raw` as it came, `rows` as a terminal shows it."""

    def __init__(self, columns: int) -> None:
        self.raw = ""
        self.screen = pyte.HistoryScreen(columns, 60, history=5000, ratio=0.5)
        self._stream = pyte.Stream(self.screen)

    def write(self, text: str) -> None:
        self.raw += text
        self._stream.feed(text)

    def flush(self) -> None:
        pass

    @property
    def rows(self) -> list[str]:
        return [row.rstrip() for row in self.screen.display]


class Program:
    """A driver of this folder on a terminal of its own. Use as a context manager."""

    def __init__(self, driver: str, *arguments: str, columns: int = 80, shell: str = "", **variables: str) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT)}
        environment |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PROMPT_TOOLKIT_NO_CPR": "1", **variables}
        command = [sys.executable, str(DRIVERS / driver), *arguments]
        if shell:
            command = ["/bin/sh", "-c", shell, "sh", *command]
        self.seen = Seen(columns)
        self._child = pexpect.spawn(
            command[0], command[1:], env=environment, dimensions=(60, columns), encoding="utf-8", timeout=30
        )
        self._child.logfile_read = self.seen
        self._child.delaybeforesend = None
        self._child.delayafterread = None
        self._child.ptyproc.delayafterclose = 0.0

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close(force=True)

    @property
    def pid(self) -> int:
        return int(self._child.pid)

    @property
    def echoes(self) -> bool:
        """Whether the terminal now shows by itself what is typed."""
        return bool(termios.tcgetattr(self._child.child_fd)[3] & termios.ECHO)

    def types(self, keys: str) -> None:
        self._child.send(keys)

    def sends(self, data: bytes) -> None:
        """Let the terminal deliver what no keyboard types."""
        os.write(self._child.child_fd, data)

    def shows(self, text: str) -> None:
        """Wait until the program writes `text`."""
        self._child.expect_exact(text)

    def stops_and_goes_on(self) -> None:
        """Stop the program as Ctrl-Z does, give the terminal the modes of a shell, and continue."""
        os.kill(self.pid, signal.SIGSTOP)
        os.waitpid(self.pid, os.WUNTRACED)
        modes = termios.tcgetattr(self._child.child_fd)
        modes[3] |= termios.ICANON | termios.ECHO
        termios.tcsetattr(self._child.child_fd, termios.TCSANOW, modes)
        os.kill(self.pid, signal.SIGCONT)

    def ends(self) -> int:
        """Wait for the end of the program; its exit code."""
        self._child.expect(pexpect.EOF)
        self._child.wait()
        assert self._child.exitstatus is not None, "the program was killed"
        return int(self._child.exitstatus)

    @property
    def rows(self) -> list[str]:
        return self.seen.rows


def as_argument(value: Any) -> str:
    return json.dumps(value)
