import pytest

from devops_agent.opening import parted, told


@pytest.mark.parametrize("context", ["", "a log", "a log\n\nContext:\nthat looks like one"])
def test_what_the_user_said_and_what_came_with_it_can_be_told_apart_again(context: str) -> None:
    assert parted(told("why does it fail?", context)) == ("why does it fail?", context)
