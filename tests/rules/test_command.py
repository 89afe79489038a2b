"""`devops-agent policy test FILE`, from outside."""

from pathlib import Path

from tests.program import run

GOOD = """
[[rule]]
argv = ["kubectl", ["apply", "create"]]
decision = "typed"
when = { context = "eu-*" }
match = ["kubectl apply -f x", "sudo kubectl create -f x"]
not_match = ["kubectl get pods"]
"""


def test_the_rules_are_listed_and_their_examples_hold(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(GOOD)
    done = run("policy", "test", "rules.toml", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out == "typed  kubectl apply|create, context eu-*\nevery example is as it says\n"


def test_a_failing_example_is_a_usage_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(GOOD.replace("kubectl get pods", "kubectl create ns x"))
    done = run("policy", "test", "rules.toml", cwd=tmp_path)
    assert done.code == 2
    assert "rules.toml: rule 1: the example 'kubectl create ns x' is matched" in done.err


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert run("policy", "test", "nothing.toml", cwd=tmp_path).code == 2
