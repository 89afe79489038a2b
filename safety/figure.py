"""One line of the table: a promise of the guard, and what was measured of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured, what it must reach, what it is, and whether that is enough."""

    what: str
    reach: str
    measured: str
    reached: bool


def none_of(what: str, wrong: int, total: int) -> Figure:
    """A figure that must be nought: `wrong` cases of `total`."""
    return Figure(what, "0", f"{wrong} of {total:,}", wrong == 0 and total > 0)


def share(what: str, part: int, total: int, least: int) -> Figure:
    """A figure that must reach `least` per cent: `part` cases of `total`."""
    per_cent = 100 * part / max(total, 1)
    return Figure(what, f"≥ {least} %", f"{per_cent:.1f} % of {total:,}", total > 0 and per_cent >= least)


NOT_MEASURED = "not measured: "


def unmeasured(what: str, reach: str, why: str) -> Figure:
    """A figure that cannot be measured here, said in clear words; it is neither reached nor missed."""
    return Figure(what, reach, f"{NOT_MEASURED}{why}", True)
