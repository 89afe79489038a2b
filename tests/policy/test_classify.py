import json
import time

import pytest

from devops_agent.events import Call
from devops_agent.policy import Place, classify, classify_command, explain_command
from devops_agent.policy.screen import LONGEST

PLACE = Place("/srv/project", "/home/u", "u")


def risk(tool: str, **arguments: object) -> str:
    return classify(Call(tool, arguments), PLACE).risk


def test_reading_a_file_is_a_read_and_reading_a_secret_asks():
    assert risk("read_file", path="app.log") == "READ"
    for path in ("~/.ssh/id_rsa", "/etc/shadow", ".env", "/proc/1/environ", "../../home/u/.aws/credentials"):
        verdict = classify(Call("read_file", {"path": path}), PLACE)
        assert (verdict.risk, verdict.tags) == ("CHANGE", {"SENSITIVE"}), path


def test_a_symbolic_link_to_a_secret_is_a_secret():
    place = Place("/srv", "/home/u", real_path=lambda path: {"/srv/notes": "/etc/shadow"}.get(path, path))
    assert classify(Call("read_file", {"path": "notes"}), place).tags == {"SENSITIVE"}
    assert classify_command("cat notes", place).tags == {"SENSITIVE"}


def test_writing_a_file_asks_and_what_starts_programs_is_typed():
    assert risk("write_file", path="a.txt", content="") == "CHANGE"
    assert risk("write_file", path="/etc/nginx/nginx.conf", content="") == "CHANGE"
    for path in ("~/.bashrc", "~/.ssh/authorized_keys", "/etc/cron.d/x", ".git/hooks/pre-commit", "/etc/sudoers.d/x"):
        assert risk("write_file", path=path, content="") == "DESTROY", path


def test_a_write_that_starts_programs_later_is_said_to_be_one():
    verdict = classify_command("echo x >> ~/.bashrc", PLACE)
    assert (verdict.risk, verdict.tags) == ("DESTROY", {"EXEC"})
    assert classify_command("echo x >> /etc/motd", PLACE).tags == frozenset()


def test_no_tool_may_write_the_agents_own_files():
    for path in (
        "~/.config/devops-agent/policy.toml",
        "~/.local/state/devops-agent/x",
        "/etc/devops-agent/policy.toml",
    ):
        assert risk("write_file", path=path, content="") == "FORBID", path
        assert classify_command(f"cp x {path}", PLACE).risk == "FORBID", path
        assert classify_command(f"echo x > {path}", PLACE).risk == "FORBID", path
    moved = Place("/srv", "/home/u", environment={"XDG_CONFIG_HOME": "/cfg"})
    assert classify(Call("write_file", {"path": "/cfg/devops-agent/x"}), moved).risk == "FORBID"


def test_the_other_tools_have_a_class():
    assert risk("get_env", name="PATH") == "READ"
    assert risk("final_answer", answer="done") == "READ"
    assert risk("unknown", anything=1) == "CHANGE"
    assert risk("bash") == "CHANGE"
    assert risk("read_file", path=7) == "CHANGE"


def test_a_command_longer_than_the_limit_is_refused_with_advice():
    verdict = classify_command("echo " + "a" * LONGEST, PLACE)
    assert verdict.risk == "FORBID"
    assert "write_file" in verdict.reasons[0]
    assert classify_command("echo " + "a" * (LONGEST - 5), PLACE).risk == "READ"
    assert classify_command("echo " + "é" * (LONGEST // 2), PLACE).risk == "FORBID"


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\r", "\x7f", "\x9b", "\u200b", "\u202e", "\u2066", "\ufeff", "\U000e0041"]
)
def test_hidden_characters_are_refused_and_named(character):
    verdict = classify_command(f"ls {character}", PLACE)
    assert verdict.risk == "FORBID"
    assert f"U+{ord(character):04X}" in verdict.reasons[0]


def test_a_failure_inside_the_policy_ends_in_a_question():
    def broken(path: str) -> str:
        raise RuntimeError("no answer")

    verdict = classify_command("cat notes", Place("/srv", "/home/u", real_path=broken))
    assert (verdict.risk, verdict.canonical) == ("CHANGE", "")


def test_git_may_look_at_the_working_tree_only_where_the_configuration_is_known():
    assert classify_command("git status", PLACE).risk == "CHANGE"
    clean = Place("/srv/project", "/home/u", repository_is_clean=lambda folder: folder == "/srv/project")
    verdict = classify_command("git status", clean)
    assert verdict.risk == "READ"
    assert "-c core.fsmonitor=false" in verdict.canonical
    assert classify_command("cd /tmp && git status", clean).risk == "CHANGE"
    assert "--no-ext-diff --no-textconv" in classify_command("git diff", clean).canonical


def test_a_pattern_that_could_become_a_flag_gets_a_folder():
    assert classify_command("ls *.yaml", PLACE).canonical == "ls ./*.yaml"
    assert classify_command("cat a*.log", PLACE).canonical == "cat a*.log"
    assert classify_command("kubectl get *", PLACE).risk == "CHANGE"


def test_relative_paths_are_looked_for_in_every_folder_the_script_may_be_in():
    assert classify_command("cd /etc && cat shadow", PLACE).tags == {"SENSITIVE"}
    assert classify_command("cd /nowhere; cat shadow", Place("/etc", "/home/u")).tags == {"SENSITIVE"}
    assert classify_command("cd && cat .netrc", PLACE).tags == {"SENSITIVE"}


@pytest.mark.parametrize(
    ("command", "tag"),
    [
        ("cat ~/.ssh/id_rsa", "SENSITIVE"),
        ("kubectl get secret x -o yaml", "SENSITIVE"),
        ("aws secretsmanager get-secret-value --secret-id x", "SENSITIVE"),
        ("ps auxe", "SENSITIVE"),
        ("ping example.com", "NETWORK"),
        ("curl https://example.com", "NETWORK"),
        ("docker pull nginx", "NETWORK"),
        ("apt install nginx", "NETWORK"),
        ("kubectl exec web -- ls", "EXEC"),
        ("python3 x.py", "EXEC"),
        ("find . -exec ls {} +", "EXEC"),
    ],
)
def test_a_verdict_says_what_makes_it_more_than_a_change(command, tag):
    verdict = classify_command(command, PLACE)
    assert verdict.risk == "CHANGE"
    assert tag in verdict.tags


def test_the_deciding_row_is_named():
    assert classify_command("kubectl get pods", PLACE).rule == "kubectl get"
    assert classify_command("ls; rm -r x", PLACE).rule == "rm"
    assert classify_command("docker compose -f a.yml ps", PLACE).rule == "docker compose ps"


def test_every_part_of_a_command_is_explained():
    ruling = explain_command("kubectl get pods | grep x; rm -r y", PLACE)
    assert [(part, judgement.risk) for part, judgement in ruling.parts] == [
        ("kubectl get pods", "READ"),
        ("grep x", "READ"),
        ("rm -r y", "DESTROY"),
    ]


def test_hostile_texts_of_full_length_take_little_longer_than_plain_ones():
    def seconds(text: str) -> float:
        times = []
        for _ in range(3):
            start = time.perf_counter()
            classify_command(text[:LONGEST], PLACE)
            times.append(time.perf_counter() - start)
        return min(times)

    plain = seconds("cat " + "a " * 700)
    hostile = [
        "{",
        "$(",
        '"',
        ":(){ ",
        "ls|",
        "ls > a ",
        "xargs ",
        "watch ",
        "sudo ",
        "/*",
        "*a",
        "update x ",
        "if ",
        "`",
    ]
    worst = max(hostile, key=lambda piece: seconds(piece * LONGEST))
    ratio = seconds(worst * LONGEST) / plain
    print(json.dumps({"worst": worst, "times a plain command": round(ratio, 1)}))
    assert ratio < 25
