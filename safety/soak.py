"""A long talk with the real program on a terminal: what it holds and leaves behind must not grow."""

import os
import random
import re
import sys
import tempfile
import termios
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pexpect

from safety.figure import Figure
from tests.ollama_server import OllamaServer
from tests.playing import answers, runs, says

MANY, FEW = 2000, 60
GROWTH_KIB = 3
"""What a turn may add to the resident memory: its line stays in the history of the prompt."""
NOISE_KIB = 8 * 1024
"""How much the resident memory of a short run moves by itself."""
FAULTS = ("reset", "cut_after_one_line", "http_500", "no_done_reason", "half_a_status_line", "bad_utf8", "done_length")
PROMPT = r"\x1b\[\?2004h[^\n]*›[^\n]*\x1b\[\?25h"
QUESTION, TYPED, INSTEAD = r"run it\? [^\n]*\) ", r"type (\S+) to run it[^\n]*\) ", r"what instead\? "
CANCELS = r"sleep 61[^\n]*Ctrl-C"
EXPECTED = [PROMPT, QUESTION, TYPED, INSTEAD, CANCELS, pexpect.EOF]
TASK = re.compile(r"^turn (\d+) please$", re.MULTILINE)
CTRL_C, CTRL_D = "\x03", "\x04"
PROGRAM = (sys.executable, "-c", "import sys; from devops_agent.cli import main; sys.exit(main())")


@dataclass(frozen=True)
class Act:
    """What the model sends in a turn, and the keys the user answers with where a question comes."""

    replies: tuple[str, ...]
    keys: tuple[str, ...] = ("y",)


KEYS = (("y",), ("n",), (CTRL_C,), ("?", "y"), ("x", "n"))
ACTS: tuple[Callable[[int, tuple[str, ...]], Act], ...] = (
    lambda n, keys: Act((runs(f"touch made-{n}"),), keys),
    lambda n, keys: Act((says("write_file", path=f"made-{n}", content=f"{n}\n" * 9),), keys),
    lambda n, keys: Act((runs(f"sleep 31536{n} & echo started; touch made-{n}"),), keys),
    lambda n, _: Act((runs(f"rm -rf made-{n}-folder"),), ("n",)),
    lambda n, _: Act((runs(f"echo {n}; seq 1 5"),)),
    lambda n, _: Act((runs("seq 1 100000"),)),
    lambda n, _: Act((runs(f"ls no-{n}"), runs("ls -la"))),
    lambda n, _: Act((runs("sleep 61"),)),
    lambda n, _: Act(("<tool_call>{broken", runs(f"echo {n}"))),
    lambda n, _: Act(("I will look at it now.", runs("uptime"))),
    lambda n, _: Act((says("read_file", path="no-such-file"), says("get_env", key="HOME"))),
)
"""What a model may do in turn `n`, and with which keys the user answers."""
SETTLED = len(ACTS)
"""Turns after which everything that is opened once is open."""


@dataclass(frozen=True)
class State:
    """What the program holds at its prompt."""

    descriptors: int
    memory_kib: int
    processes: int
    files: int
    terminal: str


def figures(quick: bool) -> Iterator[Figure]:
    """Turns after which something had grown, was left, or was run without a yes."""
    turns = FEW if quick else MANY
    found = violations(turns)
    for violation in found[:20]:
        print(violation, file=sys.stderr)
    what = "soak: random turns; descriptors, memory, processes, temporary files, terminal, unasked changes"
    yield Figure(what, "0 violations", f"{len(found)} in {turns:,} turns", not found)


def violations(turns: int, program: Sequence[str] = PROGRAM) -> list[str]:
    """Talk for so many turns, and say what went wrong, each with the number of its turn."""
    with tempfile.TemporaryDirectory() as name:
        talk = Talk(Path(name), turns, program)
        return list(talk.play())


class Talk:
    """One talk: its plan, drawn by lot, and how the program fares."""

    def __init__(self, folder: Path, turns: int, program: Sequence[str]) -> None:
        self._lottery = random.Random(turns)
        self._folder, self._work = folder, folder / "work"
        self._work.mkdir()
        self._program = program
        self._plan = [self._act(number) for number in range(turns)]
        self._plan[: len(ACTS)] = [act(number, ("y",)) for number, act in enumerate(ACTS)]
        self._states: list[State] = []

    def play(self) -> Iterator[str]:
        """The violations, as they come."""
        requests = 8 * len(self._plan)
        faults = [None] * SETTLED * 2
        faults += [self._lottery.choice(FAULTS) if not self._lottery.randrange(12) else None for _ in range(requests)]
        with OllamaServer([self._reply] * requests, faults=faults) as server:
            child = self._start(server)
            try:
                before = repr(termios.tcgetattr(child.child_fd))
                child.expect(PROMPT)
                for number, act in enumerate(self._plan):
                    self._turn(child, number, act)
                    yield from (f"turn {number}: {problem}" for problem in self._problems(child, number))
                child.send(CTRL_D)
                child.expect(pexpect.EOF)
                after = repr(termios.tcgetattr(child.child_fd))
            finally:
                child.close(force=True)
        yield from self._at_the_end(before == after, child.exitstatus)

    def _act(self, number: int) -> Act:
        return self._lottery.choice(ACTS)(number, self._lottery.choice(KEYS))

    def _reply(self, body: dict[str, Any]) -> str:
        """What the plan says for the turn that the conversation is in, and for as far as it has got."""
        messages = body["messages"]
        at = max(i for i, message in enumerate(messages) if TASK.search(message["content"]))
        replies = self._plan[int(TASK.findall(messages[at]["content"])[0])].replies
        done = sum(message["role"] == "assistant" for message in messages[at:])
        return replies[done] if done < len(replies) else answers(f"I have seen what there is, or failed. {done}")

    def _start(self, server: OllamaServer) -> pexpect.spawn:
        (self._folder / "tmp").mkdir()
        variables = {"PATH": os.environ["PATH"], "HOME": str(self._folder), "TMPDIR": str(self._folder / "tmp")}
        variables |= {"PYTHONPATH": str(Path(__file__).parent.parent), "OLLAMA_HOST": server.url, "TERM": "xterm"}
        variables |= {"DEVOPS_AGENT_BACKEND": "ollama", "PROMPT_TOOLKIT_NO_CPR": "1", "LC_ALL": "C.UTF-8"}
        child = pexpect.spawn(
            self._program[0], [*self._program[1:], "-i"], env=variables, cwd=self._work, encoding="utf-8", timeout=90,
            dimensions=(40, 200),
        )  # fmt: skip
        child.delaybeforesend = None
        return child

    def _turn(self, child: pexpect.spawn, number: int, act: Act) -> None:
        """Type one task, and answer what is asked until the prompt is back."""
        keys, cancels = (
            iter(act.keys),
            iter([CTRL_C]),
        )  # one alone: each throws away what the terminal has not shown yet
        child.send(f"turn {number} please\r")
        child.expect_exact("please")
        while (at := child.expect(EXPECTED)) != 0:
            if at == len(EXPECTED) - 1:
                raise AssertionError(f"the program ended in turn {number}: {child.before[-2000:]}")
            child.send(next(keys, "n") if at == 1 else next(cancels, "") if at == 4 else "\r")

    def _problems(self, child: pexpect.spawn, number: int) -> Iterator[str]:
        state = _state(child, self._folder)
        self._states.append(state)
        if number < SETTLED:
            return
        settled = self._states[:SETTLED]
        for what in ("descriptors", "processes", "files"):
            most = max(getattr(one, what) for one in settled)
            if getattr(state, what) > most:
                yield f"{getattr(state, what)} {what}, {most} before"
        if state.terminal != settled[0].terminal:
            yield "the terminal is in another state"

    def _at_the_end(self, restored: bool, code: int | None) -> Iterator[str]:
        if not restored or code != 0:
            yield f"the end: exit code {code}, the terminal {'has' if restored else 'has not'} its state back"
        start = self._states[min(SETTLED, len(self._states) - 1)].memory_kib
        grown, turns = self._states[-1].memory_kib - start, len(self._states)
        if grown > NOISE_KIB + GROWTH_KIB * turns:
            yield f"the end: {grown} KiB more memory after {turns} turns"
        yield from (f"the end: {left} is left" for left in _leftovers(self._folder))
        if not any(self._work.glob("made-*")):
            yield "the end: nothing was ever run"
        for number, act in enumerate(self._plan):
            agreed = "y" in act.keys or all("made-" not in reply for reply in act.replies)
            if (self._work / f"made-{number}").exists() and not agreed:
                yield f"turn {number}: a change without a yes"


def _state(child: pexpect.spawn, folder: Path) -> State:
    pid = child.pid
    status = Path(f"/proc/{pid}/status").read_text()
    memory = re.search(r"VmRSS:\s+(\d+)", status)
    return State(
        len(list(Path(f"/proc/{pid}/fd").iterdir())),
        int(memory[1]) if memory else 0,
        _descendants(pid),
        sum(1 for _ in (folder / "tmp").rglob("*")) + sum(1 for _ in folder.rglob(".*.tmp")),
        repr(termios.tcgetattr(child.child_fd)),
    )


def _descendants(pid: int) -> int:
    children = [int(word) for path in Path(f"/proc/{pid}/task").glob("*/children") for word in path.read_text().split()]
    return len(children) + sum(map(_descendants, children))


def _leftovers(folder: Path) -> Iterator[str]:
    """Files and processes that outlive the program."""
    yield from (str(path) for path in (folder / "tmp").rglob("*"))
    yield from (str(path) for path in folder.rglob(".*.tmp"))
    yield from (str(path) for path in (folder / ".local/state/devops-agent/run").glob("*"))
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder / "tmp").encode() in (process / "environ").read_bytes():
                yield f"process {process.name}"
        except OSError:
            continue
