"""What the user's rules make of the policy's verdict."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from devops_agent.approval import Action, action_for
from devops_agent.errors import ConfigurationError
from devops_agent.events import Call, Verdict
from devops_agent.policy import Place, classify
from devops_agent.rules.book import RuleBook, open_rules
from devops_agent.rules.files import parse_rules, read_rules
from devops_agent.rules.rule import Where

PLACE = Place("/srv/ops")
HERE = Where(("kind-dev",), ("shop",), ("/srv/ops",))


def rule(argv: str, decision: str, more: str = "") -> str:
    return f'[[rule]]\nargv = {argv}\ndecision = "{decision}"\n{more}\n'


RESTART = rule('["kubectl", "rollout", "restart"]', "allow", 'flags = ["-n"]')
Judged = Callable[..., Verdict]


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    def judge(rules: str, command: str, where: Where = HERE) -> Verdict:
        book = RuleBook(tmp_path / "policy.toml", parse_rules(rules, "policy.toml"))
        call = Call("bash", {"command": command})
        return book.judge(call, classify(call, PLACE), PLACE, where)

    return judge


def action(verdict: Verdict) -> Action:
    return action_for("changes", verdict)


@pytest.mark.parametrize(
    "command",
    [
        "kubectl rollout restart deploy/web",
        "kubectl rollout restart deploy/web -n shop",
        "kubectl rollout restart deploy/web && kubectl get pods",
        "kubectl get pods | head; kubectl rollout restart deploy/web 2>&1",
    ],
)
def test_an_allowed_command_runs_unasked_among_reads(judged: Judged, command: str) -> None:
    verdict = judged(RESTART, command)
    assert (verdict.risk, action(verdict), verdict.rule) == ("CHANGE", "run", "policy.toml rule 1")
    assert verdict.canonical


@pytest.mark.parametrize(
    "command",
    [
        "kubectl rollout undo deploy/web",
        "kubectl rollout restart deploy/web --server=https://evil",
        "kubectl rollout restart deploy/web --context prod",
        "kubectl rollout restart deploy/*",
        "kubectl rollout restart deploy/web; touch x",
        "kubectl rollout restart deploy/web && kubectl delete pod web",
        "kubectl rollout restart $(cat x)",
        "kubectl rollout restart deploy/web > out",
        "kubectl rollout restart deploy/web < ~/.ssh/id_rsa",
        "KUBECONFIG=x kubectl rollout restart deploy/web",
        "sudo kubectl rollout restart deploy/web",
        "/tmp/kubectl rollout restart deploy/web",
        "for i in 1; do kubectl rollout restart deploy/web; done",
        "kubectl rollout restart deploy/web | sh",
        "echo deploy/web | xargs kubectl rollout restart",
    ],
)
def test_whatever_goes_beyond_the_rule_is_asked(judged: Judged, command: str) -> None:
    assert action(judged(RESTART, command)) in ("ask", "type")


@pytest.mark.parametrize(
    ("where", "runs"),
    [
        (HERE, True),
        (Where(("prod",), ("shop",), ("/srv/ops",)), False),
        (Where(("kind-dev", "prod"), ("shop",), ("/srv/ops",)), False),
        (Where(("UNKNOWN",), ("shop",), ("/srv/ops",)), False),
        (Where((), ("shop",), ("/srv/ops",)), False),
        (Where(("kind-dev",), ("shop",), ("/srv/other",)), False),
    ],
)
def test_a_rule_that_allows_counts_only_where_it_says(judged: Judged, where: Where, runs: bool) -> None:
    when = 'when = { context = "kind-*", folder = "/srv/ops" }'
    rules = rule('["kubectl", "rollout", "restart"]', "allow", when)
    assert (action(judged(rules, "kubectl rollout restart deploy/web", where)) == "run") == runs


def test_destruction_secrets_and_code_are_never_allowed(judged: Judged) -> None:
    rules = (
        rule('["kubectl"]', "allow", 'flags = ["-o", "-it", "--"]')
        + rule('["docker"]', "allow")
        + rule('["cat"]', "allow")
    )
    for command in (
        "kubectl delete ns shop",
        "kubectl get secret x -o yaml",
        "docker volume rm x",
        "cat /root/.ssh/id_rsa",
    ):
        assert action(judged(rules, command)) in ("ask", "type"), command


@pytest.mark.parametrize(
    ("decision", "risk", "done"),
    [("ask", "CHANGE", "ask"), ("typed", "DESTROY", "type"), ("forbid", "FORBID", "refuse")],
)
def test_a_rule_can_tighten_even_a_read(judged: Judged, decision: str, risk: str, done: str) -> None:
    verdict = judged(rule('["kubectl", "get"]', decision), "kubectl get pods")
    assert (verdict.risk, action(verdict), verdict.canonical) == (risk, done, "")
    assert "policy.toml rule 1" in verdict.reasons[-1]


def test_ask_means_ask_also_when_changes_are_not_asked_about(judged: Judged) -> None:
    verdict = judged(rule('["touch"]', "ask"), "touch x")
    assert action_for("never", verdict) == "ask"


def test_the_strictest_rule_wins_in_any_order(judged: Judged) -> None:
    rules = [rule('["docker", "restart"]', decision) for decision in ("allow", "ask", "forbid", "typed")]
    for order in (rules, rules[::-1]):
        assert judged("".join(order), "docker restart web").risk == "FORBID"
    assert action(judged(rules[1] + rules[0], "docker restart web")) == "ask"


@pytest.mark.parametrize(
    "command",
    [
        "kubectl delete pod web",
        "kubectl -n shop delete pod web",
        "kubectl --namespace=shop delete pod web",
        "/usr/bin/kubectl delete pod web",
        "ls; kubectl delete pod web",
        "sudo kubectl delete pod web",
        "timeout 5 kubectl delete pod web",
        "echo web | xargs -n 1 kubectl delete pod",
        "for i in a b; do kubectl delete pod $i; done",
        "echo $(kubectl delete pod web)",
        "kubectl delete pod 'unclosed",
    ],
)
def test_a_rule_that_forbids_finds_its_command_in_every_form(judged: Judged, command: str) -> None:
    assert judged(rule('["kubectl", "delete"]', "forbid"), command).risk == "FORBID"


@pytest.mark.parametrize("command", ["kubectl get pods", "kubectl get pods delete", "echo kubectl delete"])
def test_a_rule_that_forbids_leaves_other_commands_alone(judged: Judged, command: str) -> None:
    assert judged(rule('["kubectl", "delete"]', "forbid"), command).risk == "READ"


def test_a_rule_may_be_about_another_tool(tmp_path: Path) -> None:
    book = RuleBook(
        tmp_path / "policy.toml", parse_rules(rule('["write_file", "/etc/hosts"]', "forbid"), "policy.toml")
    )
    call = Call("write_file", {"path": "/etc/hosts", "content": "x"})
    assert book.judge(call, Verdict("CHANGE"), PLACE, HERE).risk == "FORBID"


def offered(book: RuleBook, command: str, where: Where = HERE) -> str:
    call = Call("bash", {"command": command})
    offer = book.offer(call, classify(call, PLACE), where)
    if offer is None:
        return ""
    offer.store()
    return offer.text


def test_always_keeps_a_rule_for_exactly_this_command_here(tmp_path: Path) -> None:
    """The rule that is shown is the rule that is kept, and a later run reads it."""
    file = tmp_path / "config" / "policy.toml"
    book = RuleBook(file)
    text = offered(book, "docker restart 'my \"web\"'")
    assert file.read_text() == text
    assert file.stat().st_mode & 0o777 == 0o600
    for one in (book, RuleBook(file, read_rules(file))):
        for command, where, runs in [
            ("docker restart 'my \"web\"'", HERE, True),
            ("docker restart 'my \"web\"' db", HERE, False),
            ("docker restart db", HERE, False),
            ("docker restart 'my \"web\"'", Where(("prod",), ("shop",), ("/srv/ops",)), False),
            ("docker restart 'my \"web\"'", Where(("kind-dev",), ("shop",), ("/tmp",)), False),
        ]:
            call = Call("bash", {"command": command})
            assert (action(one.judge(call, classify(call, PLACE), PLACE, where)) == "run") == runs


def test_a_second_rule_leaves_the_first_and_every_comment(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("# mine\n" + rule('["kubectl"]', "ask"))
    offered(RuleBook(file, read_rules(file)), "docker restart web")
    assert file.read_text().startswith("# mine\n[[rule]]")
    assert [one.decision for one in read_rules(file)] == ["ask", "allow"]


@pytest.mark.parametrize(
    "command",
    ["kubectl delete ns shop", "ls", "bash -c 'touch x'", "sudo touch x", "python3 x.py", "timeout 5 touch x",
     "touch *", "touch x < ~/.ssh/id_rsa", "./deploy.sh",
     "touch x; touch y", "touch $(cat x)", "cat /root/.ssh/id_rsa", "docker exec web touch x", "find . -delete"],
)  # fmt: skip
def test_always_is_never_offered_for_what_no_rule_should_cover(tmp_path: Path, command: str) -> None:
    assert offered(RuleBook(tmp_path / "policy.toml"), command) == ""


def test_all_three_files_count_and_the_project_s_only_tightens(tmp_path: Path) -> None:
    system, own, project = tmp_path / "system", tmp_path / "own", tmp_path / "work"
    (project / ".devops-agent").mkdir(parents=True)
    own.mkdir()
    system.write_text(rule('["docker", "volume"]', "forbid"))
    (own / "policy.toml").write_text(rule('["docker", "restart"]', "allow"))
    (project / ".devops-agent" / "policy.toml").write_text(rule('["kubectl"]', "ask"))
    assert [one.decision for one in open_rules(own, project, system).rules] == ["forbid", "allow", "ask"]
    (project / ".devops-agent" / "policy.toml").write_text(rule('["kubectl"]', "allow"))
    with pytest.raises(ConfigurationError, match="may only tighten"):
        open_rules(own, project, system)


def days_later(file: Path, days: int) -> RuleBook:
    return RuleBook(file, read_rules(file), 30, lambda: date(2027, 1, 1) + timedelta(days=days))


def test_a_rule_of_the_prompt_counts_for_its_days_and_then_as_if_it_were_not_there(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    assert "expires = 2027-01-31\n" in offered(days_later(file, 0), "touch x")
    call = Call("bash", {"command": "touch x"})
    verdict = classify(call, PLACE)
    judged = [days_later(file, days).judge(call, verdict, PLACE, HERE) for days in (0, 30, 31)]
    assert [action(one) for one in judged] == ["run", "run", "ask"]
    assert judged[2] == verdict
    assert days_later(file, 31).offer(call, verdict, HERE) is not None
    assert [counts for _, counts in days_later(file, 31).about(call)] == [False]


def test_a_rule_expires_while_a_run_goes_on(tmp_path: Path) -> None:
    today = [date(2027, 1, 31)]
    book = RuleBook(tmp_path / "policy.toml", [], 1, lambda: today[0])
    offered(book, "touch x")
    call = Call("bash", {"command": "touch x"})
    assert action(book.judge(call, classify(call, PLACE), PLACE, HERE)) == "run"
    today[0] = date(2027, 2, 2)
    assert action(book.judge(call, classify(call, PLACE), PLACE, HERE)) == "ask"


def test_two_prompts_at_once_lose_no_rule(tmp_path: Path) -> None:
    """Each began before the other's rule was there."""
    first, second = RuleBook(tmp_path / "policy.toml"), RuleBook(tmp_path / "policy.toml")
    with ThreadPoolExecutor() as together:
        list(together.map(offered, [first, second] * 5, [f"touch x{number}" for number in range(10)]))
    assert sorted(one.argv[1][0] for one in read_rules(first.own_file)) == [f"x{number}" for number in range(10)]
