"""All intents, and those kept for testing."""

from importlib import import_module

from training.tasks.scene import BOOK, Intent

MODULES = (
    "docker_look",
    "docker_change",
    "kubernetes_look",
    "kubernetes_change",
    "kubernetes_diagnose",
    "kubernetes_more",
)
for _name in MODULES:
    import_module(f"training.tasks.{_name}")

INTENTS: list[Intent] = list(BOOK.intents.values())
HELD_OUT_INTENTS = frozenset(["docker.restart_policy", "docker.networks", "k8s.count_pods", "k8s.top_nodes"])
