"""Small files, short functions: a ratchet, so that they stay so."""

import ast
import statistics
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "devops_agent"
LONGEST_FILE = 300
TABLES = PACKAGE / "policy" / "tables"
"""Rows of data, which may be many."""
LONGEST_FUNCTION = 60


def functions() -> list[tuple[str, int]]:
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.append((f"{path.name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1))
    return found


def test_no_file_is_long() -> None:
    code = [path for path in PACKAGE.rglob("*.py") if TABLES not in path.parents]
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in code}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    lengths = sorted(length for _, length in functions())
    assert [name for name, length in functions() if length > LONGEST_FUNCTION] == []
    assert statistics.median(lengths) <= 9
    assert lengths[int(len(lengths) * 0.9)] < 35
