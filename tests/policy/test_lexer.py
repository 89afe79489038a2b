import pytest

from devops_agent.policy.lexer import parse
from devops_agent.policy.quoting import NotPlain

KNOWN = {"HOME": "/home/u", "USER": "u", "PWD": "/srv", "ODD": "a b*"}

PLAIN = [
    ("ls  -la", "ls -la"),
    ("cat 'a b' \"c d\"", "cat 'a b' 'c d'"),
    ('echo "it\'s"', "echo 'it'\"'\"'s'"),
    ("ls ~/x $HOME/y ${USER}", "ls /home/u/x /home/u/y u"),
    ('echo "$ODD"', "echo 'a b*'"),
    ("grep foo$ f", "grep 'foo$' f"),
    ("a | b && c || d; e", "a | b && c || d ; e"),
    ("a |& b", "a 2>&1 | b"),
    ("a >/dev/null 2>&1", "a >/dev/null 2>&1"),
    ("a 2> /dev/null", "a 2>/dev/null"),
    ("wc -l < in.txt", "wc -l <in.txt"),
    ("a # why\nb", "a ; b"),
    ("a \\\n  -b", "a -b"),
    ("LC_ALL=C sort f", "LC_ALL=C sort f"),
    ("find . ! -name x", "find . '!' -name x"),
    ("get -o jsonpath={.items[0].name}", "get -o 'jsonpath={.items[0].name}'"),
    ("ls *.yaml", "ls *.yaml"),
]
NOT_PLAIN = [
    "", "ls &", "(ls)", "{ ls; }", "ls > f", "ls 2>f", "ls >>f", "ls <<E\nE", "ls <<<x", "ls <(a)", "echo $(a)",
    "echo `a`", 'echo "`a`"',
    'echo "$(a)"', "echo $x", "echo $ODD", "echo ${HOME:-x}", "echo $((1))", "echo $'a'", "echo {a,b}", "echo {1..2}",
    "ls ~root", "ls a=~/x", "a\\\nb", "if a; then b; fi", "! a", "time a", "'ls'", "l''s", "\\ls", "l?", "x=1",
    "PATH=. ls",
    "LC_ALL=$(a) ls", "ls;; a", "ls |", "| ls", "ls && && a", "50</dev/null", "tail -n 50</dev/null", "a 11>&2",
    "a 2>\n/dev/null", "a <f <g", "ls ['a-c']", "a 'b", 'a "b', "a\\", "cd /x && ls $PWD", "; ls", "ls < *.x",
]  # fmt: skip


@pytest.mark.parametrize(("text", "source"), PLAIN)
def test_plain_text_is_rewritten_word_by_word(text, source):
    assert parse(text, KNOWN).source() == source


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_whatever_is_not_fully_understood_is_not_plain(text):
    with pytest.raises(NotPlain):
        parse(text, KNOWN)


@pytest.mark.parametrize(("text", "source"), PLAIN)
def test_rewriting_twice_changes_nothing(text, source):
    assert parse(source, KNOWN).source() == source


def test_more_than_twenty_commands_are_not_plain():
    assert len(parse("; ".join(["ls"] * 20), KNOWN).commands) == 20
    with pytest.raises(NotPlain):
        parse("; ".join(["ls"] * 21), KNOWN)
