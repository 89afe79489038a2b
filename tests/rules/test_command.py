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


RULES = """# mine

[[rule]]  # looking is fine
argv = ["docker", "pull"]
decision = "allow"
# on the way out
expires = 2020-01-31

# about clusters
[[rule]]
argv = ["kubectl"]
decision = "typed"

[[rule]]
argv = ["touch", "[[rule]]"]
exact = true
decision = "allow"
# the end
"""


def own_file(own_home: Path) -> Path:
    file = own_home / ".config" / "devops-agent" / "policy.toml"
    file.parent.mkdir(parents=True)
    file.write_text(RULES)
    return file


def test_the_list_numbers_the_users_rules_and_says_what_expired(own_home: Path, tmp_path: Path) -> None:
    assert run("policy", "rules", cwd=tmp_path).out == "no rules\n"
    own_file(own_home)
    (tmp_path / ".devops-agent").mkdir()
    (tmp_path / ".devops-agent" / "policy.toml").write_text('[[rule]]\nargv = ["helm"]\ndecision = "ask"\n')
    assert run("policy", "rules", "list", cwd=tmp_path).out.splitlines() == [
        "  1  allow  docker pull, until 2020-01-31 (expired)",
        "  2  typed  kubectl",
        "  3  allow  touch [[rule]], and nothing else",
        f"{tmp_path}/.devops-agent/policy.toml rule 1  ask    helm",
    ]


def test_removing_rules_leaves_everything_else_as_it_stands(own_home: Path, tmp_path: Path) -> None:
    file = own_file(own_home)
    assert run("policy", "rules", "remove", "2", "--expired").code == 0
    assert file.read_text() == "# mine\n\n\n# about clusters\n\n" + RULES[RULES.index('[[rule]]\nargv = ["touch"') :]
    assert run("policy", "rules", "remove", "2").code == 1
    assert run("policy", "rules", "remove").code == 2
    assert run("policy", "rules", "remove", "1").code == 0
    assert run("policy", "rules").out == "no rules\n"
    assert file.read_text().startswith("# mine\n") and file.read_text().endswith("# the end\n")


def test_an_explanation_names_the_users_rules_and_which_of_them_expired(own_home: Path) -> None:
    own_file(own_home)
    out = run("policy", "explain", "docker pull web:1 && kubectl get pods").out
    assert "policy.toml rule 2 says typed  kubectl\n" in out
    assert "policy.toml rule 1 says allow  docker pull, until 2020-01-31\n" in out
    assert "expired on 2020-01-31, and is as if it were not there" in out
