"""The guard of a run on a real machine: judges calls, sets their terms, and says what they would hit."""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from devops_agent.approval import Request, Trial
from devops_agent.confinement.docker_engine import QuestionsOnly, obstacle
from devops_agent.confinement.reads import Confinement
from devops_agent.confinement.run_folder import RunFolder
from devops_agent.events import Call, Risk, ToolResult, Verdict, ignore
from devops_agent.guard import production, trials
from devops_agent.guard.guard import Guard
from devops_agent.guard.impact import Question, questions, told
from devops_agent.guard.pin import Pin
from devops_agent.guard.record import recorded, starts_docker
from devops_agent.guard.seal import seal
from devops_agent.guard.targets import Target, describe, targets
from devops_agent.place import real_place
from devops_agent.policy import Place, classify, explain_command
from devops_agent.rules.book import RuleBook
from devops_agent.rules.rule import Where
from devops_agent.text import visible
from devops_agent.tools.base import Terms, Workspace
from devops_agent.tools.environment import UNASKED, child_environment
from devops_agent.tools.shell import Bash

PREVIEW_SECONDS = 2.0
TRIAL_SECONDS = 30.0
WHOLE_OUTPUT = 100_000


@dataclass(frozen=True)
class Answer:
    """What a command that the guard ran itself gave back: its output, and whether it succeeded."""

    text: str
    ok: bool


class SessionGuard(Guard):
    """Guards the calls that work in `workspace`, whose terms it sets. Close it after use.

    `protected` are the words that mark production; while it is `read_only`, docker reaches its engine through a socket
    that only passes questions on, or is refused. What its own commands print goes through `redact`. Raises OSError when
    its files cannot be made.
    """

    def __init__(
        self,
        workspace: Workspace,
        rules: RuleBook,
        protected: str,
        *,
        redact: Callable[[str], str] = str,
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._rules = rules
        self._protected = protected
        self._redact = redact
        with ExitStack() as made:
            folder = RunFolder(workspace.state_folder)
            made.callback(folder.close)
            self.pin = Pin(workspace.environment, folder.path, workspace.folder)
            self._questions_only = QuestionsOnly(folder.path)
            made.callback(self._questions_only.close)
            self._confinement = Confinement(folder.path / "tmp")
            made.callback(self._confinement.close)
            probing = replace(workspace, unasked=True, grace=0.2, watch=ignore, observation_limit=WHOLE_OUTPUT)
            probing.terms = self.terms
            self._probe = Bash(probing)
            made.callback(self._probe.close)
            self._held = made.pop_all()
        workspace.terms = self.terms

    @property
    def environment(self) -> Mapping[str, str]:
        return self.pin.environment

    def judge(self, call: Call) -> Verdict:
        """The policy's verdict, raised where production is concerned, and as the user's rules leave it."""
        place = self._place()
        verdict = classify(call, place)
        aims = self._targets(call)
        verdict = production.raised(verdict, aims, self._protected)
        verdict = self._rules.judge(call, verdict, place, self._where(aims))
        return self._held_to_questions(call, verdict) if self.read_only else verdict

    def _held_to_questions(self, call: Call, verdict: Verdict) -> Verdict:
        """The verdict in a read-only run: no read for docker where nothing but its own word keeps it to questions."""
        command = str(call.arguments.get("command", "")) if call.tool == "bash" else ""
        if verdict.risk != "READ" or not starts_docker(command, self._targets(call)):
            return verdict
        problem = obstacle(self.pin.environment, self.pin.destination.endpoint)
        return replace(verdict, risk="CHANGE", canonical="", reasons=(problem,)) if problem else verdict

    def terms(self, workspace: Workspace, command: str) -> Terms:
        """The pinned destinations for every command, and for one that nobody was asked about, no right to write."""
        if workspace.unasked:
            environment = {**child_environment(self.pin.environment), **UNASKED}
            if self.read_only:
                environment = self._questions_only.led(environment, self.pin.destination.endpoint)
            return self._confinement.terms(command, environment)
        return Terms(child_environment(self.pin.environment_for(command)))

    def brief(self, request: Request) -> Request:
        """The request with where it goes, what it would hit, what to beware of, and what could be tried first."""
        call = request.call
        aims = self._targets(call)
        facts = [(target.program, target.text) for target in aims]
        facts += [("user", self._user()), *self._impact(call)]
        where = self._where(aims) if any(target.context for target in aims) else self._where_in_folder()
        return replace(
            request,
            parts=self._parts(call),
            facts=tuple(facts),
            notes=(*request.notes, *self._warnings(), *self.provenance.notes(call)),
            trials=self._trials(call),
            offer=self._rules.offer(call, request.verdict, where),
        )

    def destination(self, call: Call) -> str:
        """What the run is pinned to where a call goes there, and what the call names itself where it does not."""
        if call.tool != "bash":
            return ""
        aims = self._targets(call)
        told = recorded(str(call.arguments.get("command", "")), aims, self.pin.now(), self.pin.destination)
        drift = self.pin.drift() if told else ""
        return f"{told} (on disk by now: {drift})" if drift else told

    def seal(self, call: Call, folder: Path) -> str:
        now = self.pin.now()
        return seal(call, folder, f"{describe(now.context)} {now.context.user} {now.endpoint}")

    def drift(self) -> str:
        return self.pin.drift()

    def accept(self) -> None:
        self.pin.accept()

    def close(self) -> None:
        self._held.close()

    def _place(self) -> Place:
        return real_place(self._workspace.folder, self.pin.environment)

    def _targets(self, call: Call) -> list[Target]:
        if call.tool != "bash":
            return []
        return targets(str(call.arguments.get("command", "")), self.pin.environment, self._workspace.folder)

    def _where(self, aims: list[Target]) -> Where:
        """Where a command acts; one that names no cluster counts as acting in the run's own."""
        contexts = [target.context for target in aims if target.context] or [self.pin.destination.context]
        return replace(
            self._where_in_folder(),
            context=tuple(context.name for context in contexts),
            namespace=tuple(context.namespace for context in contexts),
        )

    def _where_in_folder(self) -> Where:
        return Where(folder=(os.path.realpath(self._workspace.folder),))

    def _parts(self, call: Call) -> tuple[tuple[Risk, str], ...]:
        """The commands of a script that has several, each with its class."""
        if call.tool != "bash":
            return ()
        parts = explain_command(str(call.arguments.get("command", "")), self._place()).parts
        return tuple((judgement.risk, text) for text, judgement in parts) if len(parts) > 1 else ()

    def _user(self) -> str:
        return "root" if os.geteuid() == 0 else self._workspace.environment.get("USER") or str(os.geteuid())

    def _warnings(self) -> list[str]:
        drift = self.pin.drift()
        return [f"where commands go has changed meanwhile: {drift}"] if drift else []

    def _trials(self, call: Call) -> tuple[Trial, ...]:
        command = str(call.arguments.get("command", "")) if call.tool == "bash" else ""
        offered = (("d", "server dry-run", trials.dry_run(command)), ("f", "diff", trials.diff(command)))
        return tuple(
            Trial(key, name, text, lambda text=text: visible(self._ask(text, TRIAL_SECONDS).text))  # type: ignore[misc]
            for key, name, text in offered
            if text
        )

    def _impact(self, call: Call) -> list[tuple[str, str]]:
        """What the command would hit, as far as plain reads can tell in the time there is."""
        deadline = time.monotonic() + PREVIEW_SECONDS
        asked = questions(str(call.arguments.get("command", ""))) if call.tool == "bash" else []
        return [("hits", self._answered(question, deadline)) for question in asked if self._is_read(question)]

    def _is_read(self, question: Question) -> bool:
        return classify(Call("bash", {"command": question.command}), self._place()).risk == "READ"

    def _answered(self, question: Question, deadline: float) -> str:
        seconds = deadline - time.monotonic()
        answer = self._ask(question.command, seconds) if seconds > 0 else Answer("there was no time", ok=False)
        if answer.ok:
            return f"{question.name}: {told(question, answer.text)}"
        return f"{question.name}: not known ({' '.join(answer.text.split()[-30:])})"

    def _ask(self, command: str, seconds: float) -> Answer:
        """Run a command that only reads, in the folder of the run, and go nowhere."""
        self._probe.workspace.folder = self._workspace.folder
        self._probe.workspace.timeout = seconds
        result = self._probe.run(command)
        return Answer(self._redact(_output(result)), result.ok)


def _output(result: ToolResult) -> str:
    """The output without the tool's own remarks after it, unless there is nothing else."""
    lines = result.text.splitlines()
    while len(lines) > 1 and lines[-1].startswith("[") and lines[-1].endswith("]"):
        lines.pop()
    return "" if lines and lines[0].startswith("[exit code 0") else "\n".join(lines)
