"""Sizes as each tool rounds them."""

import math
from collections.abc import Sequence


def binary_size(size: float, *, one: int = 1) -> str:
    """`df -h`, `du -h`, `ls -h`: powers of 1024, rounded up, one decimal below ten. `one` is the size of a unit."""
    value, unit = _scaled(size * one, 1024, ("", "K", "M", "G", "T"))
    if not unit:
        return str(math.ceil(value))
    tenths = math.ceil(value * 10) / 10
    if tenths < 10:
        return f"{tenths:.1f}{unit}"
    whole = math.ceil(value)
    return f"{whole}{unit}" if whole < 1024 else f"1.0{'KMGT'['KMG'.index(unit) + 1]}"


def free_size(size: float) -> str:
    """`free -h`: powers of 1024 with an `i`, truncated."""
    value, unit = _scaled(size, 1024, ("B", "Ki", "Mi", "Gi", "Ti"), most=1000)
    if unit == "B":
        return f"{int(value)}B"
    return f"{value:.1f}{unit}" if value < 9.95 else f"{int(value)}{unit}"


def decimal_size(size: float) -> str:
    """Docker: powers of 1000, three significant digits."""
    value, unit = _scaled(size, 1000, ("B", "kB", "MB", "GB", "TB"))
    return f"{_significant(value, 3)}{unit}"


def mebibytes(size: float) -> str:
    """`docker stats`: powers of 1024 with four significant digits."""
    value, unit = _scaled(size, 1024, ("B", "KiB", "MiB", "GiB", "TiB"))
    return f"{_significant(value, 4)}{unit}"


def _scaled(size: float, base: int, units: Sequence[str], *, most: int = 0) -> tuple[float, str]:
    """A size in the first unit of which there are fewer than `most` (the base, unless given), and that unit."""
    value = float(size)
    for unit in units[:-1]:
        if value < (most or base):
            return value, unit
        value /= base
    return value, units[-1]


def _significant(value: float, digits: int) -> str:
    return f"{value:.{digits}g}" if value < 10**digits else f"{value:.0f}"
