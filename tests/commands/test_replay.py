import json

import pytest

from tests.playing import answers, runs, says
from tests.program import run


@pytest.fixture
def session(tmp_path, monkeypatch):
    """A session that read, changed and was answered; its folder is made anew so that nothing of it is left."""
    monkeypatch.setenv("DEVOPS_AGENT_BACKEND", "scripted")
    script(tmp_path, monkeypatch, runs("echo hello"), says("write_file", path="made", content="x"), answers("Done."))
    assert run("-na", "say hello and make a file", cwd=tmp_path).code == 0
    (tmp_path / "made").unlink()
    return tmp_path


def script(folder, monkeypatch, *replies: str) -> None:
    (folder / "script").write_text("".join(json.dumps(reply) + "\n" for reply in replies))
    monkeypatch.setenv("DEVOPS_AGENT_SCRIPT", str(folder / "script"))


def test_an_unchanged_policy_decides_as_before_and_nothing_is_run(session) -> None:
    done = run("replay", "1", cwd=session)
    assert (done.code, done.err) == (0, "")
    assert done.out == "2 calls judged again, 0 differently; nothing was run\n"
    assert not (session / "made").exists()


def test_a_rule_made_since_is_seen_in_the_difference(session, own_home) -> None:
    rules = own_home / ".config" / "devops-agent"
    rules.mkdir(parents=True)
    (rules / "policy.toml").write_text('[[rule]]\nargv = ["echo"]\ndecision = "forbid"\nmatch = ["echo hello"]\n')
    (rules / "policy.toml").chmod(0o600)
    done = run("replay", "1", cwd=session)
    assert "step 1: READ -> FORBID, run -> refuse: bash {echo hello}" in done.out
    assert done.out.endswith("2 calls judged again, 1 differently; nothing was run\n")


def test_a_model_asked_anew_gets_the_recorded_outputs_and_touches_nothing(session, monkeypatch) -> None:
    replies = [
        says("write_file", path="made", content="x"),
        runs("echo hello"),
        runs("touch other"),
        answers("It failed."),
    ]
    script(session, monkeypatch, *replies)
    done = run("replay", "1", "--ask", "-v", cwd=session)
    assert "\n  hello\n" in done.err and "this call was not made" in done.err
    assert "the session's own answer was: Done." in done.err
    assert not (session / "made").exists() and not (session / "other").exists()


def test_an_unknown_session_is_said(session) -> None:
    assert "there is no session 9" in run("replay", "9").err
