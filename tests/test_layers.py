"""Imports point one way: a module may import only from layers named before its own."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "devops_agent"
LAYERS = [
    {"", "errors", "events", "text", "tokens", "conversions"},
    {"settings", "disk", "phrases", "common_words", "kubernetes_context", "docker_endpoint"},
    {"tools", "sessions", "secrets", "policy", "approval", "transcript", "evidence", "loops", "prompts", "reference"},
    {"backends", "place", "patches", "ending", "outcome", "faults", "confinement", "guard", "rules"},
    {"gate", "calls", "declared", "opening", "recall"},
    {"agent"},
    {"assembly", "playback", "undoing", "head_start", "earlier"},
    {"evaluation"},
    {"ui"},
    {"commands", "command_line", "crash", "streams", "starting", "talk"},
    {"run"},
    {"cli"},
    {"__main__"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def top(dotted: str) -> str:
    return dotted.removeprefix("devops_agent").strip(".").split(".")[0]


def test_imports_point_one_way() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        own = top(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("devops_agent"):
                used = top(node.module or "")
                if used != own and RANK[used] > RANK[own]:
                    wrong.append(f"{path.relative_to(PACKAGE)}: {own} imports {used}")
    assert wrong == []


DOORS = {"agent", "ollama_backend", "smolagents_patches"}
OUTSIDE = {"training", "tests", "evals", "benchmarks", "packaging", "safety", "docs"}
"""Folders beside the package, which is installed without them."""


def imported(code: str) -> set[str]:
    """The first words of everything that a module's code imports by a name of its own."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").split(".")[0])
    return names


def test_the_package_imports_neither_its_doors_nor_what_stands_beside_it() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert not (DOORS | OUTSIDE) & imported(path.read_text(encoding="utf-8")), path


def test_every_way_to_import_training_is_seen() -> None:
    for code in ("import training", "import training.data as d", "def f():\n    from training.data import run"):
        assert imported(code) == {"training"}
