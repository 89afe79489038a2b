import json
import random
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from devops_agent.policy import Place
from devops_agent.policy.effort import TooIntricate
from devops_agent.policy.judge import rule_on
from devops_agent.policy.paths import Ground
from tests.policy import fuzz

PLACE = Place("/srv/project", "/home/u", "u")


def judge(text: str) -> str:
    """The risk, without the net that `classify_command` spreads below."""
    try:
        return rule_on(text, Ground(PLACE, (PLACE.folder,))).judgement.risk
    except TooIntricate:
        return "DESTROY"


def test_bash_understands_what_the_lexer_accepts_as_the_lexer_does():
    checked, found = fuzz.differences(2000, seed=3)
    assert found == []
    assert checked > 500


def test_the_notes_of_a_pipe_do_not_mix(tmp_path):
    words = "\n".join(["word"] * 50)
    script = " | ".join([f"one '{words}'", f"two '{words}'", f"three '{words}'"])
    expected = sorted(f"{name}\x1f{words}\x1f" for name in ("one", "two", "three"))
    for notes in fuzz.notes_of_bash([script] * 100, tmp_path):
        assert [note[: note[:-1].rfind("\x1f") + 1] for note in notes] == expected


def test_damaged_commands_are_judged_without_an_exception():
    chance = random.Random(5)
    for text in fuzz.texts(1500, seed=11):
        judge(text[: chance.randint(0, len(text))] + chance.choice(fuzz.PIECES))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_judged_without_an_exception(text):
    assert judge(text) in ("READ", "CHANGE", "DESTROY", "FORBID")


def test_letters_of_every_script_do_not_crash_the_grammar():
    """A crash would end this process too, so another one is asked."""
    chance = random.Random(1)
    ranges = [(32, 126), (0x80, 0xD7FF), (0xE000, 0x10FFFF)]
    kinds = [lambda: chr(chance.randint(*chance.choice(ranges))), lambda: chance.choice("${<(\n")]
    texts = ["".join(chance.choice(kinds)() for _ in range(chance.randint(1, 12))) for _ in range(40_000)]
    code = "import json, sys; from devops_agent.policy import syntax; [syntax.look(t) for t in json.load(sys.stdin)]"
    done = subprocess.run([sys.executable, "-c", code], input=json.dumps(texts), text=True, check=False)
    assert done.returncode == 0
