"""`python -m training card`: the model card, written from what was measured and from nothing else."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from devops_agent.disk import file_digest

from training.curve import read_curve
from training.rates import RATES
from training.results import read_results

Lines = Iterator[str]
Facts = dict[str, Any]
CURVE_ROWS = 12
TRIED = Path(__file__).with_name("tried.md")
"""What stands in every card as it is there."""
UNSAID = "–"
SESSION_COLUMNS = ("from million tokens", "data", "tokens of an update", "processes × threads", "seed", "until")
INTENDED = """\
A fallback for common questions about Docker, Kubernetes and the shell on a machine that has no model server, and an
instrument for tests. It runs inside `devops-agent`, one tool call at a time, always under the policy and the approval
of the user. It was trained on made-up machines only: expect little of anything that is unlike its training, and check
what it says against the evidence that `devops-agent` shows."""
TESTS = {
    "phrasings": "questions in words it has not seen",
    "values": "names and values it has not seen",
    "intents": "kinds of task it has not seen",
}
CREDIT = (
    "Its tokenizer was also fitted to the descriptions and commands of tldr-pages "
    "(© the tldr-pages team and contributors, CC BY 4.0)."
)
DOCUMENTED = (
    "  {count} of them put the descriptions and commands of tldr-pages as questions (`how do I …`) and as requests.\n"
    "  A kind of task that is held out may stand in an answer to a question; it is never asked for or carried out"
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--run", type=Path, required=True, help="folder of the run")
    parser.add_argument("--model", type=Path, required=True, help="the exported GGUF file")
    parser.add_argument("--results", type=Path, nargs="*", default=[], help="JSON files that `devops-agent eval` saved")
    parser.add_argument("--out", type=Path, default=Path("MODEL_CARD.md"))


def run(arguments: Namespace) -> int:
    results = read_results(arguments.results, file_digest(arguments.model))
    card = write_card(arguments.model, read_curve(arguments.run), results)
    arguments.out.write_text(card, encoding="utf-8")
    return 0


def write_card(model: Path, curve: Sequence[Facts], results: Facts, checks: Sequence[str] = ()) -> str:
    """The text of the card of one file, made by the run with this curve; `checks` says what the file was put to."""
    sessions = [line for line in curve if "settings" in line]
    scores = [line for line in curve if "scores" in line]
    parts = [
        [f"# {model.stem}", "", INTENDED, ""],
        _about_the_file(model, sessions[-1], curve[-1], checks),
        _about_the_data(sessions),
        _about_the_sessions(sessions),
        _score_table(scores),
        _curve_table(curve),
        *(_result(name, result) for name, result in results.items()),
        [TRIED.read_text(encoding="utf-8")],
    ]
    return "\n".join(line for part in parts for line in part)


def _about_the_file(model: Path, session: Facts, last: Facts, checks: Sequence[str]) -> Lines:
    shape = session["shape"]
    yield from ("## The file", "")
    yield f"- {model.name}, {model.stat().st_size / 1e6:.1f} MB, SHA-256 `{file_digest(model)}`"
    yield (
        f"- Qwen3 architecture, {session['parameters'] / 1e6:.1f} million parameters: {shape['layers']} layers, "
        f"hidden {shape['hidden']}, feed-forward {shape['feed_forward']}, {shape['heads']} heads and "
        f"{shape['key_heads']} key-value heads of {shape['head_size']}, {shape['vocabulary']} tokens"
    )
    yield f"- trained from scratch on {last['tokens'] / 1e6:.1f} million tokens in {last['step']} updates,"
    yield f"  {last['seconds'] / 3600:.1f} hours on one {session['device']}, PyTorch {session['torch']}"
    yield "- MIT licence, as devops-agent itself"
    yield from (f"- {check}" for check in checks)
    yield ""


def _about_the_data(sessions: Sequence[Facts]) -> Lines:
    yield from ("## What it learned from", "")
    for data in {session["data"]["sha256"]: session["data"] for session in sessions}.values():
        yield f"- {data['traces']} traces, {data['tokens']} tokens, SHA-256 `{data['sha256']}`"
        if data.get("documented"):
            yield DOCUMENTED.format(count=data["documented"])
    if any(session["settings"].get("vocabulary_texts", "None") != "None" for session in sessions):
        yield from ("", CREDIT)
    yield ""


def _about_the_sessions(sessions: Sequence[Facts]) -> Lines:
    """The settings of the run, and each change of them on the way."""
    settings, rates = sessions[-1]["settings"], sessions[-1].get("rates", RATES)
    texts = "further texts for it" if settings.get("vocabulary_texts", "None") != "None" else "no further texts for it"
    yield from ("## Settings of the run", "")
    yield f"- shape `{settings.get('shape', UNSAID)}`, vocabulary at most {settings.get('vocabulary', UNSAID)}, {texts}"
    yield f"- Muon at {rates['matrices']} for the matrices, AdamW at {rates['others']} for the rest; {_course(rates)}"
    yield from ("", f"| {' | '.join(SESSION_COLUMNS)} |", "|---" * len(SESSION_COLUMNS) + "|")
    before = ""
    for session in sessions:
        row = _session_row(session)
        if row != before:
            yield f"| {session['tokens'] / 1e6:.2f} | {row} |"
        before = row
    yield ""


def _course(rates: Facts) -> str:
    return (
        f"{rates['warm_up_steps']} updates of warm-up, "
        f"from {rates['decay_from']:.0%} of the tokens down to {rates['least']:.0%} of the rate"
    )


def _session_row(session: Facts) -> str:
    settings = session["settings"]
    batch, seed = settings.get("batch_tokens", UNSAID), settings.get("seed", UNSAID)
    sharing = f"{settings.get('processes', '1')} × {settings.get('threads', UNSAID)}"
    until = f"{float(settings['tokens']) / 1e6:.1f}" if "tokens" in settings else UNSAID
    return f"`{session['data']['sha256'][:8]}` | {batch} | {sharing} | {seed} | {until}"


def _score_table(scores: Sequence[Facts]) -> Lines:
    """The last scores. A turn counts when its likeliest tokens are the reference's, one by one."""
    if not scores:
        return
    yield from ("## Held out from training", "")
    yield "Token for token as in the reference, each turn given the right past, no grammar:"
    yield from ("", "| | first call | last turn | every turn |", "|---|---|---|---|")
    for name, shares in scores[-1]["scores"].items():
        yield f"| {TESTS[name]} | {shares['first']:.1%} | {shares['last']:.1%} | {shares['all']:.1%} |"
    yield ""


def _curve_table(curve: Sequence[Facts]) -> Lines:
    points = [line for line in curve if "loss" in line]
    yield from ("## Curve", "", "| million tokens | loss |", "|---|---|")
    for line in points[:: max(1, len(points) // CURVE_ROWS)]:
        yield f"| {line['tokens'] / 1e6:.2f} | {line['loss']:.3f} |"
    yield ""


def _result(name: str, result: Any) -> Lines:
    """The shares of each group of tasks, each with its 95 % interval."""
    yield from (f"## devops-agent eval: {name}", "")
    for model in result["models"]:
        yield f"{model['model']}, {', '.join(f'{key} {value}' for key, value in model['terms'].items())}:"
        yield from ("", "| tasks | n | well-formed | first call right | solved |", "|---|---|---|---|---|")
        for group, figures in model["figures"].items():
            shares = " | ".join(_share(figures[key]) for key in ("well_formed", "first_right", "solved"))
            yield f"| {group} | {figures['tasks']} | {shares} |"
        yield ""


def _share(one: Facts) -> str:
    least, most = one["interval"]
    return f"{one['share']:.0%} ({least:.0%}–{most:.0%})"
