"""Imports point one way: a module may import only from layers named before its own."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "devops_agent"
LAYERS = [
    {"", "errors", "events", "text", "tokens", "conversions"},
    {"settings", "disk", "phrases", "common_words", "kubernetes_context", "docker_endpoint"},
    {"tools", "sessions", "secrets", "policy", "approval", "transcript", "evidence", "loops", "prompts"},
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


def test_the_package_never_imports_its_doors() -> None:
    doors = {"agent", "ollama_backend", "smolagents_patches"}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not doors & set(names), path
