import subprocess
from pathlib import Path

from devops_agent.approval import Decision
from devops_agent.events import Call, Observed, Proposed, Refused
from tests.playing import Asked, Play, answers, only, runs


def test_a_call_that_the_policy_words_anew_is_shown_as_it_was_asked_for(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    events = Play(tmp_path, runs("git status"), answers("There is nothing."), mode="changes").events()
    (proposed,), (observed,) = only(events, Proposed), only(events, Observed)
    assert proposed.verdict.canonical not in ("", "git status")
    assert observed.call == proposed.call == Call("bash", {"command": "git status"})


def test_a_call_that_the_user_changed_is_shown_as_it_ran(tmp_path: Path) -> None:
    asked = Asked([Decision(allowed=True, arguments={"command": "touch better"})])
    events = Play(tmp_path, runs("touch worse"), answers("It is made."), mode="changes", approve=asked).events()
    assert only(events, Observed)[0].call == Call("bash", {"command": "touch better"})


def test_the_user_is_told_of_a_refusal_in_words_of_their_own(tmp_path: Path) -> None:
    """Once they read what was meant for the model."""
    forbidden = Play(tmp_path, runs("rm -rf /"), answers("It is not allowed.")).events()
    read_only = Play(tmp_path, runs("touch x"), answers("It is not allowed."), mode="read-only").events()
    again = Play(tmp_path, *[runs("ls")] * 3, answers("There is nothing.")).events()
    said = [only(events, Refused)[-1].said for events in (forbidden, read_only, again)]
    assert said == [
        "refused by the policy: removes a whole system folder, a home or the working folder: /",
        "not run: this session is read-only; touch makes or changes files",
        "not run again: it gave the same in step 1",
    ]
