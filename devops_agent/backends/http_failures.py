"""What an exception of the HTTP libraries means in the words of `failures`."""

from collections.abc import Iterator

import requests
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from devops_agent.backends.failures import DamagedError, UnreachableError
from devops_agent.backends.objects import sentence
from devops_agent.errors import BackendError

NO_CONNECTION = (
    requests.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.ProxyError,
    requests.exceptions.SSLError,
    NewConnectionError,
)
TIMEOUTS = (requests.ReadTimeout, ReadTimeoutError)


def connection_failure(error: BaseException, url: str, advice: str) -> BackendError:
    """The error for an exception of the HTTP libraries."""
    causes = list(_causes(error))
    reason = sentence(getattr(causes[-1], "strerror", None) or causes[-1]) or type(causes[-1]).__name__
    if any(isinstance(cause, NO_CONNECTION) for cause in causes):
        return UnreachableError(f"cannot reach the model server at {url}: {reason}", hint=advice)
    return DamagedError(f"the answer of the model server broke off: {reason}", hint=advice)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what the libraries wrapped in it, outermost first."""
    inner: BaseException | None = error
    while inner is not None:
        yield inner
        wrapped = [getattr(inner, "reason", None), *reversed(inner.args), inner.__cause__]
        inner = next((item for item in wrapped if isinstance(item, BaseException)), None)
