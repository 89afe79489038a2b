"""What counts as production, and what that does to a verdict."""

import pytest

from devops_agent.events import Verdict
from devops_agent.guard.production import is_production, raised
from devops_agent.guard.targets import Target
from devops_agent.kubernetes_context import KubernetesContext

WORDS = "prod, production, prd, live"
CHANGE = Verdict("CHANGE", reasons=("changes something",))


@pytest.mark.parametrize(
    "name",
    ["prod", "shop-prod", "PROD-EU", "prod1", "eu_prd_2", "live.example.com", "https://api.prod.example.com:6443",
     "arn:aws:eks:eu-west-1:1:cluster/production", "shopProd", "gke_x_europe-west1_live"],
)  # fmt: skip
def test_a_word_of_the_list_marks_production(name: str) -> None:
    assert is_production(name, WORDS)


@pytest.mark.parametrize("name", ["product-catalog", "reproducer", "olive", "delivery", "kind-dev", "staging", ""])
def test_a_longer_word_does_not(name: str) -> None:
    assert not is_production(name, WORDS)


def test_the_list_is_the_users(name: str = "kind-payments") -> None:
    assert is_production(name, "payments | prod")
    assert not is_production("prod", "payments")
    assert not is_production("prod", "")


def kubectl(**fields: str) -> Target:
    known = {"name": "dev", "cluster": "dev", "server": "https://10.0.0.1", "namespace": "shop", **fields}
    return Target("kubectl", KubernetesContext(**known))


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (kubectl(name="shop-prod"), "shop-prod is protected"),
        (kubectl(namespace="live"), "live is protected"),
        (kubectl(server="https://api.prod.example.com"), "protected as production"),
        (kubectl(name="UNKNOWN"), "where kubectl goes is unknown"),
        (Target("docker", endpoint="ssh://prod.example.com"), "protected as production"),
        (Target("docker", endpoint="UNKNOWN (context x)"), "where docker goes is unknown"),
        (Target("helm"), "where helm goes is unknown"),
    ],
)
def test_a_change_there_counts_as_destruction(target: Target, why: str) -> None:
    verdict = raised(CHANGE, [kubectl(), target], WORDS)
    assert verdict.risk == "DESTROY"
    assert why in verdict.reasons[-1]


def test_elsewhere_and_for_reads_nothing_changes() -> None:
    assert raised(CHANGE, [kubectl(), Target("docker", endpoint="unix:///var/run/docker.sock")], WORDS) == CHANGE
    assert raised(CHANGE, [], WORDS) == CHANGE
    assert raised(Verdict("READ"), [kubectl(name="prod")], WORDS) == Verdict("READ")
    assert raised(Verdict("FORBID"), [kubectl(name="prod")], WORDS) == Verdict("FORBID")
