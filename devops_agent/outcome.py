"""Which exit code a run has earned. Pure."""

from collections.abc import Sequence

from devops_agent.errors import ExitCode
from devops_agent.events import Answered, Event, Observed, Refused

OUTCOMES = {"step_limit": ExitCode.LIMIT, "quit": ExitCode.REFUSED}


def exit_code(events: Sequence[Event]) -> ExitCode:
    """The code for a finished run. What a human or the policy stopped, or time ran out on, is not a success."""
    answer = next((event for event in reversed(events) if isinstance(event, Answered)), None)
    last = next((event for event in reversed(events) if isinstance(event, (Observed, Refused))), None)
    if answer is not None and answer.outcome in OUTCOMES:
        return OUTCOMES[answer.outcome]
    if isinstance(last, Refused) and last.by in ("policy", "user"):
        return ExitCode.REFUSED
    if isinstance(last, Observed) and last.result.exit_code == ExitCode.TIME_LIMIT:
        return ExitCode.TIME_LIMIT
    return ExitCode.OK if answer is not None and answer.verified else ExitCode.UNVERIFIED
