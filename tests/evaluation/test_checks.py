"""Checks take what is right, however it is written, and nothing else."""

import pytest

from devops_agent.evaluation.checks import Check, Look, mentions, same_call, shows
from devops_agent.events import Call

LOGS = Call("bash", {"command": "docker logs web"})
QUESTION = "why did web stop?"


def bash(command: str) -> Call:
    return Call("bash", {"command": command})


@pytest.mark.parametrize("text", ["web-7", "it is WEB-7.", "(web-7)", "pods: web-7, web-8"])
def test_a_value_is_found_wherever_it_stands_as_a_whole(text: str) -> None:
    assert mentions(text, "web-7")


@pytest.mark.parametrize("text", ["web-77", "my-web-7", "web-7-abc", "web-7.2", "web"])
def test_a_value_is_not_found_as_a_part_of_another(text: str) -> None:
    assert not mentions(text, "web-7")


def test_a_state_is_as_wanted_only_with_every_change_and_no_other() -> None:
    check = Check(wanted={"a": "1", "b": None})
    assert check.fulfilled({"a": "1", "b": None})
    assert not check.fulfilled({"a": "1"})
    assert not check.fulfilled({"a": "2", "b": None})
    assert not check.fulfilled({"a": "1", "b": None, "c": "3"})


def test_where_nothing_is_wanted_nothing_may_change() -> None:
    assert Check().fulfilled({})
    assert not Check().fulfilled({"docker/container/web": None})


def test_what_is_on_the_way_is_permitted_but_not_the_end() -> None:
    check = Check(allowed={"web": ["exited", None]}, wanted={"web": None})
    assert check.permits({"web": "exited"})
    assert not check.fulfilled({"web": "exited"})
    assert not check.permits({"web": "paused"})
    assert not check.permits({"db": None})


def test_a_written_file_may_hold_more_than_it_must() -> None:
    check = Check(contents={"file:Dockerfile": ["FROM node:20", "EXPOSE 80"]})
    assert check.fulfilled({"file:Dockerfile": "FROM node:20\nWORKDIR /app\nEXPOSE 80\n"})
    assert not check.fulfilled({"file:Dockerfile": "FROM node:20\n"})
    assert not check.fulfilled({"file:Dockerfile": None})


def test_an_answer_must_have_one_of_each_group_and_none_that_is_wrong() -> None:
    check = Check(holds=(("running", "up"), ("8080",)), lacks=("stopped",))
    assert check.answered("It is Up, on port 8080.")
    assert not check.answered("It is up.")
    assert not check.answered("It is up on 8080, but was stopped.")


def test_calls_are_the_same_but_for_blanks_and_quotes() -> None:
    assert same_call(bash("docker logs  'web'"), LOGS)
    assert not same_call(bash("docker logs web2"), LOGS)
    assert not same_call(Call("read_file", {"path": "web"}), LOGS)


def test_another_call_that_shows_the_same_facts_is_as_good() -> None:
    look = Look(("ECONNREFUSED",), "connect ECONNREFUSED\n[exit code 0]")
    assert shows("x\nconnect ECONNREFUSED\n", bash("docker logs --tail 5 web"), look, LOGS, QUESTION)
    assert not shows("listening\n", bash("docker logs --tail 5 web"), look, LOGS, QUESTION)


def test_where_there_was_nothing_to_see_the_same_must_have_been_asked() -> None:
    look = Look((), "Error response from daemon: No such container: web\n[exit code 1]")
    told = "[]\nError: No such object: web\n[exit code 1]"
    assert shows(told, bash("docker inspect web"), look, LOGS, QUESTION)
    assert not shows(told, bash("docker inspect db"), look, LOGS, QUESTION)
    assert not shows(told, bash("kubectl get pod web"), look, LOGS, QUESTION)
    assert not shows("up\n[exit code 0]", bash("docker inspect web"), look, LOGS, QUESTION)


def test_a_look_does_not_stand_for_a_change() -> None:
    assert not shows("web\n", bash("docker ps"), Look((), "web\n", changed=True), bash("docker restart web"), QUESTION)


def test_a_check_survives_being_written_down() -> None:
    check = Check((Look(("a",), "b", True),), {"f": ["1", None]}, {"f": None}, {"g": ["x"]}, (("p", "q"),), ("n",))
    assert Check.of(check.record()) == check
