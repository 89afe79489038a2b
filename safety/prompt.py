"""Hostile texts through the prompt on real terminals: what is shown is what runs, and the question stays in sight."""

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pexpect

from devops_agent.tools.shell import REPORT
from safety.figure import Figure, none_of, share
from safety.hostile import texts
from safety.screen import Shown, Terminal

TERMINALS = (Terminal(24), Terminal(40), Terminal(80), Terminal(132), Terminal(80, ascii=True))
ASKING = ("-m", "safety.asking")
QUESTION_COMES, QUESTION_ENDS = "\x1b[?2004h", "(Enter: no) "
OLD = "one\ntwo\n"
UNUSABLE = re.compile("[\0\ud800-\udfff]")
QUICK = 17
"""Every so many cases are played in the quick part."""
MUST_WARN = {"lookalikes": "butU+", "right to left": "fromrighttoleft"}
"""What a note must say, without blanks, of what no eye can tell."""


@dataclass(frozen=True)
class Case:
    """A hostile text of some family as a command, a path or a content; `number` names its place on the disk."""

    number: int
    family: str
    form: str
    text: str

    @property
    def call(self) -> tuple[str, dict[str, Any]]:
        if self.form == "command":
            return "bash", {"command": f"cp /proc/$$/cmdline {self.number};exit #{self.text}"}
        if self.form == "path":
            return "write_file", {"path": f"{self.number}/{self.text.replace('/', '-')[:60]}", "content": "x\n"}
        return "write_file", {"path": f"{self.number}", "content": self.text}

    def or_nothing(self, terminal: Terminal) -> tuple[str | None, ...]:
        """What may be found instead where the system could not run or name the text: nothing, or what was there."""
        is_unnamable = terminal.ascii and self.form == "path" and not self.text.isascii()
        return (None, OLD) if is_unnamable or UNUSABLE.search(self.text) else ()


@dataclass(frozen=True)
class Outcome:
    """What came of one case on one terminal: whether the question told the truth, and what it suffered."""

    case: Case
    terminal: Terminal
    equal: bool
    faults: tuple[str, ...]


def figures(quick: bool) -> Iterator[Figure]:
    """Shown equals run; and no text moves, hides or fakes the question."""
    outcomes = play(cases()[:: QUICK if quick else 1], TERMINALS, spread=quick)
    equal = sum(outcome.equal for outcome in outcomes)
    yield share("hostile strings through the prompt in a terminal: shown equals run", equal, len(outcomes), 100)
    wrong = [outcome for outcome in outcomes if outcome.faults]
    yield none_of("hostile strings that move, hide or fake the question", len(wrong), len(outcomes))


def cases() -> list[Case]:
    """Every text, as a command, a path and a content in turn."""
    forms = ("command", "path", "content")
    every = [(family, form, text) for family, text in texts() for form in forms]
    return [Case(number, family, form, text) for number, (family, form, text) in enumerate(every)]


def play(
    some: Sequence[Case], terminals: Sequence[Terminal], *, spread: bool, asking: Sequence[str] = ASKING
) -> list[Outcome]:
    """Ask about the cases on each terminal, or `spread` over them, and say yes to all; `asking` is the program."""
    shares = [some[number :: len(terminals)] if spread else some for number in range(len(terminals))]
    with ThreadPoolExecutor(len(terminals)) as pool:
        played = pool.map(lambda one: list(_on_terminal(*one, asking)), zip(terminals, shares, strict=True))
    return [outcome for outcomes in played for outcome in outcomes]


def _on_terminal(terminal: Terminal, some: Sequence[Case], asking: Sequence[str]) -> Iterator[Outcome]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work = folder / "work"
        work.mkdir()
        for case in some:
            if case.form == "content" and case.number % 2:
                (work / str(case.number)).write_text(OLD)
        (folder / "calls.json").write_text(json.dumps([case.call for case in some]))
        drawn = list(_questions(folder, terminal, asking))
        asked = [int(line) for line in (folder / "asked.jsonl").read_text().split()]
        shown = {number: Shown.of(raw, terminal) for number, raw in zip_longest(asked, drawn, fillvalue="")}
        for number, case in enumerate(some):
            yield _outcome(case, terminal, shown.get(number), work)


def _questions(folder: Path, terminal: Terminal, asking: Sequence[str]) -> Iterator[str]:
    """What the terminal got for each question; each is answered with yes."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parent.parent), "TERM": "xterm-256color"}
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    variables |= ascii_only if terminal.ascii else {"LC_ALL": "C.UTF-8"}
    child = pexpect.spawn(
        sys.executable, [*asking, str(folder)], env=variables, encoding="utf-8", timeout=60,
        dimensions=(24, terminal.columns),
    )  # fmt: skip
    child.delaybeforesend = None
    try:
        while child.expect_exact([QUESTION_COMES, pexpect.EOF]) == 0:
            before = child.before
            child.expect_exact(QUESTION_ENDS)
            yield before + QUESTION_COMES + child.before + QUESTION_ENDS
            child.send("y")
    finally:
        child.close(force=True)


def _outcome(case: Case, terminal: Terminal, shown: Shown | None, work: Path) -> Outcome:
    if shown is None:
        return Outcome(case, terminal, False, ("it was never asked about",))
    tool, _ = case.call
    faults = list(shown.faults(tool))
    warning = MUST_WARN.get(case.family)
    if warning and case.form != "content" and warning not in shown.notes():
        faults.append("nothing warns of what the eye cannot tell")
    return Outcome(case, terminal, _is_true(case, terminal, shown.blocks(), work), tuple(faults))


def _is_true(case: Case, terminal: Terminal, blocks: dict[str, str], work: Path) -> bool:
    """Whether what the frames show is what was asked about and, where it could run, what really ran."""
    _, arguments = case.call
    ran, nothing = _ran(case, work), case.or_nothing(terminal)
    if case.form == "command":
        return blocks == {"": arguments["command"]} and ran in (arguments["command"], *nothing)
    if blocks.get("path") != arguments["path"]:
        return False
    if case.form == "path":
        return ran in (arguments["path"], *nothing)
    old = OLD if case.number % 2 else ""
    return ran in (changed(old, blocks.get("change", "")), *nothing)


def changed(old: str, change: str) -> str:
    """What a file holds after the change that the prompt shows."""
    first, _, rest = change.partition("\n")
    if first.startswith("new file "):
        return rest if first.endswith(", no line end at the end") or not rest else f"{rest}\n"
    if first.startswith("no change"):
        return old
    lines: list[str] = []
    for line in change.split("\n")[3:]:
        if line.startswith("\\"):
            lines[-1] = lines[-1].removesuffix("\n")
        elif not line.startswith("-"):
            lines.append(f"{line[1:]}\n")
    return "".join(lines)


def _ran(case: Case, work: Path) -> str | None:
    """The command that bash was given, the path that was written, or the content; None where nothing ran."""
    place = work / str(case.number)
    if not place.exists():
        return None
    if case.form == "command":
        return place.read_bytes().split(b"\0")[5].decode().removeprefix(REPORT)
    if case.form == "content":
        return place.read_bytes().decode()
    files = [path for path in place.rglob("*") if path.is_file()]
    return str(files[0].relative_to(work)) if len(files) == 1 else None
