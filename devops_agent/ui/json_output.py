"""`--output json` and `--output jsonl`: what a run is for programs. stdout carries nothing else."""

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TextIO

from devops_agent.errors import DevOpsAgentError, ExitCode
from devops_agent.events import Answered, Event, Live, Proposed, Refused, Usage
from devops_agent.text import printable
from devops_agent.ui.records import SCHEMA_VERSION, pending_record, print_record, record


class _NothingLive:
    """What a human watches and a program does not: live pieces are no records, and a prompt needs no room."""

    def watch(self, live: Live) -> None:
        return

    def turn(self) -> AbstractContextManager[None]:
        return nullcontext()

    def note(self, text: str) -> None:
        sys.stderr.write(f"{printable(text)}\n")

    def asking(self) -> AbstractContextManager[None]:
        return nullcontext()


class JsonLines(_NothingLive):
    """Prints each event as one line, as it happens."""

    def __init__(self, stdout: TextIO) -> None:
        self._stdout = stdout

    def draw(self, event: Event) -> None:
        print_record(record(event), self._stdout)


class JsonObject(_NothingLive):
    """Collects the run and prints it as one object at its end."""

    def __init__(self, task: str, stdout: TextIO) -> None:
        self._task, self._stdout = task, stdout
        self._events: list[Event] = []

    def draw(self, event: Event) -> None:
        self._events.append(event)

    def close(self, code: ExitCode, error: DevOpsAgentError | None = None) -> None:
        """Print the whole run: its answer, every event, what it cost, and the error that ended it."""
        answer = next((event for event in self._events if isinstance(event, Answered)), None)
        steps = [record(event) for event in self._events if not isinstance(event, (Answered, Usage))]
        usage = next((record(event) for event in self._events if isinstance(event, Usage)), None)
        print_record(
            {
                "version": SCHEMA_VERSION,
                "task": self._task,
                "answer": answer.text if answer else None,
                "verified": bool(answer and answer.verified),
                "evidence": list(answer.evidence) if answer else [],
                "problem": answer.problem if answer else "",
                "exit_code": int(code),
                "error": {"message": str(error), "hint": error.hint} if error else None,
                "pending": self._pending(),
                "steps": steps,
                "usage": usage,
            },
            self._stdout,
        )

    def _pending(self) -> dict[str, Any] | None:
        waits = any(isinstance(event, Refused) and event.by == "no terminal" for event in self._events)
        proposed = [event for event in self._events if isinstance(event, Proposed)]
        return pending_record(proposed[-1]) if waits and proposed else None
