"""One model server over HTTP: bounded, and cancellable from another thread. Raises only the errors of `failures`."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from devops_agent.backends.failures import CancelledError, DamagedError, RefusalError, silence, status_failure
from devops_agent.backends.host import is_loopback
from devops_agent.backends.http_failures import TIMEOUTS, connection_failure
from devops_agent.backends.objects import read_value, sentence
from devops_agent.backends.sockets import ShowingAdapter
from devops_agent.errors import BackendError

PIECE = 65_536
FAILURES = (requests.RequestException, HTTPError, HTTPException, OSError, ValueError)
LAST_BYTES_SECONDS = 0.05


@dataclass(frozen=True)
class Limits:
    """What a server may cost: seconds of silence, bytes, and further attempts.

    `idle` counts before the first byte of a reply (the model may be loading or reading), `stall` between its pieces;
    `busy` is how long in all to wait for a server that says it is busy, starting with pauses of `pause` seconds.
    """

    connect: float = 5.0
    idle: float = 300.0
    stall: float = 30.0
    line: int = 4_000_000
    total: int = 64_000_000
    resends: int = 2
    pause: float = 0.25
    busy: float = 180.0


class Connection:
    """Requests to one server, one at a time."""

    def __init__(self, url: str, limits: Limits, *, advice: str, headers: Mapping[str, str] | None = None) -> None:
        self.url = url
        self.limits = limits
        self._advice = advice
        self._cancelled = threading.Event()
        self._socket: socket.socket | None = None
        self._speaking = False
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(url)
        # Uncompressed only: a small reply of a hostile server cannot become a large one.
        self._session.headers.update({"Accept-Encoding": "identity", **(headers or {})})
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, ShowingAdapter(self._opened))

    def get(self, path: str, *, seconds: float | None = None) -> Any:
        """The JSON value at a path. `seconds` bounds the silence in place of the limits."""
        return self.ask("GET", path, seconds=seconds)

    def ask(self, method: str, path: str, body: Any = None, *, seconds: float | None = None) -> Any:
        """The JSON value a request is answered with."""
        with self._sent(method, path, seconds, json=body) as response:
            return read_value(b"".join(self._pieces(response)), DamagedError)

    def exists(self, path: str) -> bool:
        """Whether a HEAD request finds something there."""
        try:
            with self._sent("HEAD", path):
                return True
        except RefusalError as error:
            if error.status == 404:
                return False
            raise

    def upload(self, path: str, data: Any) -> None:
        """POST a file, streamed; `data` is anything with `read`."""
        with self._sent("POST", path, data=data):
            return

    @contextmanager
    def lines(self, path: str, body: Mapping[str, Any]) -> Iterator[Iterator[bytes]]:
        """POST JSON and hand out the lines of the answer as they arrive, blank ones left out."""
        with self._sent("POST", path, json=body) as response:
            yield self._lines(self._pieces(response))

    def begin(self) -> None:
        """Forget an earlier `cancel`."""
        self._cancelled.clear()

    def cancel(self) -> None:
        """Stop the request that is under way in another thread, at once."""
        self._cancelled.set()
        self._hang_up()

    def wait(self, seconds: float) -> None:
        """Let time pass. Raises CancelledError as soon as `cancel` is called."""
        if self._cancelled.wait(seconds):
            raise CancelledError

    def close(self) -> None:
        """Give back the connection."""
        self._session.close()

    def _opened(self, opened: socket.socket) -> None:
        self._socket = opened
        if self._cancelled.is_set():
            self._hang_up()

    def _hang_up(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _sent(
        self, method: str, path: str, seconds: float | None = None, **content: Any
    ) -> Iterator[requests.Response]:
        """A good answer whose body is still to come. Every failure until the end becomes a BackendError."""
        patience = seconds or self.limits.idle
        response: requests.Response | None = None
        self._speaking = False
        try:
            timeouts = (self.limits.connect, patience)
            response = self._session.request(
                method, self.url + path, timeout=timeouts, allow_redirects=False, stream=True, **content
            )
            self._check(response)
            yield response
            self._drain(response)
        except FAILURES as error:
            raise self._explained(error, patience) from None
        finally:
            if response is not None:
                response.close()
        if self._cancelled.is_set():
            raise CancelledError

    def _pieces(self, response: requests.Response) -> Iterator[bytes]:
        """The body as it arrives. Raises DamagedError when it is longer than any reply."""
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise DamagedError("the model server sent a compressed answer that was not asked for")
        size = 0
        while piece := response.raw.read1(PIECE, decode_content=False):
            if not size:
                self._speaking = True
                self._allow_silence(self.limits.stall)
            size += len(piece)
            if size > self.limits.total:
                raise DamagedError(f"the model server sent more than {self.limits.total} bytes")
            yield piece

    def _lines(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        held = bytearray()
        for piece in pieces:
            held += piece
            if b"\n" in piece:
                *whole, held = held.split(b"\n")
                yield from (bytes(line) for line in whole if line.strip())
            if len(held) > self.limits.line:
                raise DamagedError(f"the model server sent a line of more than {self.limits.line} bytes")
        if held.strip():
            yield bytes(held)

    def _allow_silence(self, seconds: float) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.settimeout(seconds)

    def _drain(self, response: requests.Response) -> None:
        """Read what little may follow the last line, so that the connection can serve the next request."""
        self._allow_silence(LAST_BYTES_SECONDS)
        with suppress(*FAILURES):
            response.raw.read1(PIECE, decode_content=False)

    def _check(self, response: requests.Response) -> None:
        if response.status_code not in (200, 201):
            target = response.headers.get("Location", "")
            raise status_failure(response.status_code, _words(response), target, self._advice)

    def _explained(self, error: BaseException, patience: float) -> BackendError:
        if self._cancelled.is_set():
            return CancelledError()
        if isinstance(error, TIMEOUTS) and not self._speaking:
            return silence(self.url, patience)
        return connection_failure(error, self.url, self._advice)


def _words(response: requests.Response) -> str:
    """What an error answer says, as one short line; "" for HTML and other noise."""
    try:
        raw = response.raw.read1(PIECE, decode_content=False) or b""
    except FAILURES:
        return ""
    try:
        value = read_value(raw, ValueError)
    except ValueError:
        text = raw.decode(errors="replace")
        return "" if text.lstrip().startswith("<") else sentence(text)
    return sentence(value.get("error", value) if isinstance(value, dict) else value)
