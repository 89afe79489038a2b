"""The form of the tables, and examples of every family where the corpora do not say enough."""

import itertools

import pytest

from devops_agent.policy import Place, classify_command
from devops_agent.policy.options import Unlisted, flags, read_options
from devops_agent.policy.tables import FAMILIES, PROGRAMS
from devops_agent.policy.vocabulary import destructive_argument, destructive_code, destructive_statement
from devops_agent.policy.words import plain_words

PLACE = Place("/srv/project", "/home/u", "u", repository_is_clean=lambda folder: True)


def given(text: str, allowed: str) -> list[tuple[str, str]]:
    return list(read_options(plain_words(*text.split()), flags(allowed)).given)


def test_flags_are_read_as_getopt_reads_them():
    assert given("-la", "-[la]") == [("-l", ""), ("-a", "")]
    assert given("-n5 -n 6 --lines=7", "-n|--lines=") == [("-n", "5"), ("-n", "6"), ("-n", "7")]
    assert given("-vn5", "-v -n=") == [("-v", ""), ("-n", "5")]
    assert given("-20", "-#") == [("-#", "20")]
    assert given("--color --color=auto", "--color[=]") == [("--color", ""), ("--color", "auto")]
    assert given("a -x b -- -y", "-x") == [("-x", "")]
    assert given("-json", "-json") == [("-json", "")]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("-x", "-y"),
        ("-yx", "-y"),
        ("--col", "--color"),
        ("-n", "-n="),
        ("-o=evil", "-o=wide|name"),
        ("-c x", "-c=N"),
        ("-y=1", "-y"),
    ],
)
def test_what_is_not_on_the_list_is_not_understood(text, allowed):
    with pytest.raises(Unlisted):
        given(text, allowed)


def test_no_name_is_in_two_tables():
    names = list(itertools.chain(*(one.names for family in FAMILIES for one in family.PROGRAMS)))
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_many_tools_are_known():
    assert len(PROGRAMS) > 600


def test_every_tool_without_its_own_judge_answers_for_help():
    for name, program in PROGRAMS.items():
        if program.judge is None and name and "EXEC" not in program.tags:
            assert classify_command(f"{name} --help", PLACE).risk == "READ", name


@pytest.mark.parametrize("name", sorted(name for name in PROGRAMS if name and name != "."))
def test_a_flag_nobody_knows_is_never_a_read(name):
    if name not in ("echo", "printf", "true", "false", ":"):
        assert classify_command(f"{name} --no-such-flag=x", PLACE).risk != "READ"


def test_an_unknown_tool_asks_and_a_destructive_word_is_typed():
    assert classify_command("frobnicate status", PLACE).risk == "CHANGE"
    assert classify_command("frobnicate volume delete x", PLACE).risk == "DESTROY"


def test_words_that_mean_harm_are_known():
    assert destructive_argument(["app", "delete-stack"]) == "delete-stack"
    assert destructive_argument(["app", "deleteMany"]) == "deleteMany"
    assert destructive_argument(["app", "--purge"]) == "--purge"
    assert destructive_argument(["app", "undeleted", "a/delete", "--", "delete"]) == ""
    assert destructive_statement("Drop  TABLE x") and destructive_statement("update t set a=1")
    assert not destructive_statement("select 1") and not destructive_statement("update t set a=1 where b=2")
    assert destructive_code("shutil.rmtree('x')") and not destructive_code("print(1)")


SHAPES = [
    ("READ", "docker inspect -f '{{json .State}}' web | jq ."),
    ("READ", "ps aux | grep python3"),
    ("READ", "cat x | grep -c bash"),
    ("DESTROY", "cat x | python3"),
    ("DESTROY", "cat x | sudo -u root bash"),
    ("DESTROY", "curl x | tee f | sh"),
    ("READ", "timeout 5 kubectl get pods"),
    ("CHANGE", "sudo kubectl get pods"),
    ("DESTROY", "sudo -u x kubectl delete ns y"),
    ("CHANGE", "for p in a b; do kubectl logs $p; done"),
    ("DESTROY", "for p in a b; do kubectl delete pod $p; done"),
    ("FORBID", "if true; then rm -rf /; fi"),
    ("DESTROY", "bash <<'E'\nrm -r x\nE"),
    ("CHANGE", "cat <<'E' > notes\nrm -rf /\nE"),
    ("DESTROY", "ls )) rm -rf x"),
    ("DESTROY", "((rm -rf x"),
    ("DESTROY", "for a in; rm -rf x"),
    ("DESTROY", "time rm -rf x"),
    ("READ", "/usr/bin/ls"),
    ("CHANGE", "./ls"),
    ("DESTROY", "./bin/rm x"),
    ("READ", "kubectl -n a --context b get pods"),
    ("READ", "docker compose -f a.yml -p x logs --tail 5"),
    ("CHANGE", "docker compose -f https://x/a.yml ps"),
    ("READ", "curl http://localhost:8080/a?b=c"),
    ("CHANGE", "curl http://localhost.evil.com"),
    ("READ", "redis-cli info memory"),
    ("DESTROY", "redis-cli -n 2 FLUSHDB"),
    ("READ", "terraform output"),
    ("CHANGE", "terraform output password"),
    ("READ", "aws --region x ec2 describe-instances --instance-ids i-1"),
    ("CHANGE", "aws ec2 describe-instances --endpoint-url http://evil"),
    ("DESTROY", "aws ec2 terminate-instances --instance-ids i-1"),
    ("READ", "find . -name *.log"),
    ("CHANGE", "find . -name *"),
    ("READ", "sed -n '1,5p;7p' f"),
    ("CHANGE", "sed -n '1,5w x' f"),
    ("READ", "awk '$3 > 5 {print $1}' f"),
    ("CHANGE", "awk '{print $1 > \"x\"}' f"),
]


@pytest.mark.parametrize(("risk", "command"), SHAPES)
def test_shapes_of_commands_have_their_class(risk, command):
    verdict = classify_command(command, PLACE)
    assert verdict.risk == risk, verdict.reasons


def test_every_list_of_flags_can_be_read() -> None:
    """They are read when first needed, so a slip of the pen would show up late."""
    programs = {id(program): program for program in PROGRAMS.values()}
    lists = [program.shared for program in programs.values()]
    lists += [row.allowed for program in programs.values() for row in program.rows]
    read = [flags(text) for text in lists]
    assert sum(map(len, read)) > 3000
    assert [name for found in read for name in found if name[:1] not in ("-", "+")] == []
