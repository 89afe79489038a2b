"""When to ask a model server again. Safe for generation alone: it runs nothing."""

from collections.abc import Callable
from typing import TypeVar

from devops_agent.backends.connection import Connection
from devops_agent.backends.failures import BusyError, DamagedError

LONGEST_PAUSE = 5.0
Result = TypeVar("Result")


def persist(attempt: Callable[[], Result], connection: Connection) -> Result:
    """Make the attempt until it succeeds, as often and as long as the connection's limits allow.

    A damaged answer is asked for again a few times; a busy server is waited for. Raises the last error.
    """
    limits = connection.limits
    resends, waited, pause = 0, 0.0, limits.pause
    while True:
        try:
            return attempt()
        except DamagedError:
            resends += 1
            if resends > limits.resends:
                raise
        except BusyError:
            waited += pause
            if waited > limits.busy:
                raise
        connection.wait(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
