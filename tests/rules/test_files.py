"""Rule files: what is read, what is refused, and what the refusal says."""

import os
from pathlib import Path

import pytest

from devops_agent.errors import ConfigurationError
from devops_agent.rules.files import parse_rules, read_rules

RULE = """
[[rule]]
argv = ["kubectl", ["rollout"], ["restart", "status"]]
decision = "allow"
when = { context = "kind-*" }
match = ["kubectl rollout restart deploy/web"]
not_match = ["kubectl rollout undo deploy/web"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def test_a_file_that_is_not_there_has_no_rules(file: Path) -> None:
    assert read_rules(file) == []


def test_a_rule_is_read_with_its_alternatives_and_conditions(file: Path) -> None:
    file.write_text(RULE)
    (rule,) = read_rules(file)
    assert rule.argv == (("kubectl",), ("rollout",), ("restart", "status"))
    assert (rule.decision, rule.when, rule.name) == ("allow", {"context": "kind-*"}, f"{file} rule 1")


WRONG = {
    "not TOML": ("[[rule", "not valid TOML"),
    "another table": ("[rules]\nx = 1", "nothing but [[rule]] tables"),
    "rule is no list": ("rule = 3", "nothing but [[rule]] tables"),
    "no argv": ('[[rule]]\ndecision = "ask"', "argv must be a list"),
    "empty argv": ('[[rule]]\nargv = []\ndecision = "ask"', "needs argv"),
    "empty alternatives": ('[[rule]]\nargv = [[]]\ndecision = "ask"', "needs argv"),
    "number in argv": ('[[rule]]\nargv = ["ls", 1]\ndecision = "ask"', "argv must be a list"),
    "no decision": ('[[rule]]\nargv = ["ls"]', "one of: allow, ask, typed, forbid"),
    "unknown decision": ('[[rule]]\nargv = ["ls"]\ndecision = "maybe"', "one of: allow"),
    "unknown key": ('[[rule]]\nargv = ["ls"]\ndecision = "ask"\nregex = "x"', "no key 'regex'"),
    "unknown condition": ('[[rule]]\nargv = ["ls"]\ndecision = "ask"\nwhen = { host = "x" }', "not 'host'"),
    "condition is no text": ('[[rule]]\nargv = ["ls"]\ndecision = "ask"\nwhen = { context = 1 }', "table of patterns"),
    "exact is no truth": ('[[rule]]\nargv = ["ls"]\ndecision = "allow"\nexact = 1', "true or false"),
    "expires is no day": ('[[rule]]\nargv = ["ls"]\ndecision = "allow"\nexpires = "2027-01-31"', "must be a day"),
    "expires is a time": (
        '[[rule]]\nargv = ["ls"]\ndecision = "allow"\nexpires = 2027-01-31T10:00:00',
        "must be a day",
    ),
    "a ban expires": ('[[rule]]\nargv = ["ls"]\ndecision = "forbid"\nexpires = 2027-01-31', "only a rule that allows"),
    "example not matched": (RULE.replace("restart deploy/web", "undo deploy/web"), "is not matched"),
    "counterexample matched": (RULE.replace("rollout undo", "rollout restart"), "is matched"),
    "example not plain": (RULE.replace("restart deploy/web", "restart $(cat x)"), "is not matched"),
    "example with an option": (RULE.replace("restart deploy/web", "restart deploy/web --server=x"), "is not matched"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_bad_file_is_refused_with_its_name_and_the_reason(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigurationError, match="policy.toml") as raised:
        read_rules(file)
    assert said in str(raised.value)
    assert "every rule has argv and decision" in raised.value.hint


def test_rules_that_cannot_be_read_stop_the_run_with_the_reason_and_a_way_out(file: Path) -> None:
    file.mkdir()
    with pytest.raises(ConfigurationError, match="a folder") as raised:
        read_rules(file)
    assert "Errno" not in str(raised.value) and "move it away" in raised.value.hint


@pytest.mark.parametrize(
    "program", ["bash", "/bin/sh", "python3", "sudo", "env", "xargs", "timeout", "ssh", "eval", "find", "make"]
)
def test_no_rule_can_allow_a_program_that_starts_others(program: str) -> None:
    with pytest.raises(ConfigurationError, match="starts other programs"):
        parse_rules(f'[[rule]]\nargv = [["ls", "{program}"]]\ndecision = "allow"', "policy.toml")


def test_a_project_may_only_tighten(file: Path) -> None:
    file.write_text(RULE)
    with pytest.raises(ConfigurationError, match="may only tighten"):
        read_rules(file, may_allow=False)
    file.write_text('[[rule]]\nargv = ["kubectl"]\ndecision = "forbid"')
    assert len(read_rules(file, may_allow=False)) == 1


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_refused(file: Path, mode: int) -> None:
    file.write_text(RULE)
    file.chmod(mode)
    with pytest.raises(ConfigurationError, match="others may write") as raised:
        read_rules(file)
    assert "chmod go-w" in raised.value.hint


def test_a_folder_that_others_may_write_is_refused(file: Path) -> None:
    file.write_text(RULE)
    file.parent.chmod(0o777)
    with pytest.raises(ConfigurationError, match="others may write"):
        read_rules(file)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(file: Path) -> None:
    file.write_text(RULE)
    os.chown(file, 65534, 65534)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        read_rules(file)


def test_what_is_no_file_or_too_long_is_refused_without_waiting(file: Path) -> None:
    os.mkfifo(file)
    with pytest.raises(ConfigurationError, match="named pipe"):
        read_rules(file)
    file.unlink()
    file.write_text("#" * 300_000)
    with pytest.raises(ConfigurationError, match="longer than"):
        read_rules(file)


def test_no_character_of_a_project_s_file_reaches_the_terminal_unseen(file: Path) -> None:
    file.write_text('[[rule]]\nargv = ["ls"]\ndecision = "ask"\n"\\u001b]0;x" = 1')
    with pytest.raises(ConfigurationError) as raised:
        read_rules(file, may_allow=False)
    assert "\x1b" not in str(raised.value)
