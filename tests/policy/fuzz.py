"""Differential fuzz of the lexer against real bash: `python -m tests.policy.fuzz --count 20000 [--seed N]`.

Every text the lexer accepts is run twice by bash, as written and as re-serialised, in a folder where nothing can be
run: each command only notes its arguments and which of its streams are /dev/null. Both notes must be equal, and must
hold no argument list that the lexer did not see.
"""

import argparse
import random
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devops_agent.policy import Place, classify_command
from devops_agent.policy.lexer import Script, parse
from devops_agent.policy.quoting import NotPlain
from devops_agent.policy.screen import objection

HOME, USER = "/h", "u"
FILES = ("a.x", "b.x", "-f.x", "c d.x", "x", "e", "in")
BASES = Path(__file__).parent.parent / "corpora"
PIECES = (
    "ls", "evil", "x", "-a", '"a b"', "'c'", "|", "||", "&&", ";", "&", "\n", " ", "  ", "\t", "$", "${", "}", "{",
    "{a,b}", "$(", "`", ")", "(", "#", " #", "\\", "\\\n", "!", "~", "~/", "*", "?", "[", "]", "=", "A=b", ">",
    ">/dev/null", "2>&1", "2>", "<", "<<", "<<<", '"', "'", "$HOME", '"$USER"', "$IFS", "$@", "$#", "\r", "\xa0",
    "\u200b", "\xe9", "\x1b", "%", "^", "@", "+", "-", ":", ".", ",", "..", "{1..3}", "1", "2>/dev/null",
    "&>/dev/null", "</dev/null", ">&2", "1>&2", "|&", ";;", "if", "then", "time", "[[", "function", "$'\\x41'",
    '$"a"', "*.x", "a{b", "a}b", "{}", "[a-c]", "[!a]", '["a-c"]', "<in", "< in", "2>\n/dev/null", "\\\n x",
    "${HOME}", '"a$"', "a$", "# c\n", "echo", "printf", "test", "LC_ALL=C", "50", "2", "!x", "x!",
)  # fmt: skip
RECORDER = r"""
note() { local null="" n line; for n in 0 1 2; do [[ /dev/fd/$n -ef /dev/null ]] && null+=$n; done
  builtin printf -v line '%s\x1f' "$@" "$null"; builtin printf '%s\x1e' "${line//$'\n'/$'\x1c'}" >>"$NOTES"
  return $(( ${#1} % 2 )); }
command_not_found_handle() { note "$@"; }
printf() { note printf "$@"; }
for name in $(compgen -b); do
  case $name in printf|builtin|return|local|enable|eval|exit|.|:) ;; *) names+=("$name") ;; esac; done
while IFS= builtin read -r -d '' script; do
  ( enable -n "${names[@]}" :; eval -- "$script" ) </dev/null >"$OUTPUT" 2>&1
  builtin printf '\x1d' >>"$NOTES"
done
"""


@dataclass(frozen=True)
class Difference:
    """A text that bash understands otherwise than the lexer."""

    text: str
    canonical: str
    written: list[str]
    rewritten: list[str]


def texts(count: int, seed: int) -> Iterator[str]:
    """Commands of the corpora with random changes, and random sequences of pieces."""
    chance = random.Random(seed)
    bases = [*(BASES / "benign.txt").read_text().splitlines(), *(BASES / "reads.txt").read_text().splitlines()]
    for _ in range(count):
        yield _changed(chance, bases) if chance.random() < 0.6 else _made_up(chance)


def _changed(chance: random.Random, bases: list[str]) -> str:
    text = chance.choice(bases)
    if chance.random() < 0.3:
        text += chance.choice([" | ", "; ", " && ", "\n", " || "]) + chance.choice(bases)
    for _ in range(chance.randint(0, 4)):
        at, piece, kind = chance.randint(0, len(text)), chance.choice(PIECES), chance.random()
        text = text[:at] + ("" if 0.6 <= kind < 0.8 else piece) + text[at + (0 if kind < 0.6 else 1) :]
    return text


def _made_up(chance: random.Random) -> str:
    pieces = (chance.choice(PIECES) + (" " if chance.random() < 0.5 else "") for _ in range(chance.randint(1, 9)))
    return "".join(pieces)


def accepted(text: str) -> Script | None:
    """The text as the lexer understands it, if it does."""
    try:
        return None if objection(text) else parse(text, {"HOME": HOME, "USER": USER})
    except NotPlain:
        return None


def notes_of_bash(scripts: list[str], folder: Path) -> list[list[str]]:
    """What the commands of each script noted, sorted: commands of a pipe run in any order.

    Bash writes line by line, so a note is kept on one line until it is read, and those of a pipe do not mix.
    """
    work = folder / "work"
    work.mkdir(exist_ok=True)
    for name in FILES:
        (work / name).write_text("")
    notes = folder / "notes"
    notes.write_bytes(b"")
    variables = {"HOME": HOME, "USER": USER, "PATH": "/nonexistent", "NOTES": str(notes), "OUTPUT": str(folder / "out")}
    subprocess.run(
        ["/bin/bash", "--noprofile", "--norc", "-c", RECORDER],
        input="".join(f"{script}\0" for script in scripts).encode(),
        cwd=work,
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=600,
        check=False,
    )
    runs = notes.read_bytes().decode(errors="replace").split("\x1d")[:-1]
    return [sorted(note.replace("\x1c", "\n") for note in run.split("\x1e")[:-1]) for run in runs]


def differences(count: int, seed: int) -> tuple[int, list[Difference]]:
    """How many of `count` texts were accepted, and which of them bash understands otherwise."""
    pairs: list[tuple[str, str, Script]] = []
    place = Place("/h/work", HOME, USER)
    for text in texts(count, seed):
        script = accepted(text)
        if script is None:
            continue
        pairs.append((text, script.source(), script))
        verdict = classify_command(text, place)
        if verdict.risk == "READ" and _adds_nothing(script, verdict.canonical):
            pairs.append((text, verdict.canonical, script))
    scripts = list(dict.fromkeys(part for text, canonical, _ in pairs for part in (text, canonical)))
    with tempfile.TemporaryDirectory() as folder:
        runs = notes_of_bash(scripts, Path(folder))
    assert len(runs) == len(scripts), "bash did not finish every script"
    notes = dict(zip(scripts, runs, strict=True))
    found = [
        Difference(text, canonical, notes[text], notes[canonical])
        for text, canonical, script in pairs
        if _differ(notes[text], notes[canonical], script)
    ]
    return len(pairs), found


def _adds_nothing(script: Script, canonical: str) -> bool:
    """Some reads run with a flag more than was written, such as Git's `--no-pager`."""
    rewritten = accepted(canonical)
    return rewritten is not None and _word_counts(rewritten) == _word_counts(script)


def _word_counts(script: Script) -> list[int]:
    return [len(command.words) for command in script.commands]


def _differ(written: list[str], rewritten: list[str], script: Script) -> bool:
    if sorted(map(_same_folder, written)) != sorted(map(_same_folder, rewritten)):
        return True
    if any(word.glob for command in script.commands for word in command.words):
        return False
    seen = {"\x1f".join([*(word.text for word in command.words), ""]) for command in script.commands}
    return not all(_was_seen(note, seen) for note in written)


def _was_seen(note: str, seen: set[str]) -> bool:
    """The last field of a note is about streams, the others are the arguments."""
    return note[: note[:-1].rfind("\x1f") + 1] in seen


def _same_folder(note: str) -> str:
    """`./a` is the same file as `a`; the canonical text says the first where the second could be a flag."""
    return re.sub(r"(?<=\x1f)\./(?=[^/\x1f])", "", note)


def main() -> int:
    parser = argparse.ArgumentParser(description="compare the lexer with bash on random texts")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    checked, found = 0, []
    for start in range(0, arguments.count, 20_000):
        size = min(20_000, arguments.count - start)
        more, different = differences(size, arguments.seed + start)
        checked, found = checked + more, found + different
    print(f"{arguments.count} texts, {checked} pairs run, {len(found)} differences")
    for difference in found[:10]:
        print(difference)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
