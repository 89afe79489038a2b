"""A tag in an approved call becomes the value, as one literal piece of text."""

import subprocess
from collections.abc import Iterator
from contextlib import closing

import pytest

from devops_agent.errors import DevOpsAgentError
from devops_agent.events import Call, Verdict
from devops_agent.secrets import Redactor
from devops_agent.secrets.filling import filled
from devops_agent.secrets.veil import judged_with_values
from tests.guarded import Guarded
from tests.playing import answers, runs, says

NASTY = "a'b\"c$(touch x)`touch y`;touch z&|<>*?{1,2}\\ #é!"


@pytest.fixture
def redactor() -> Redactor:
    return Redactor.of({"APP_TOKEN": "plain-Value_123", "APP_PASSWORD": NASTY})


def printed(call: Call) -> str:
    command = call.arguments["command"]
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("command", ["printf %s {}", 'printf %s "{}"', "printf %s '{}'", "printf %s \"a \"'b'{}"])
@pytest.mark.parametrize("value", ["plain-Value_123", NASTY])
def test_a_shell_reads_back_exactly_the_value(redactor: Redactor, command: str, value: str) -> None:
    call = Call("bash", {"command": command.format(redactor.redact(value))})
    assert printed(filled(call, redactor)).removeprefix("a b") == value


@pytest.mark.parametrize(
    "command", ["cat <<X\n{}\nX", 'echo "$(echo {})"', "echo `echo {}`", "echo $'{}'", "echo hi # {}"]
)
def test_a_value_with_signs_has_no_place_in_an_intricate_command(redactor: Redactor, command: str) -> None:
    call = Call("bash", {"command": command.format(redactor.redact(NASTY))})
    with pytest.raises(DevOpsAgentError, match="no safe place"):
        filled(call, redactor)
    plain = Call("bash", {"command": command.format(redactor.redact("plain-Value_123"))})
    assert "plain-Value_123" in filled(plain, redactor).arguments["command"]


def test_a_tag_nobody_gave_is_refused(redactor: Redactor) -> None:
    for tool, name in (("bash", "command"), ("write_file", "content")):
        with pytest.raises(DevOpsAgentError, match="not known now"):
            filled(Call(tool, {name: "echo ‹redacted:env:0000›"}), redactor)


def test_a_file_gets_the_value_as_it_is(redactor: Redactor) -> None:
    content = redactor.redact(f"x: {NASTY}\n")
    assert filled(Call("write_file", {"content": content}), redactor).arguments == {"content": f"x: {NASTY}\n"}


def test_a_call_with_a_tag_is_always_asked_about(redactor: Redactor) -> None:
    judge = judged_with_values(lambda call: Verdict("READ", canonical="x"), redactor)
    tag = redactor.redact("plain-Value_123")
    verdict = judge(Call("bash", {"command": f"ls {tag}"}))
    assert (verdict.risk, verdict.tags, verdict.canonical) == ("CHANGE", {"SENSITIVE"}, "")
    assert judge(Call("bash", {"command": "ls"})).risk == "READ"


def test_what_the_tag_stands_for_can_raise_the_risk(redactor: Redactor) -> None:
    def by_text(call: Call) -> Verdict:
        risky = "plain-Value" in call.arguments["command"]
        return Verdict("DESTROY", reasons=("removes plain-Value_123",)) if risky else Verdict("READ")

    verdict = judged_with_values(by_text, redactor)(
        Call("bash", {"command": f"rm {redactor.redact('plain-Value_123')}"})
    )
    assert verdict.risk == "DESTROY" and "plain-Value" not in str(verdict)


def test_the_command_runs_with_the_value_and_everyone_else_sees_the_tag(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)

    def replies() -> Iterator[str]:
        yield runs("echo password=tr0ub4dor33")
        tag = run.told().partition("password=")[2].split()[0]
        yield runs(f"echo -n {tag} > out; wc -c < out; cat out")
        yield says("write_file", path="conf", content=f"password: {tag}\n")
        yield answers("written to out and conf")

    run = Guarded(tmp_path / "script", replies())
    with closing(run.agent):
        events = list(run.agent.events("write the password to two files"))
    assert (tmp_path / "out").read_text() == "tr0ub4dor33"
    assert (tmp_path / "conf").read_text() == "password: tr0ub4dor33\n"
    assert "‹redacted:password:" in run.asked.requests[0].call.arguments["command"]
    assert "\n11\n" in f"\n{run.live}"
    for seen in (run.model.requests, run.asked.requests, events, run.live):
        assert "tr0ub4dor33" not in str(seen)


def test_with_show_secrets_the_terminal_shows_what_runs_and_the_model_does_not_read_it(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = Guarded(
        tmp_path / "script", iter([runs("echo password=tr0ub4dor33"), answers("it is shown")]), show_secrets=True
    )
    with closing(run.agent):
        list(run.agent.events("show the password"))
    assert "tr0ub4dor33" in run.live
    assert "tr0ub4dor33" not in str(run.model.requests)


def test_a_key_that_is_printed_slowly_is_held_back_to_its_end(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    body = "MIIEpAIBAAKCAQEAx\n" * 3
    (tmp_path / "key").write_text(f"-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----\nafter\n")
    slowly = 'while read -r line; do echo "$line"; sleep 0.06; done < key'
    run = Guarded(tmp_path / "script", iter([runs(slowly), answers("read")]))
    with closing(run.agent):
        list(run.agent.events("read the key"))
    assert "MIIEpAIBAAKCAQEA" not in run.live + str(run.model.requests)
    assert "after" in run.live
