import pytest

from devops_agent.errors import ExitCode
from devops_agent.events import Answered, Call, Event, Observed, Refused, ToolResult, Usage
from devops_agent.outcome import exit_code

LS = Call("bash", {"command": "ls"})
RAN = Observed(1, LS, ToolResult("", exit_code=0))
TIMED_OUT = Observed(1, LS, ToolResult("", ok=False, exit_code=124))
BY_POLICY, BY_USER = Refused(1, LS, "policy", "no"), Refused(1, LS, "user", "no")


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([RAN, Answered("x"), Usage()], ExitCode.OK),
        ([Answered("hello")], ExitCode.OK),
        ([RAN, Answered("x", verified=False)], ExitCode.UNVERIFIED),
        ([RAN, Answered("x", verified=False, outcome="loop")], ExitCode.UNVERIFIED),
        ([RAN, Answered("x", verified=False, outcome="faults")], ExitCode.UNVERIFIED),
        ([BY_POLICY, Answered("it is not allowed")], ExitCode.REFUSED),
        ([BY_USER, Answered("you said no")], ExitCode.REFUSED),
        ([BY_USER, RAN, Answered("another way worked")], ExitCode.OK),
        ([RAN, Refused(2, LS, "loop guard", "again"), Answered("x")], ExitCode.OK),
        ([RAN, Answered("x", verified=False, outcome="quit")], ExitCode.REFUSED),
        ([RAN, Answered("x", verified=False, outcome="step_limit")], ExitCode.LIMIT),
        ([TIMED_OUT, Answered("it did not finish")], ExitCode.TIME_LIMIT),
        ([TIMED_OUT, RAN, Answered("another way worked")], ExitCode.OK),
        ([], ExitCode.UNVERIFIED),
    ],
)
def test_each_end_has_its_exit_code(events: list[Event], code: ExitCode) -> None:
    assert exit_code(events) == code


def test_the_numbers_are_a_contract() -> None:
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5, 6, 124, 130]
