import subprocess
from pathlib import Path

from devops_agent.approval import Decision
from devops_agent.events import Call, Observed, Proposed
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
