"""The screen: every event of a run drawn for a human. The answer goes to `answer`, everything else to `stream`."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TextIO

from devops_agent.errors import DevOpsAgentError
from devops_agent.events import (
    Answered,
    Call,
    Event,
    Live,
    Observed,
    OutputSeen,
    Proposed,
    Refused,
    Stumbled,
    TokenSeen,
    Usage,
)
from devops_agent.secrets.mapping import mapped
from devops_agent.settings import Settings
from devops_agent.text import printable
from devops_agent.ui import theme
from devops_agent.ui.activity import Activity
from devops_agent.ui.calls import call_text, refusal, summary
from devops_agent.ui.excerpt import BRIEF, WHOLE, Excerpt, LiveExcerpt, excerpt, last_words, remarks
from devops_agent.ui.keyboard import echo
from devops_agent.ui.wrapping import wrapped

THINKING = "thinking"
INDENT = "  "


class Screen:
    """Draws one conversation. Nothing but plain lines is written where `stream` is no terminal.

    The events of a run are drawn within `turn()`; `watch` takes its live pieces; `asking()` makes room for a prompt.
    With the setting `show_secrets`, `reveal` puts the secrets back.
    A stream that the caller has closed takes nothing and is nobody's problem.
    """

    def __init__(
        self,
        settings: Settings,
        stream: TextIO | None = None,
        answer: TextIO | None = None,
        reveal: Callable[[str], str] = str,
    ) -> None:
        self._settings = settings
        self._reveal = reveal if settings.show_secrets else str
        self._stream = stream or sys.stderr or io.StringIO()
        self._answer = answer or sys.stdout or io.StringIO()
        self._paper = theme.open_paper(self._stream, settings)
        self._glyphs = theme.glyphs_for(self._stream)
        self._animated = self._paper.is_terminal and not self._paper.is_dumb_terminal and not settings.quiet
        self._activity = Activity(self._stream, lambda: self._paper.width)
        self._room = WHOLE if settings.verbose else BRIEF
        self._calls: dict[int, Call] = {}
        self._held: Call | None = None
        self._live: LiveExcerpt | None = None
        self._talking = False
        self._words: list[str] = []

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One task: say that the model is thinking until the first event, and leave nothing half-drawn behind.

        What is typed meanwhile is not shown, where it would stand in the line that says so.
        """
        with self._alive() if self._animated else nullcontext():
            self._think()
            try:
                yield
            finally:
                with self._activity.hidden():
                    self._finish_words()
                    self._release()
                self._live = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Make room for a prompt, which shows the proposed call itself."""
        asked, self._held = self._held, None
        with self._activity.hidden(), echo(self._stream, on=True):
            self._finish_words()
            yield
        if self._animated and asked:
            self._activity.show(summary(asked))

    def draw(self, event: Event) -> None:
        """Show one event."""
        if self._settings.quiet and not isinstance(event, Answered):
            return
        event = mapped(event, self._reveal)
        with self._activity.hidden():
            self._finish_words()
            if not isinstance(event, Proposed):
                self._release()
            self._draw(event)

    def watch(self, live: Live) -> None:
        """Show a live piece: a command's output, and with -v the model's own words; whole ones off a terminal."""
        if self._settings.quiet:
            return
        if isinstance(live, OutputSeen):
            if self._paper.is_terminal:
                self._watch_output(live)
        elif self._settings.verbose:
            self._watch_token(live)

    def note(self, text: str) -> None:
        """Say something that belongs to no run."""
        with self._activity.hidden():
            self._say(self._fitted(text))

    def error(self, error: DevOpsAgentError) -> None:
        """Say what happened, and what to do next."""
        with self._activity.hidden():
            self._say(self._fitted(f"error: {error}"), theme.WARNING)
            if error.hint:
                self._say(self._fitted(f"hint: {error.hint}"))

    @contextmanager
    def _alive(self) -> Iterator[None]:
        with echo(self._stream, on=False), self._activity.running():
            yield

    def _draw(self, event: Event) -> None:
        match event:
            case Proposed():
                self._draw_proposal(event)
            case Observed():
                self._draw_observation(event)
            case Refused():
                self._draw_refusal(event)
            case Stumbled():
                self._draw_stumble(event)
            case Answered():
                self._draw_answer(event)
            case Usage():
                self._draw_usage(event)

    def _draw_proposal(self, event: Proposed) -> None:
        self._calls[event.step] = event.call
        if self._animated:
            self._held = event.call
            self._activity.show(summary(event.call))
        else:
            self._say(call_text(event.call), theme.STRONG)

    def _draw_observation(self, event: Observed) -> None:
        self._calls[event.step] = event.call
        live, self._live = self._live, None
        text = printable(event.result.text)
        if live:
            self._print_excerpt(live.finish())
            self._print_excerpt(Excerpt(tuple(remarks(text))))
        elif not event.repeated and (self._paper.is_terminal or self._settings.verbose):
            self._print_excerpt(excerpt(text, self._room))
        elif not event.repeated and not event.result.ok:
            self._print_excerpt(excerpt(last_words(text), self._room))
        self._say_outcome(event)
        self._think()

    def _draw_refusal(self, event: Refused) -> None:
        self._live = None
        self._say(INDENT + refusal(event), theme.WARNING)
        self._think()

    def _draw_stumble(self, event: Stumbled) -> None:
        if event.fault == "unsupported":
            what, detail = "answer sent back", "it does not rest on what was run"
        else:
            what, detail = "unusable reply, asking again", event.fault.replace("_", " ")
        self._say(f"{what}: {event.message if self._settings.verbose else detail}", theme.QUIET)
        self._think()

    def _draw_answer(self, event: Answered) -> None:
        self._activity.show("")
        doubtful = not event.verified and event.outcome == "answered"
        if doubtful:
            self._say(f"UNVERIFIED: {_line(event.problem)}", theme.ALARM)
        elif self._paper.is_terminal and not self._settings.quiet:
            self._say("")
        self._write_answer(printable(event.text).strip("\n"), framed=doubtful)
        if not self._settings.quiet:
            self._say_evidence(event.evidence)

    def _draw_usage(self, event: Usage) -> None:
        if self._settings.verbose:
            tokens = f"{event.prompt_tokens} tokens read, {event.output_tokens} written"
            seconds = f"{event.seconds:.1f} s, of which the model {event.model_seconds:.1f} s"
            self._say(f"{event.steps} steps, {event.requests} requests, {tokens}, {seconds}", theme.QUIET)

    def _watch_output(self, live: OutputSeen) -> None:
        self._live = self._live or LiveExcerpt(self._room)
        lines = self._live.add(live.text)
        if not lines and self._held is None:
            return
        with self._activity.hidden():
            self._release()
            for line in lines:
                self._say(INDENT + line, theme.QUIET)

    def _watch_token(self, live: TokenSeen) -> None:
        if not self._paper.is_terminal:
            self._words.append(live.text)
            return
        with self._activity.hidden():
            self._activity.show("")
            self._talking = True
            text = theme.styled(live.text, theme.QUIET, self._stream)
            self._paper.print(text, end="")

    def _print_excerpt(self, shown: Excerpt) -> None:
        for line in shown.head:
            self._say(INDENT + line, theme.QUIET)
        if shown.hidden:
            self._say(f"{INDENT}{self._glyphs.ellipsis} {shown.hidden} lines hidden, -v shows them", theme.QUIET)
        for line in shown.tail:
            self._say(INDENT + line, theme.QUIET)

    def _say_outcome(self, event: Observed) -> None:
        """How the call ended, where the output above does not tell."""
        result = event.result
        if self._paper.is_terminal and not self._settings.verbose and not event.repeated:
            return
        ended = "ok" if result.ok else "failed" if result.exit_code is None else f"exit code {result.exit_code}"
        facts = [ended, f"{result.size} bytes", f"{result.seconds:.1f} s"]
        facts += ["cut for the model"] * result.truncated + ["same result as before"] * event.repeated
        self._say(INDENT + f" {self._glyphs.dot} ".join(facts), theme.QUIET if result.ok else theme.WARNING)

    def _write_answer(self, text: str, *, framed: bool) -> None:
        if not text or self._settings.output != "text":
            return
        if framed and theme.is_terminal(self._answer):
            self._print_framed(text)
            return
        if theme.is_terminal(self._answer):
            text = wrapped(text, theme.open_paper(self._answer, self._settings).width)
        self._answer.write(theme.encodable(text, self._answer) + "\n")
        self._answer.flush()

    def _print_framed(self, text: str) -> None:
        from rich.panel import Panel

        paper = theme.open_paper(self._answer, self._settings)
        body = theme.styled(text, "", self._answer)
        paper.print(Panel(body, title="UNVERIFIED", border_style=theme.WARNING), soft_wrap=False)

    def _say_evidence(self, steps: tuple[int, ...]) -> None:
        for step in steps:
            call = self._calls.get(step)
            said = f"evidence: step {step} {summary(call) if call else ''}"
            self._say(self._fitted(said.rstrip()), theme.QUIET)

    def _think(self) -> None:
        if self._animated:
            self._activity.show(THINKING)

    def _release(self) -> None:
        """Print the proposed call that was held back in case a prompt would show it."""
        if self._held is not None:
            call, self._held = self._held, None
            self._say(call_text(call), theme.STRONG)

    def _finish_words(self) -> None:
        """End what the model was seen to say, or print it where it was kept back."""
        if self._talking:
            self._talking = False
            self._paper.print()
        words, self._words = "".join(self._words).strip("\n"), []
        if words:
            self._say(words, theme.QUIET)

    def _fitted(self, text: str) -> str:
        return wrapped(text, self._paper.width) if self._paper.is_terminal else text

    def _say(self, text: str, style: str = "") -> None:
        self._paper.print(theme.styled(text, style, self._stream))


def _line(text: str) -> str:
    return " ".join(text.split())
