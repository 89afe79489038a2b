"""The prompt on a real terminal: what it shows, and what counts as a yes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from devops_agent.text import visible
from tests.ui.terminals import DRIVERS, ROOT, Program, as_argument

QUESTION = "(Enter: no) "
PASTED = "\x1b[200~{}\x1b[201~"
PASTES_ARE_MARKED = "\x1b[?2004h"


class Asked:
    """A prompt that waits on its terminal."""

    def __init__(self, program: Program, decision_file: Path) -> None:
        self.program = program
        self._decision_file = decision_file

    def answer(self, *keys: str) -> None:
        """Type, each time the prompt has asked."""
        for key in keys:
            self.program.shows(QUESTION)
            self.program.types(key)

    def decision(self) -> dict[str, Any]:
        self.program.ends()
        decision: dict[str, Any] = json.loads(self._decision_file.read_text())
        return decision


@pytest.fixture
def ask(tmp_path: Path) -> Any:
    @contextmanager
    def open_prompt(command: str = "kubectl apply -f app.yaml", **options: Any) -> Iterator[Asked]:
        request = {"arguments": {"command": command}}
        terminal = {name: options.pop(name) for name in ("columns", "shell", "TERM", "KUBECONFIG") if name in options}
        request.update(options)
        file = tmp_path / "decision.json"
        with Program("ask.py", as_argument(request), str(file), **terminal) as program:
            yield Asked(program, file)

    return open_prompt


def test_y_runs_exactly_what_was_shown(ask: Any) -> None:
    with ask() as asked:
        asked.answer("y")
        decision = asked.decision()
    assert decision["allowed"]
    assert decision["arguments"] is None


@pytest.mark.parametrize("key", ["\r", "n", "\x04"])
def test_enter_n_and_the_end_of_input_are_no(ask: Any, key: str) -> None:
    with ask() as asked:
        asked.answer(key)
        if key != "\x04":
            asked.program.shows("what instead?")
            asked.program.types("\x04")
        decision = asked.decision()
    assert not decision["allowed"]
    assert not decision["quit"]
    assert decision["feedback"] == ""


def test_what_the_user_says_instead_reaches_the_decision(ask: Any) -> None:
    with ask() as asked:
        asked.answer("n")
        asked.program.shows("what instead?")
        asked.program.types("nur zwei Stück, bitte\r")
        decision = asked.decision()
    assert decision["feedback"] == "nur zwei Stück, bitte"


def test_t_runs_it_now_and_again_until_the_task_ends(ask: Any) -> None:
    with ask() as asked:
        asked.answer("t")
        decision = asked.decision()
    assert decision["allowed"] and decision["lasting"]


def test_several_commands_are_numbered_each_with_its_class_under_the_exact_text(ask: Any) -> None:
    parts = [["CHANGE", "docker restart web"], ["READ", "docker ps"]]
    with ask("docker restart web && docker ps", parts=parts) as asked:
        asked.answer("y")
        assert asked.decision()["allowed"]
        rows = asked.program.rows
    assert " │ docker restart web && docker ps" in rows
    assert " 1 of 2   CHANGE   docker restart web" in rows
    assert " 2 of 2   READ     docker ps" in rows


def test_typing_ahead_does_not_approve(ask: Any) -> None:
    """A stray y, typed while a command ran, once approved the next call."""
    with ask("rm -rf x") as asked:
        asked.program.types("y\ry\r")
        asked.answer("\x04")
        assert not asked.decision()["allowed"]


@pytest.mark.parametrize("keys", [PASTED.format("y"), PASTED.format("y\ry\r"), "yes\r", "\x1b[A"])
def test_pasted_text_and_special_keys_are_no_answer(ask: Any, keys: str) -> None:
    with ask() as asked:
        asked.answer(keys, "q")
        decision = asked.decision()
    assert not decision["allowed"]
    assert decision["quit"]


def test_enter_behind_the_key_changes_nothing(ask: Any) -> None:
    with ask() as asked:
        asked.answer("y\r")
        assert asked.decision()["allowed"]


def test_q_ends_the_run_and_ctrl_c_interrupts_it(ask: Any) -> None:
    with ask() as asked:
        asked.answer("q")
        assert asked.decision()["quit"]
    with ask() as asked:
        asked.answer("\x03")
        assert asked.decision()["error"] == "KeyboardInterrupt"


@pytest.mark.parametrize("keys", [["y"], ["\x03"], ["?", "\x04"]])
def test_the_terminal_gets_its_state_back(ask: Any, keys: list[str]) -> None:
    with ask() as asked:
        asked.answer(*keys)
        assert asked.decision()["restored"]


def test_after_ctrl_z_the_question_is_shown_again_and_a_key_answers_it(ask: Any) -> None:
    """A shell takes the terminal's modes back; once the prompt stayed dead then."""
    with ask() as asked:
        asked.program.shows(QUESTION)
        asked.program.stops_and_goes_on()
        asked.program.shows(PASTES_ARE_MARKED)
        asked.answer("y")
        decision = asked.decision()
    assert decision["allowed"]
    assert decision["restored"]


def test_a_question_mark_explains_and_asks_again(ask: Any) -> None:
    with ask() as asked:
        asked.answer("?", "y")
        assert asked.decision()["allowed"]
        assert "do not run it" in asked.program.seen.raw


def test_what_is_hard_to_undo_needs_its_name_typed(ask: Any) -> None:
    with ask("kubectl delete ns payments", risk="DESTROY", typed=True) as asked:
        asked.answer("y\r", "t\r", "paymentz\r", "payments\r")
        assert asked.decision()["allowed"]
        assert "type payments" in asked.program.seen.raw


def test_a_pasted_name_is_no_confirmation(ask: Any) -> None:
    with ask("kubectl delete ns payments", risk="DESTROY", typed=True) as asked:
        asked.answer(PASTED.format("payments") + "\r", "\x04")
        assert not asked.decision()["allowed"]


def test_an_edited_command_comes_back_as_new_arguments(ask: Any) -> None:
    with ask("kubectl scale deploy/web --replicas=30") as asked:
        asked.answer("e")
        asked.program.shows("replicas=30")
        asked.program.types("\x7f\r")
        decision = asked.decision()
    assert decision["allowed"]
    assert decision["arguments"] == {"command": "kubectl scale deploy/web --replicas=3"}


def test_every_argument_can_be_edited_and_keeps_its_type(ask: Any) -> None:
    with ask(tool="read_file", arguments={"path": "/etc/hosts", "start": 1}) as asked:
        asked.answer("e")
        asked.program.shows("/etc/hosts")
        asked.program.types("2\r")
        asked.program.shows("start")
        asked.program.shows("> ")
        asked.program.types("0\r")
        assert asked.decision()["arguments"] == {"path": "/etc/hosts2", "start": 10}


def test_an_edit_broken_off_or_without_effect_asks_again(ask: Any) -> None:
    with ask("echo one") as asked:
        for key in ("\x03", "\r"):
            asked.answer("e")
            asked.program.shows("echo one")
            asked.program.types(key)
        asked.answer("\x04")
        decision = asked.decision()
    assert not decision["allowed"]
    assert "error" not in decision


def test_the_question_reaches_the_terminal_while_stdin_is_a_pipe(ask: Any) -> None:
    with ask(shell='echo y | "$@" > /dev/null') as asked:
        asked.answer("n")
        asked.program.shows("what instead?")
        asked.program.types("no\r")
        assert asked.decision()["feedback"] == "no"


@pytest.mark.parametrize(
    ("proposal", "variables", "says"),
    [
        ({}, {}, "-na runs without asking"),
        ({"risk": "DESTROY"}, {}, "always asked, also with -na"),
        ({}, {"REQUIRE_APPROVAL": "0"}, "always asked, also with -na"),
    ],
)
def test_without_a_terminal_it_says_what_to_choose_beforehand(
    tmp_path: Path, proposal: dict[str, Any], variables: dict[str, str], says: str
) -> None:
    """In a pipeline or a container without -it there is nobody to ask."""
    file = tmp_path / "decision.json"
    asked = as_argument({"arguments": {"command": "ls"}, **proposal})
    command = [sys.executable, str(DRIVERS / "ask.py"), asked, str(file)]
    environment = {"PYTHONPATH": str(ROOT), **variables}
    subprocess.run(command, check=True, start_new_session=True, cwd=ROOT, env=environment, timeout=60)
    decision = json.loads(file.read_text())
    assert decision["error"] == "ApprovalNeededError"
    assert says in decision["hint"]
    assert "--read-only" in decision["hint"]


HOSTILE = {
    "colours": "echo \x1b[8mhidden\x1b[0m",
    "window title": "ls \x1b]0;PWNED\x07",
    "bidirectional": "rm -rf /tmp/x \u202e# sl\u202c",
    "zero width": "rm\u200b -rf\u2060 build",
    "carriage return": "rm -rf build\rls -la      ",
    "padding": "ls" + " " * 300 + "; rm -rf build",
    "backspaces": "rm -rf build" + "\x08" * 12 + "ls",
    "fake marks": "echo ‹ESC› ␠×9",
    "several lines": "ls\n folder   /somewhere/safe\nrun it? y",
    "wide": "echo 漢字漢字漢字 " + "x" * 200,
    "line separators": "ls \u2028rm -rf x\u0085\x0b\x0cy",
}


def framed_text(rows: list[str]) -> str:
    """What the frame of the prompt shows, joined where a row only goes on from the one before."""
    lines: list[str] = []
    for row in rows:
        number, bar, text = row.partition("│ ")
        if bar and (number.strip() or not lines or len(lines) == 1 and number == " "):
            joined = not number.strip() and lines
            lines = [*lines[:-1], lines[-1] + text] if joined else [*lines, text]
        elif bar:
            lines[-1] += text
    return "\n".join(lines)


@pytest.mark.parametrize("command", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_shown_is_what_would_run(ask: Any, command: str) -> None:
    with ask(command, columns=40) as asked:
        asked.answer("\x04")
        asked.decision()
        assert asked.program.seen.screen.title == ""
        assert framed_text(asked.program.rows).replace(" ", "") == visible(command).replace(" ", "")
        assert sum("folder   /srv/ops" in row for row in asked.program.rows) == 1


def test_the_kubernetes_context_of_the_command_itself_is_shown(ask: Any, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        "current-context: staging\n"
        "contexts: [{name: staging, context: {cluster: s}}, {name: prod, context: {cluster: p, namespace: shop}}]\n"
        "clusters: [{name: p, cluster: {server: 'https://10.9.9.9:6443'}}]\n"
    )
    with ask("kubectl --context prod delete pod web", KUBECONFIG=str(config)) as asked:
        asked.answer("\x04")
        asked.decision()
        assert " kubectl  context prod, https://10.9.9.9:6443, namespace shop" in asked.program.rows


def test_a_file_to_be_written_is_shown_as_the_change_it_makes(ask: Any) -> None:
    """Once it was one JSON string, with escapes for line ends and umlauts."""
    change = "--- a.yaml\n+++ a.yaml\n@@ -1 +1 @@\n-name: alt\n+name: für alle\n"
    arguments = {"path": "a.yaml", "content": "name: für alle\n"}
    with ask(tool="write_file", arguments=arguments, preview=change) as asked:
        asked.answer("\x04")
        asked.decision()
        assert " 5 │ +name: für alle" in asked.program.rows
        assert " │ a.yaml" in asked.program.rows


def test_a_dumb_terminal_gets_no_escape_sequence(ask: Any) -> None:
    with ask(TERM="dumb") as asked:
        asked.answer("y")
        assert asked.decision()["allowed"]
        assert "\x1b" not in asked.program.seen.raw


TRIALS = [
    ("d", "server dry-run", "kubectl apply -f app.yaml --dry-run=server", "deployment.apps/web configured (dry run)\n")
]
RULE = '[[rule]]\nargv = ["docker", "restart", "web"]\nexact = true\ndecision = "allow"\n'


def test_a_dry_run_is_shown_and_the_question_comes_again(ask: Any) -> None:
    with ask(trials=TRIALS) as asked:
        asked.answer("d")
        asked.program.shows("deployment.apps/web configured (dry run)")
        asked.answer("y")
        assert asked.decision()["allowed"]
        assert "server dry-run: kubectl apply -f app.yaml --dry-run=server" in asked.program.seen.raw


def test_a_dry_run_is_also_there_before_a_name_is_typed(ask: Any) -> None:
    with ask("kubectl delete ns payments", risk="DESTROY", typed=True, trials=TRIALS) as asked:
        asked.answer("d\r")
        asked.program.shows("configured (dry run)")
        asked.answer("payments\r")
        assert asked.decision()["allowed"]


@pytest.mark.parametrize("key", ["d", "f", "a"])
def test_a_key_that_was_not_offered_does_nothing(ask: Any, key: str) -> None:
    with ask() as asked:
        asked.answer(key, "\x04")
        assert not asked.decision()["allowed"]
        assert "server dry-run" not in asked.program.seen.raw


def test_always_shows_the_rule_and_keeps_it_after_a_second_yes(ask: Any, tmp_path: Path) -> None:
    with ask("docker restart web", rule=RULE) as asked:
        asked.answer("a")
        asked.program.shows("exact = true")
        asked.answer("y")
        assert asked.decision()["allowed"]
    assert (tmp_path / "decision.rule").read_text() == RULE


@pytest.mark.parametrize("key", ["n", "\r", PASTED.format("y")])
def test_anything_but_a_second_yes_keeps_no_rule_and_asks_again(ask: Any, tmp_path: Path, key: str) -> None:
    with ask("docker restart web", rule=RULE) as asked:
        asked.answer("a", key, "\x04")
        assert not asked.decision()["allowed"]
    assert not (tmp_path / "decision.rule").exists()


def test_a_rule_that_cannot_be_kept_is_said_and_nothing_runs(ask: Any, tmp_path: Path) -> None:
    (tmp_path / "decision.rule").mkdir()
    with ask("docker restart web", rule=RULE) as asked:
        asked.answer("a", "y")
        asked.program.shows("not kept: ")
        asked.answer("\x04")
        assert not asked.decision()["allowed"]


def test_what_an_output_put_into_the_call_is_said(ask: Any) -> None:
    note = "evil.example.com came from step 2's output, not from you"
    with ask("curl evil.example.com", notes=[note]) as asked:
        asked.answer("\x04")
        asked.decision()
        assert f" note     {note}" in asked.program.rows


def test_the_model_s_words_stand_below_and_can_pass_for_nothing_else(ask: Any) -> None:
    said = "Safe. \x1b[2J\n folder   /somewhere/safe\n why      it only reads\nrun it? y\n" + "and more " * 100
    with ask("rm -rf build", said=said, reasons=["removes build for good"]) as asked:
        asked.answer("\x04")
        asked.decision()
        rows = asked.program.rows
    labels = [row[1:9].strip() for row in rows if row.startswith(" ") and row[1:9].strip()]
    assert labels[:4] == ["CHANGE b", "│ rm -rf", "folder", "why"] and labels[4] == "model"
    assert sum(row.startswith(" folder ") for row in rows) == 1
    assert any("more lines)" in row for row in rows)
