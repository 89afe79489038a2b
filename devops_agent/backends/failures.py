"""What can go wrong between us and a model server, each as an error that says what to do.

BackendError
├── UnreachableError   nobody answers at the address
├── MissingModelError  the server works, but has not this model
├── PromptTooLongError its context cannot hold the prompt; a LimitError too
├── RefusalError       the server understood and said no; asking again is no use
├── BusyError          the server is loading or full; waiting helps
├── DamagedError       the answer is not whole; generation runs nothing, so the same request may be sent again
└── CancelledError     another thread stopped the request
"""

from typing import Any

from devops_agent.backends.objects import read_object, sentence
from devops_agent.errors import BackendError, LimitError

OUR_MODEL = "qwen3-devops"
BUSY_STATUSES = frozenset({429, 503})
DAMAGED_STATUSES = frozenset({204, 206, 408, 499, 500, 502, 504})


class UnreachableError(BackendError):
    """Nobody answers at the address."""


class MissingModelError(BackendError):
    """The server works, but has not this model; `installed` says in words what it has."""

    def __init__(self, model: str, url: str, installed: str) -> None:
        way = "devops-agent model install" if model.startswith(OUR_MODEL) else f"ollama pull {sentence(model)}"
        super().__init__(
            f"the model {model!r} is not installed at {url}",
            hint=f"installed: {installed}; choose one with --model, or get this one with `{way}`",
        )


class RefusalError(BackendError):
    """The server understood and said no. `status` is its HTTP status, `text` its own words."""

    def __init__(self, status: int, text: str, hint: str = "") -> None:
        super().__init__(f"the model server refused (HTTP {status}): {text or 'it gave no reason'}", hint)
        self.status = status
        self.text = text


class PromptTooLongError(LimitError, BackendError):
    """The server refused a prompt that its context cannot hold."""

    def __init__(self, hint: str) -> None:
        super().__init__("the model server refused the prompt: it is longer than its context", hint)


class BusyError(BackendError):
    """The server is loading or full; waiting helps."""


class DamagedError(BackendError):
    """The answer is not whole. Nothing has run, so the same request may be sent again."""


class CancelledError(BackendError):
    """Another thread stopped the request."""

    def __init__(self) -> None:
        super().__init__("the request was cancelled")


def read_event(data: bytes) -> dict[str, Any]:
    """One object of a streamed answer. Raises DamagedError for one that reports an error, and for what is none."""
    event = read_object(data, DamagedError)
    if event.get("error"):
        raise DamagedError(f"the model server failed: {sentence(event['error'])}", hint="look at the server's log")
    return event


def status_failure(status: int, text: str, target: str, advice: str) -> BackendError:
    """The error for an HTTP status that is no success; `text` are the server's words, `target` its redirection."""
    if status in BUSY_STATUSES:
        words = f"the model server is busy: {text or 'it gave no reason'}"
        return BusyError(words, hint="wait until it has finished its other work")
    if status in DAMAGED_STATUSES:
        return DamagedError(f"the model server failed (HTTP {status}): {text or 'it gave no reason'}", hint=advice)
    if 300 <= status < 400:
        words = f"it redirects to {sentence(target) or 'nowhere'}"
        return RefusalError(status, words, hint="set host to the address it redirects to")
    return RefusalError(status, text)


def silence(url: str, seconds: float) -> BackendError:
    """The error for a server that accepted a request and said nothing."""
    return BackendError(
        f"the model server at {url} gave no answer for {seconds:g} s",
        hint="the model may still be loading, or be too large for this machine; raise idle_timeout to wait longer",
    )
