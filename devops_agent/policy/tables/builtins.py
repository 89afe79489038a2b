"""Commands of the shell itself."""

import re

from devops_agent.policy.judgement import Judgement, change
from devops_agent.policy.rows import NONE, TEXT, WORDS, Operands, Use, program, row, simple, words

SAFE_TESTS = {
    "-e",
    "-f",
    "-d",
    "-r",
    "-w",
    "-x",
    "-s",
    "-z",
    "-n",
    "-L",
    "-h",
    "-S",
    "-p",
    "-b",
    "-c",
    "-u",
    "-g",
    "-k",
    "-O",
    "-G",
    "-N",
}
COMPARISONS = {
    "=",
    "==",
    "!=",
    "-eq",
    "-ne",
    "-lt",
    "-le",
    "-gt",
    "-ge",
    "-nt",
    "-ot",
    "-ef",
    "-a",
    "-o",
    "!",
    "(",
    ")",
}
INTEGER = re.compile(r"-?\d+")
STORES = re.compile(r"%[^%A-Za-mo-z]*n")
ARITHMETIC = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"}


def _test(use: Use) -> Judgement | None:
    """Only forms that evaluate nothing: `-v name[...]` and arithmetic on names run substitutions."""
    found = use.texts[:-1] if use.name == "[" else use.texts
    if any(word.glob and word.text != "]" for word in use.arguments) or use.name == "[" and use.texts[-1:] != ["]"]:
        return change("a test that the shell would expand")
    for index, text in enumerate(found):
        if text in ARITHMETIC and not all(
            INTEGER.fullmatch(side) for side in (*found[max(0, index - 1) : index], *found[index + 1 : index + 2])
        ):
            return change("a comparison that evaluates its operands")
        if text.startswith("-") and not INTEGER.fullmatch(text) and text not in SAFE_TESTS | COMPARISONS:
            return change(f"the test {text} is not on the read-only list")
    return None


def _judge_test(use: Use) -> Judgement:
    return _test(use) or Judgement("READ", rule="test")


def _no_store(use: Use) -> Judgement | None:
    first = use.texts[0] if use.texts else ""
    if first.startswith("-") and first != "--":
        return change("printf -v sets a variable")
    form = use.texts[1] if first == "--" and len(use.texts) > 1 else first
    return change("printf %n sets a variable") if STORES.search(form.replace("%%", "")) else None


CHANGES_THE_SHELL = (
    "export alias unalias set unset shopt hash enable declare typeset local readonly let read mapfile readarray "
    "getopts "
    "complete compgen bind disown fc caller suspend logout umask ulimit fg bg pushd popd"
)
PROGRAMS = (
    program("echo", judge=lambda use: Judgement("READ", rule="echo")),
    program("printf", judge=lambda use: _no_store(use) or Judgement("READ", rule="printf")),
    simple("true false :", "", TEXT),
    program("pwd", row("", "-L -P")),
    program(
        "cd",
        row(
            "",
            "-L -P -e",
            Operands(0, 1, "name"),
            lambda use: change("goes to a folder that is not known") if use.operands == ["-"] else None,
        ),
    ),
    program("test [", judge=_judge_test),
    program("type", row("", "-a -t -p -P -f", WORDS)),
    program(
        "exit return",
        row("", "", words(0, 1), lambda use: None if all(map(INTEGER.fullmatch, use.operands)) else change("exit")),
    ),
    program(
        "sleep",
        row(
            "",
            "",
            words(1, 1),
            lambda use: None if re.fullmatch(r"\d{1,2}(\.\d+)?s?", use.operands[0]) else change("sleeps long"),
        ),
    ),
    program("jobs dirs times wait", row("", "-l -p -v")),
    program("help", row("", "-d -m -s", WORDS)),
    program("history", row("", "", NONE, lambda use: change("history may hold secrets", "SENSITIVE"))),
    program("ulimit", row("", "-a -H -S -n -u -c -s -v", NONE), otherwise="changes a limit of this shell"),
    program("umask", row("", "-S -p", NONE), otherwise="changes the shell"),
    program("alias", row("", "-p", NONE), otherwise="changes what later commands mean"),
    program(
        CHANGES_THE_SHELL.replace(" umask ulimit", "").replace("alias ", "", 1),
        otherwise="changes what later commands mean",
    ),
)
