"""The tables of kubectl, docker and helm."""

from collections.abc import Sequence

Row = Sequence[object]


def _aligned(rows: Sequence[Row], least: int, gap: int) -> str:
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(least, max(map(len, column)) + gap) for column in zip(*texts, strict=True)]
    widths[-1] = 0
    return "".join("".join(map(str.ljust, row, widths)) + "\n" for row in texts)


def kubectl_table(rows: Sequence[Row]) -> str:
    """Three blanks between columns, none after the last."""
    return _aligned(rows, 6, 3)


def docker_table(rows: Sequence[Row]) -> str:
    """Like kubectl's, but no column is narrower than ten."""
    return _aligned(rows, 10, 3)


def helm_table(rows: Sequence[Row]) -> str:
    """Padded columns with a tab between them, the last one padded too."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "".join("\t".join(map(str.ljust, row, widths)) + "\n" for row in texts)
