"""Keeps secrets on this side of the tools: values go in where tags stand, tags come out where values stand."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

from devops_agent.approval import Approver, Decision, Request, Trial
from devops_agent.events import Call, Live, OutputSeen, ToolResult, Verdict, Watch
from devops_agent.policy.judgement import RISKS
from devops_agent.secrets.filling import filled, has_tag
from devops_agent.secrets.mapping import mapped
from devops_agent.secrets.redactor import Redactor
from devops_agent.secrets.sources import hidden_while_it_runs, prints_bare_secret
from devops_agent.tools.base import Interrupted, Tool

KEY_BEGINS, KEY_ENDS = "-----BEGIN ", "-----END "


class LiveVeil:
    """Hands live pieces on without secrets. A key is held back to its end, and all of a call that prints secrets."""

    def __init__(self, watch: Watch, redact: Callable[[str], str]) -> None:
        self._watch = watch
        self._redact = redact
        self._held = {"stdout": "", "stderr": ""}
        self.closed = False

    def __call__(self, live: Live) -> None:
        if not isinstance(live, OutputSeen):
            self._watch(live)
        elif not self.closed:
            self._show(self._held[live.stream] + live.text, live.stream)

    def _show(self, text: str, stream: Any) -> None:
        begins = text.rfind(KEY_BEGINS)
        whole = begins < 0 or KEY_ENDS in text[begins:]
        now, self._held[stream] = (text, "") if whole else (text[:begins], text[begins:])
        if now:
            self._watch(OutputSeen(self._redact(now), stream))

    def finish(self) -> None:
        """Show what was held back, and be open again."""
        for stream, text in self._held.items():
            if text:
                self._watch(OutputSeen(self._redact(text), cast(Any, stream)))
        self._held = {"stdout": "", "stderr": ""}
        self.closed = False


def veiled(tool: Tool, redactor: Redactor, live: LiveVeil) -> Tool:
    """The same tool, but it is told tags and tells tags."""

    class Veiled(Tool):
        """A tool that works with values of which nobody else hears."""

        name = tool.name
        description = tool.description
        parameters = tool.parameters

        def run(self, **arguments: Any) -> ToolResult:
            call = Call(tool.name, arguments)
            live.closed = hidden_while_it_runs(call)
            try:
                return _hidden(call, tool.run(**filled(call, redactor).arguments), redactor)
            except Interrupted as stop:
                raise Interrupted(_hidden(call, stop.result, redactor)) from None
            finally:
                live.finish()

        def preview(self, **arguments: Any) -> str:
            restored = mapped(arguments, redactor.restore)
            return redactor.redact(tool.preview(**restored))

        def close(self) -> None:
            tool.close()

    return Veiled(tool.workspace)


def judged_with_values(classify: Callable[[Call], Verdict], redactor: Redactor) -> Callable[[Call], Verdict]:
    """The same judge, but a call with a tag is judged by what it stands for too, and always asked about."""

    def judge(call: Call) -> Verdict:
        verdict = classify(call)
        if not has_tag(call.arguments):
            return verdict
        real = classify(mapped(call, redactor.restore))
        risk = max("CHANGE", verdict.risk, real.risk, key=lambda one: RISKS.index(cast(Any, one)))
        reasons = dict.fromkeys(["uses a hidden value", *map(redactor.redact, real.reasons), *verdict.reasons])
        tags = verdict.tags | real.tags | {"SENSITIVE"}
        return Verdict(cast(Any, risk), tags, tuple(reasons), rule=verdict.rule)

    return judge


def _hidden(call: Call, result: ToolResult, redactor: Redactor) -> ToolResult:
    text = redactor.hide_lines(result.text, "secret") if prints_bare_secret(call) else result.text
    return replace(result, text=redactor.redact(text))


def asked_without_secrets(approve: Approver, redact: Callable[[str], str]) -> Approver:
    """The same approver, but what is shown beside the call is free of secrets; the call itself is shown as it is."""

    def ask(request: Request) -> Decision:
        trials = tuple(replace(trial, run=partial(_redacted_run, trial, redact)) for trial in request.trials)
        facts, notes, said = mapped((request.facts, request.notes, request.said), redact)
        return approve(replace(request, facts=facts, notes=notes, said=said, trials=trials))

    return ask


def _redacted_run(trial: Trial, redact: Callable[[str], str]) -> str:
    return redact(trial.run())
