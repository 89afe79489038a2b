"""The smaller doors through which a secret could leave: crash files, errors, the history of the prompt, the prompt."""

from pathlib import Path

from devops_agent.approval import Decision, Request, Trial
from devops_agent.crash import explain
from devops_agent.events import Call, Verdict
from devops_agent.secrets import Redactor
from devops_agent.secrets.veil import asked_without_secrets
from devops_agent.settings import Settings
from devops_agent.ui.line_editor import open_history
from tests.program import run

SECRET = "tr0ub4dor-and-3"


def test_a_crash_file_and_its_line_hold_no_secret(monkeypatch) -> None:
    monkeypatch.setenv("APP_TOKEN", SECRET)
    try:
        raise RuntimeError(f"no {SECRET}, password=abc123")
    except RuntimeError as error:
        line, _ = explain(error, wanted=True)
    (file,) = Settings.load().state_folder.glob("crash-*")
    kept = file.read_text()
    assert "RuntimeError: no ‹redacted:env:" in kept
    assert SECRET not in kept + line and "abc123" not in kept + line


def test_an_error_message_holds_no_secret() -> None:
    done = run("hello", OLLAMA_HOST="http://me:tr0ub4dor3@127.0.0.1:1")
    assert done.code == 2 and "tr0ub4dor3" not in done.err + done.out


def test_the_history_of_the_prompt_holds_no_secret(tmp_path: Path) -> None:
    history = open_history(tmp_path / "history", Redactor.of({"APP_TOKEN": SECRET}).redact)
    history.append_string(f"log in with {SECRET} and password=abc123")
    kept = (tmp_path / "history").read_text()
    assert "log in with ‹redacted:env:" in kept and SECRET not in kept and "abc123" not in kept


def test_what_stands_beside_the_question_holds_no_secret_and_the_call_is_shown_as_it_runs() -> None:
    seen: list[Request] = []

    def approve(request: Request) -> Decision:
        seen.append(request)
        return Decision(allowed=True)

    call = Call("bash", {"command": "echo hello"})
    trial = Trial("d", "dry run", "x", lambda: f"+ {SECRET}")
    facts = (("now", f"uses {SECRET}"),)
    redact = Redactor.of({"APP_TOKEN": SECRET}).redact
    asked_without_secrets(approve, redact)(
        Request(call, Verdict("CHANGE"), Path("/"), facts=facts, notes=(SECRET,), said=SECRET, trials=(trial,))
    )
    assert seen[0].call is call
    assert SECRET not in str(seen) and SECRET not in seen[0].trials[0].run()
