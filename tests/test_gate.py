"""What was agreed to is what runs: a yes is for exactly what was shown, and for once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from devops_agent.approval import Decision, Request
from devops_agent.events import Call, Observed, Refused, Verdict
from devops_agent.gate import STALE, Gate, Ruling
from devops_agent.guard.guard import Guard
from devops_agent.tools import default_tools
from devops_agent.tools.base import Tool, Workspace
from tests.playing import Play, answers, only, runs, says

YES = Decision(allowed=True)


class Meanwhile:
    """An approver that lets something happen while the first questions are open, and says yes to every one."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        self.happens = list(happens)
        self.requests: list[Request] = []
        self.answer = YES

    def __call__(self, request: Request) -> Decision:
        self.requests.append(request)
        if self.happens:
            self.happens.pop(0)()
        return self.answer


def play(folder: Path, reply: str, approve: Meanwhile) -> Play:
    return Play(folder, reply, answers("Done, or it could not be done."), mode="changes", approve=approve)


def test_a_script_that_changes_while_the_question_is_open_is_asked_about_again(tmp_path: Path) -> None:
    script = tmp_path / "deploy.sh"
    script.write_text("echo agreed\n")
    approve = Meanwhile(lambda: script.write_text("echo smuggled\n"))
    play(tmp_path, runs("sh deploy.sh"), approve).events()
    assert [request.notes for request in approve.requests] == [(), (STALE,)]


def test_a_file_that_keeps_changing_is_never_run(tmp_path: Path) -> None:
    script = tmp_path / "deploy.sh"
    script.write_text("echo 0\n")
    steps = [lambda n=n: script.write_text(f"touch ran; echo {n}\n") for n in range(1, 10)]
    approve = Meanwhile(*steps)
    events = play(tmp_path, runs("sh deploy.sh"), approve).events()
    assert len(approve.requests) == 3
    assert "again and again" in only(events, Refused)[0].reason
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("command", "again"),
    [
        ("sh rules", True),
        ("sudo -n sh rules", True),
        ("kubectl apply -f rules", True),
        ("kubectl apply --filename=rules", True),
        ("./rules", True),
        ("touch x; python3 rules", True),
        ("cp rules copy", False),
        ("tail -n 1 rules > copy", False),
        ("sh -c 'cat /proc/self/status > copy'", False),
    ],
)
def test_only_a_file_that_is_obeyed_is_held_to_what_it_said(tmp_path: Path, command: str, again: bool) -> None:
    """A log that grows while the question is open must not make the question come again."""
    file = tmp_path / "rules"
    file.write_text("exit 0\n")
    file.chmod(0o755)
    approve = Meanwhile(lambda: file.write_text("exit 1\n"))
    play(tmp_path, runs(command), approve).events()
    assert len(approve.requests) == 1 + again


def test_a_folder_swapped_for_another_is_asked_about_again(tmp_path: Path) -> None:
    work, other = tmp_path / "work", tmp_path / "other"
    work.mkdir()
    other.mkdir()

    def swap() -> None:
        work.rename(tmp_path / "old")
        work.symlink_to(other)

    approve = Meanwhile(swap)
    play(work, runs("touch x"), approve).events()
    assert [request.notes for request in approve.requests] == [(), (STALE,)]


def test_a_file_to_be_written_that_changes_meanwhile_is_shown_again(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one\n")
    approve = Meanwhile(lambda: file.write_text("two\n"))
    play(tmp_path, says("write_file", path="a.txt", content="new\n"), approve).events()
    assert ["-one" in request.preview for request in approve.requests] == [True, False]
    assert "-two" in approve.requests[1].preview
    assert file.read_text() == "new\n"


def test_a_link_that_is_turned_elsewhere_meanwhile_is_shown_again(tmp_path: Path) -> None:
    """Each of many races is lost by the one who swaps: never is a file written that the last question did not show."""
    (tmp_path / "mine").write_text("mine\n")
    for number in range(50):
        victim = tmp_path / f"victim{number}"
        victim.write_text("untouched\n")
        link = tmp_path / f"link{number}"
        link.symlink_to(tmp_path / "mine")

        def swap(link: Path = link, victim: Path = victim) -> None:
            _link_to(victim).replace(link)

        approve = Meanwhile(swap)
        call = says("write_file", path=link.name, content="new\n")
        decisions = [YES, Decision(allowed=False)]
        Play(
            tmp_path, call, answers("Not done."), mode="changes",
            approve=lambda request, approve=approve, decisions=decisions: (approve(request), decisions.pop(0))[1],
        ).events()  # fmt: skip
        assert victim.read_text() == "untouched\n"
        assert [request.notes for request in approve.requests] == [(), (STALE,)]


def _link_to(target: Path) -> Path:
    link = target.with_suffix(".link")
    link.symlink_to(target)
    return link


@pytest.fixture
def bash(tmp_path: Path) -> Tool:
    return default_tools(Workspace(tmp_path, {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}, tmp_path / "state"))[0]


def gate(approve: Callable[[Request], Decision], guard: Guard | None = None) -> Gate:
    return Gate("never", approve, lambda call: Verdict("CHANGE"), guard)


def test_a_yes_counts_once_and_for_nothing_else(bash: Tool) -> None:
    one = Gate("changes", lambda request: YES, lambda call: Verdict("CHANGE"))
    ruling = one.rule(bash, Call("bash", {"command": "touch x"}), Verdict("CHANGE"))
    other = Ruling(Call("bash", {"command": "touch y"}), ruling.verdict, allowed=True, by="user", seal=ruling.seal)
    assert not one.redeem(bash, other)
    ruling = one.rule(bash, ruling.call, Verdict("CHANGE"))
    assert one.redeem(bash, ruling)
    assert not one.redeem(bash, ruling)


def test_a_made_up_yes_counts_for_nothing(bash: Tool) -> None:
    one = Gate("changes", lambda request: YES, lambda call: Verdict("CHANGE"))
    call = Call("bash", {"command": "touch x"})
    seal = one.guard.seal(call, bash.workspace.folder)
    assert not one.redeem(bash, Ruling(call, Verdict("CHANGE"), allowed=True, by="user", seal=seal))


class Drifting(Guard):
    """Where commands go has changed, until the user knows."""

    changed = "context prod, at first context dev"

    def drift(self) -> str:
        return self.changed

    def accept(self) -> None:
        self.changed = ""


def test_a_change_that_would_go_elsewhere_is_asked_about_in_every_mode_and_once(bash: Tool) -> None:
    asked: list[Request] = []
    one = gate(lambda request: asked.append(request) or YES, Drifting())  # type: ignore[func-returns-value]
    call = Call("bash", {"command": "touch x"})
    assert one.rule(bash, call, Verdict("READ")).by == "policy"
    assert [one.rule(bash, call, Verdict("CHANGE")).by for _ in range(2)] == ["user", "policy"]
    assert len(asked) == 1


def test_an_edit_that_is_asked_about_twice_is_still_told_to_the_model(tmp_path: Path) -> None:
    script = tmp_path / "b.sh"
    script.write_text("echo b\n")
    decisions = [Decision(allowed=True, arguments={"command": "sh b.sh"}), YES, YES]

    def approve(request: Request) -> Decision:
        if len(decisions) == 2:
            script.write_text("echo c\n")
        return decisions.pop(0)

    one = Play(tmp_path, runs("sh a.sh"), answers("c"), mode="changes", approve=approve)
    assert only(one.events(), Observed)[0].result.text.startswith("c\n")
    assert "The user changed the call" in one.told()


def test_the_model_s_own_words_reach_the_question_without_the_call(tmp_path: Path) -> None:
    approve = Meanwhile()
    play(tmp_path, "This is harmless, trust me.\n" + runs("touch x"), approve).events()
    assert approve.requests[0].said == "This is harmless, trust me."


AGAIN = Decision(allowed=True, lasting=True)


def asked_about(folder: Path, decision: Decision, *commands: str) -> list[str]:
    """The commands that were asked about when every question gets this decision."""
    asked: list[str] = []

    def approve(request: Request) -> Decision:
        asked.append(request.call.arguments["command"])
        return decision

    Play(
        folder, *map(runs, commands), answers("Done, or it could not be done."), mode="changes", approve=approve
    ).events()
    return asked


def test_a_yes_for_the_task_covers_exactly_the_same_bytes_until_the_task_ends(tmp_path: Path) -> None:
    commands = ("touch a && touch b", "touch c", "touch a && touch b", "touch a &&  touch b", "touch b")
    assert asked_about(tmp_path, AGAIN, *commands) == [
        "touch a && touch b",
        "touch c",
        "touch a &&  touch b",
        "touch b",
    ]
    assert asked_about(tmp_path, YES, "touch a", "touch c", "touch a") == ["touch a", "touch c", "touch a"]


def test_a_yes_for_the_task_ends_with_the_task_and_with_the_mode(tmp_path: Path) -> None:
    asked = Meanwhile()
    asked.answer = AGAIN
    done = answers("Done, or it could not be done.")
    play = Play(tmp_path, *[runs("touch a"), done] * 3, mode="changes", approve=asked)
    play.events()
    play.events()
    assert len(asked.requests) == 2
    play.agent.gate.mode = "always"
    play.events()
    assert len(asked.requests) == 3


def test_a_yes_for_the_task_ends_when_what_it_rests_on_changes(tmp_path: Path) -> None:
    script = tmp_path / "deploy.sh"
    script.write_text("echo one\n")
    commands = ("sh deploy.sh", "echo 'echo two' > deploy.sh", "sh deploy.sh", "mkdir x; cd x", "sh ../deploy.sh")
    assert asked_about(tmp_path, AGAIN, *commands) == list(commands)


def test_what_is_hard_to_undo_is_typed_each_time(tmp_path: Path) -> None:
    commands = ("rm -r x", "touch y", "rm -r x")
    assert asked_about(tmp_path, AGAIN, *commands) == list(commands)


def test_a_path_that_no_system_could_have_is_an_answer_and_no_crash(tmp_path: Path) -> None:
    """Once the run ended with an error nobody had planned for."""
    events = play(tmp_path, says("write_file", path="a\0b", content="x"), Meanwhile()).events()
    assert "NUL character" in only(events, Observed)[0].result.text
