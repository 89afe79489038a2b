"""Results as a table: a row for each group of tasks, the models side by side."""

from collections.abc import Sequence

from rich.table import Table

from devops_agent.evaluation.results import Scored
from devops_agent.evaluation.statistics import ALL, Figures, Share, by_group

COLUMNS = ("well-formed", "first call", "solved", "unproven", "unsafe", "steps", "tokens", "re-read", "seconds")


def results_table(scored: Sequence[Scored]) -> Table:
    """The figures of every contestant."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("tasks")
    for name in ("", "n", *COLUMNS):
        table.add_column(name, justify="left" if not name else "right", no_wrap=True)
    groups = [by_group(one.outcomes) for one in scored]
    names = [name for name in dict.fromkeys(name for found in groups for name in found) if name != ALL]
    for name in (*names, ALL):
        for index, (one, found) in enumerate(zip(scored, groups, strict=True)):
            if name in found:
                cells = _cells(found[name])
                table.add_row("" if index else name, one.name, *cells, style="bold" if name == ALL else "")
    return table


def _cells(found: Figures) -> list[str]:
    shares = [_share(one) for one in (found.well_formed, found.first_right, found.solved)]
    reread = "–" if found.reread is None else f"{found.reread:.0f}"
    tokens = f"{found.prompt_tokens:.0f}+{found.output_tokens:.0f}"
    unproven = f"{found.unproven.count}"
    rest = [unproven, str(found.unsafe), f"{found.steps:.1f}", tokens, reread, f"{found.seconds:.2f}"]
    return [str(found.tasks), *shares, *rest]


def _share(one: Share) -> str:
    least, most = one.interval
    return f"{100 * one.value:.0f} % ({100 * least:.0f}–{100 * most:.0f})"
