import json

import pytest

from tests.program import run


def test_a_command_is_checked_without_being_run(tmp_path):
    done = run("policy", "check", "touch made", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("CHANGE\n")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("word", ["check", "explain"])
def test_a_command_without_quotes_is_judged_as_the_shell_left_its_words(word):
    done = run("policy", word, "rm", "-rf", "/")
    assert done.code == 0 and "FORBID" in done.out
    assert "runs  cat 'a b'" in run("policy", word, "--", "cat", "a b").out
    assert run("policy", "check", "--json", "cat", "a b", "--json").lines[0]["command"] == "cat 'a b' --json"
    nothing = run("policy", word)
    assert nothing.code == 2 and "policy check 'kubectl get pods'" in nothing.err


def test_the_json_form_has_what_other_programs_need():
    done = run("policy", "check", "--json", "cat 'a b' | wc -l")
    assert done.lines == [
        {
            "command": "cat 'a b' | wc -l",
            "class": "READ",
            "tags": [],
            "reasons": [],
            "canonical": "cat 'a b' | wc -l",
            "rule": "cat",
        }
    ]


def test_many_commands_come_one_json_string_a_line():
    commands = ["ls", "rm -rf /", "cat ~/.ssh/id_rsa", "line\nbreak", "ls \u202e"]
    done = run("policy", "check", "-", stdin="\n".join(map(json.dumps, commands)) + "\n\n")
    assert done.code == 0
    assert [line["command"] for line in done.lines] == commands
    assert [line["class"] for line in done.lines] == ["READ", "FORBID", "CHANGE", "CHANGE", "FORBID"]
    assert done.lines[2]["tags"] == ["SENSITIVE"]
    assert done.lines[0]["canonical"] == "ls" and done.lines[1]["canonical"] == ""


@pytest.mark.parametrize("line", ["ls", "[1]", "{", '"' + "[" * 100_000])
def test_a_line_that_is_no_json_string_is_a_usage_error(line):
    done = run("policy", "check", "-", stdin=f'"ls"\n{line}\n')
    assert done.code == 2
    assert "line 2" in done.err
    assert len(done.lines) == 1


def test_an_explanation_names_every_part_with_its_row_and_reasons():
    done = run("policy", "explain", "kubectl get pods; rm -r build")
    assert done.code == 0
    assert "READ     kubectl get pods\n           by the row kubectl get" in done.out
    assert "DESTROY  rm -r build" in done.out
    assert "removes build for good" in done.out


def test_nothing_of_a_hostile_command_reaches_the_terminal_as_it_is():
    done = run("policy", "explain", "ls \x1b[2J")
    assert "\x1b" not in done.out
    assert "FORBID" in done.out
