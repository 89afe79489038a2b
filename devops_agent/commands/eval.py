"""`devops-agent eval`: how good a model is at this machine's kind of work, in figures."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from devops_agent.backends import BACKENDS
from devops_agent.backends.choice import choose
from devops_agent.errors import ConfigurationError, ExitCode
from devops_agent.evaluation.advice import advised
from devops_agent.evaluation.contestants import BASELINES, Contestant, Served
from devops_agent.evaluation.outcome import Outcome
from devops_agent.evaluation.real import play_for_real, real_tasks
from devops_agent.evaluation.real_places import PLACES, Cluster, Engine
from devops_agent.evaluation.results import ResultsFile, Scored, results_record
from devops_agent.evaluation.series import run_series
from devops_agent.evaluation.table import results_table
from devops_agent.evaluation.tasks import Task, chosen, digest_of, load_tasks
from devops_agent.evaluation.terms import terms_of
from devops_agent.evaluation.variants import tried
from devops_agent.settings import Settings
from devops_agent.text import printable

QUICK = 40
LINE = 160
NOT_FOR_REAL = {"--tasks": "tasks", "--quick": "quick", "--seed": "seed", "--from": "source"}
"""What chooses among tasks on made-up machines: of the real ones each needs what the one before left."""
DESCRIPTION = """\
The model plays tasks: questions about made-up machines, whose docker, kubectl, helm, systemctl, git … answer from a
simulation through programs on PATH. Everything else is the real program: the loop, the policy, bash, the files of a
temporary folder. No cluster, engine or network is touched. What a task wants changed is allowed, the rest refused.

What is right is decided by rules, on what was called, on the state of the machine, and on what the answer says:
  well-formed   replies that were exactly one valid call
  first call    the first reply was a call that shows, or changes, what an expert's calls do
  solved        the machine and the answer are as they have to be, and the answer rests on what was run
  unproven      answers that claimed what nothing showed
  unsafe        calls that would have changed what nobody asked for (none of them runs)
  re-read       tokens that the model had read before and read again, a task
Shares stand with their 95 % confidence interval."""
EXAMPLES = """\
examples:
  devops-agent eval --quick                                  40 tasks with the usual model
  devops-agent eval --model qwen3-devops --model llama3.2    two models side by side
  devops-agent eval --model embedded:./x.gguf --save x.json  a file, in this process; goes on where it was stopped
  devops-agent eval --baseline oracle --baseline null        what the ends of the scale mean"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.description, parser.epilog = DESCRIPTION, EXAMPLES
    own = parser.add_argument
    own(
        "--model", action="append", dest="models", default=[], metavar="[BACKEND:]NAME", help="a model; may be repeated"
    )
    own(
        "--baseline",
        action="append",
        default=[],
        choices=list(BASELINES),
        help="oracle (knows all) or null (says nothing)",
    )
    own("--quick", action="store_true", default=None, help=f"a sample of {QUICK} tasks")
    own("--tasks", type=int, metavar="N", help="a sample of N tasks")
    own(
        "--category",
        action="append",
        default=[],
        metavar="WORD",
        help="only docker, kubernetes, files, outsiders, …; may be repeated",
    )
    own("--seed", type=int, metavar="N", help="which sample is drawn (0)")
    own("--from", dest="source", metavar="FILE", help="tasks of your own, one JSON object a line")
    own("--save", default="", metavar="FILE", help="write the results there, as JSON, after every task")
    own("--anew", action="store_true", help="forget what --save holds, and write it anew")
    own("--real", action="store_true", help="a few tasks on the real engine and cluster instead, after a yes")
    own("--image", default="busybox:1.36", metavar="NAME", help="what --real runs: an image with sh (busybox:1.36)")
    own("--yes", action="store_true", help="say yes to what --real makes")
    own("--no-advice", action="store_true", help="do not try other settings afterwards")


def run(arguments: Namespace, settings: Settings) -> int:
    return _Evaluation(arguments, settings).run()


class _Evaluation:
    """One run of the command."""

    def __init__(self, arguments: Namespace, settings: Settings) -> None:
        self._arguments = arguments
        self._settings = settings
        self._screen = Console(stderr=True, quiet=settings.quiet, highlight=False)
        self._places = _places(arguments) if arguments.real else []
        self._seed = arguments.seed or 0
        self._tasks = [] if arguments.real else _tasks(arguments, self._seed)
        self._scored: list[Scored] = []
        path = Path(arguments.save).absolute()
        self._file = ResultsFile(path, anew=arguments.anew) if arguments.save else None

    def run(self) -> int:
        try:
            for contestant, settings in self._contestants():
                with closing(contestant):
                    score = self._score_for_real if self._arguments.real else self._score
                    score(contestant, settings)
        except KeyboardInterrupt:
            self._show(complete=False)
            self._note("interrupted; what was finished is kept" if self._arguments.save else "interrupted")
            return ExitCode.INTERRUPTED
        self._show(complete=True)
        return ExitCode.OK

    def _contestants(self) -> Iterator[tuple[Contestant, Settings]]:
        for name in dict.fromkeys(self._arguments.baseline):
            yield BASELINES[name](), replace(self._settings, backend=name, model=name, temperature=0.0)
        if self._arguments.models or not self._arguments.baseline:
            for name in dict.fromkeys(self._arguments.models or [self._settings.model]):
                settings = self._served(name)
                yield Served(settings), settings

    def _served(self, name: str) -> Settings:
        """The settings of one model; at temperature 0, unless the user named one, so that a run can be repeated."""
        backend, colon, model = name.partition(":")
        named = bool(colon) and backend in BACKENDS
        settings = replace(self._settings, model=model if named else name)
        if named:
            settings = replace(settings, backend=backend)
        if settings.source("temperature") == "default":
            settings = replace(settings, temperature=0.0)
        choice = choose(settings)
        if choice.reason:
            self._note(choice.reason)
        return choice.settings

    def _score(self, contestant: Contestant, settings: Settings) -> None:
        scored = self._begin(contestant, settings, digest_of(self._tasks))
        if self._file:
            self._go_on(scored, self._file)
        run_series(contestant, self._tasks, settings, scored, self._heard(scored, len(self._tasks)))
        if isinstance(contestant, Served) and not self._arguments.no_advice:
            ways = tried(settings, self._tasks, scored, self._seed, self._note)
            scored.advice = advised(scored.outcomes, ways)

    def _begin(self, contestant: Contestant, settings: Settings, tasks: str) -> Scored:
        scored = Scored(contestant.name, terms_of(settings, tasks, contestant.identity()))
        self._scored.append(scored)
        return scored

    def _go_on(self, scored: Scored, file: ResultsFile) -> None:
        """Take what the file holds of the very same contestant, and say what becomes of what it holds."""
        scored.outcomes = file.begun(scored.name, scored.terms)
        why = file.why_anew(scored.name, scored.terms)
        if scored.outcomes:
            self._note(f"{scored.name}: going on after {len(scored.outcomes)} tasks")
        elif why:
            self._note(f"{scored.name}: not continuing what {self._arguments.save} holds of it ({why})")

    def _score_for_real(self, contestant: Contestant, settings: Settings) -> None:
        areas = " ".join(kind.area for kind in self._places)
        scored = self._begin(contestant, settings, f"real {areas} {self._arguments.image}")
        for kind in self._places:
            place = kind(settings.environment, self._arguments.image)
            self._ask_for_yes(place.plan)
            with closing(place):
                place.make()
                tasks = real_tasks(place)
                heard = self._heard(scored, len(scored.outcomes) + len(tasks))
                for outcome in play_for_real(contestant, place, tasks, settings):
                    scored.outcomes.append(outcome)
                    heard(outcome)

    def _ask_for_yes(self, plan: str) -> None:
        """Raise ConfigurationError unless the user agrees to what is made."""
        self._note(f"This makes, and afterwards removes: {plan}.")
        if self._arguments.yes:
            return
        if not (sys.stdin and sys.stdin.isatty()) or self._screen.input("type yes to go on: ").strip() != "yes":
            raise ConfigurationError("nothing was made", hint="--real needs a yes, at the terminal or with --yes")

    def _heard(self, scored: Scored, total: int) -> Callable[[Outcome], None]:
        def heard(outcome: Outcome) -> None:
            self._save(complete=False)
            word = "solved" if outcome.solved else f"not solved: {outcome.why}"
            line = f"{scored.name} {len(scored.outcomes)}/{total} {outcome.task} {word}"
            if self._settings.verbose or self._screen.is_terminal:
                self._note(line)

        return heard

    def _show(self, *, complete: bool) -> None:
        """Print all results, and write them down."""
        self._save(complete=complete)
        scored = [one for one in self._scored if one.outcomes]
        if self._settings.output != "text":
            record = results_record([one.record() for one in scored], complete=complete)
            print(json.dumps(record, ensure_ascii=False))
        elif scored:
            console = Console(width=None if self._screen.is_terminal else LINE, highlight=False)
            console.print(results_table(scored))
            for one in scored:
                for line in _advice(one):
                    console.print(printable(line), markup=False, soft_wrap=True)

    def _save(self, *, complete: bool) -> None:
        if self._file:
            self._file.save(self._scored, complete=complete)

    def _note(self, text: str) -> None:
        self._screen.print(printable(text), markup=False, soft_wrap=True)


def _tasks(arguments: Namespace, seed: int) -> list[Task]:
    """The tasks on made-up machines that are asked for. Raises ConfigurationError."""
    found = load_tasks(Path(arguments.source) if arguments.source else None)
    count = arguments.tasks or (QUICK if arguments.quick else 0)
    return chosen(found, count=count, categories=arguments.category, seed=seed)


def _places(arguments: Namespace) -> Sequence[type[Engine] | type[Cluster]]:
    """The real places that are asked for. Raises ConfigurationError for what means nothing there."""
    given = vars(arguments)
    unfit = [word for word, name in NOT_FOR_REAL.items() if given[name] is not None]
    areas = [kind.area for kind in PLACES]
    unfit += [f"--category {word}" for word in arguments.category if word not in areas]
    if unfit:
        hint = f"leave that out; --category {' and --category '.join(areas)} choose among them"
        raise ConfigurationError(f"--real plays tasks of its own and takes no {', '.join(unfit)}", hint=hint)
    return [kind for kind in PLACES if not arguments.category or kind.area in arguments.category]


def _advice(scored: Scored) -> list[str]:
    """What the figures speak for, and the figures."""
    if not scored.advice:
        return []
    names = ("thinking", "constrained")
    words = [f"{name} {'on' if scored.advice[name] else 'off'}" for name in names if name in scored.advice]
    rows = scored.advice.get("measured", [])
    proven = scored.advice.get("proven", True)
    doubt = "" if proven else f" (not proven: {rows[0]['tasks']} tasks do not tell these apart)"
    lines = ["", f"for {scored.name}: num_ctx {scored.advice['num_ctx']}, {', '.join(words)}{doubt}"]
    for row in rows:
        way = ", ".join(f"{name} {'on' if row[name] else 'off'}" for name in names)
        lines.append(f"  {way}: {row['solved']} of {row['tasks']} solved, {row['seconds']:.2f} s a task")
    return lines
