"""Sizes as each tool rounds them."""

import math


def binary_size(size: float, *, one: int = 1) -> str:
    """`df -h`, `du -h`, `ls -h`: powers of 1024, rounded up, one decimal below ten. `one` is the size of a unit."""
    value = float(size) * one
    for unit in ("", "K", "M", "G", "T"):
        if value < 1024 or unit == "T":
            break
        value /= 1024
    if not unit:
        return str(math.ceil(value))
    tenths = math.ceil(value * 10) / 10
    if tenths < 10:
        return f"{tenths:.1f}{unit}"
    whole = math.ceil(value)
    return f"{whole}{unit}" if whole < 1024 else f"1.0{'KMGT'['KMG'.index(unit) + 1]}"


def free_size(size: float) -> str:
    """`free -h`: powers of 1024 with an `i`, truncated."""
    value = float(size)
    for unit in ("B", "Ki", "Mi", "Gi", "Ti"):
        if value < 1000 or unit == "Ti":
            break
        value /= 1024
    if unit == "B":
        return f"{int(value)}B"
    return f"{value:.1f}{unit}" if value < 9.95 else f"{int(value)}{unit}"


def decimal_size(size: float) -> str:
    """Docker: powers of 1000, three significant digits."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    return f"{_significant(value, 3)}{unit}"


def mebibytes(size: float) -> str:
    """`docker stats`: powers of 1024 with four significant digits."""
    value = float(size)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if value < 1024 or unit == "TiB":
            break
        value /= 1024
    return f"{_significant(value, 4)}{unit}"


def _significant(value: float, digits: int) -> str:
    return f"{value:.{digits}g}" if value < 10**digits else f"{value:.0f}"
