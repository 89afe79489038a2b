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
    "system",
    "files",
    "git",
    "helm",
    "create",
    "talk",
)
for _name in MODULES:
    import_module(f"training.tasks.{_name}")

INTENTS: list[Intent] = list(BOOK.intents.values())
HELD_OUT_INTENTS = frozenset(
    """
    docker.restart_policy docker.networks docker.unpause compose.projects k8s.replicasets k8s.statefulsets k8s.uncordon
    systemd.disable system.disk_of git.tags helm.repositories files.head
    """.split()
)
"""Never trained on; each is a near relative of intents that are."""
