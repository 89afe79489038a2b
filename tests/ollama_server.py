"""A scripted Ollama on localhost: the real routes, words and bytes, with replies and misbehaviour by order.

    with OllamaServer(replies=["<tool_call>…</tool_call>"], faults=["http_500"]) as server:
        ... server.url, server.requests, server.chats ...

The n-th model request gets the n-th fault (None for none) until they run out; `faults="stall"` plays one for ever;
a function of the exchange and the good answer's lines is a fault too.
A fault consumes no reply. An empty chat or generate request loads the model and consumes neither.
"""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from typing import Any

from tests import ollama_routes
from tests.ollama_faults import FAULTS
from tests.ollama_faults.fault import Play

NDJSON = "application/x-ndjson"
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Turn:
    """One scripted reply with more than text. `counts=False` leaves the token counts out, as some versions do."""

    text: str = ""
    thinking: str = ""
    tool_calls: tuple[tuple[str, Any], ...] = ()
    done_reason: str = "stop"
    counts: bool = True


@dataclass(frozen=True)
class Request:
    """What a client sent; `body` is the parsed JSON, or the bytes where they are none."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Installed:
    """A model the server holds; its digest is made from its name unless one is given."""

    size: int = 1_834_426_016
    context_length: int = 40_960
    capabilities: tuple[str, ...] = ("completion",)
    template: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""


class Exchange(BaseHTTPRequestHandler):
    """One connection, with the means to answer well and badly."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "", ""
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, ValueError, OSError):
            self.close_connection = True

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        self.ollama.answer(self, raw)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

    @property
    def ollama(self) -> "OllamaServer":
        return self.server.ollama  # type: ignore[attr-defined,no-any-return]

    def log_message(self, *_: Any) -> None:
        """Nothing on the screen."""

    def start(self, status: int = 200, content_type: str = NDJSON, **headers: str) -> None:
        """Send the head of a chunked answer; a keyword like `Content_Length` takes the chunked encoding's place."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if not {"Content_Length", "Connection"} & set(headers):
            headers["Transfer_Encoding"] = "chunked"
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.close_connection |= headers.get("Connection") == "close"
        self.end_headers()

    def send(self, data: bytes) -> None:
        self.wfile.write(data)

    def chunk(self, data: bytes) -> None:
        self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self) -> None:
        self.send(b"0\r\n\r\n")

    def whole(self, status: int, body: bytes, content_type: str = JSON, **headers: str) -> None:
        """An answer with a length."""
        self.start(status, content_type, Content_Length=str(len(body)), **headers)
        if self.command != "HEAD":
            self.send(body)

    def json(self, status: int, value: Any) -> None:
        self.whole(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def error(self, status: int, text: str) -> None:
        self.json(status, {"error": text})

    def stream(self, lines: Iterable[bytes]) -> None:
        """A whole chunked answer, one line a chunk."""
        self.start()
        for line in lines:
            self.chunk(line)
        self.end()

    def hang(self) -> None:
        """Say nothing more until the client hangs up or the server is closed."""
        self.close_connection = True
        self.ollama.hanging.set()
        try:
            gone = not self.connection.recv(1)
        except ConnectionError:
            gone = True
        if gone:
            self.ollama.hung_up.set()

    def reset(self) -> None:
        """Drop the connection the hard way."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, ollama: "OllamaServer") -> None:
        self.ollama = ollama
        self.open_sockets: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), Exchange)

    def server_bind(self) -> None:
        # HTTPServer's own asks the name service who we are.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open_sockets.add(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""

    def shutdown_request(self, request: Any) -> None:
        self.open_sockets.discard(request)
        super().shutdown_request(request)


class OllamaServer:
    """The server, running from construction (or `with`) to `close`."""

    def __init__(
        self,
        replies: Iterable[str | Turn | Callable[[dict[str, Any]], str | Turn]] = (),
        *,
        faults: str | Play | Iterable[str | Play | None] = (),
        models: Iterable[str] | Mapping[str, Installed] = ("qwen3-devops",),
        version: str = "0.33.0",
    ) -> None:
        installed = models if isinstance(models, Mapping) else {name: Installed() for name in models}
        self.models = {ollama_routes.full_name(name): model for name, model in installed.items()}
        self.version = version
        self.requests: list[Request] = []
        self.loaded: dict[str, int] = {}
        self.blobs: dict[str, bytes] = {}
        self.hanging, self.hung_up = threading.Event(), threading.Event()
        self._replies = list(replies)
        self._faults = repeat(faults) if isinstance(faults, str) or callable(faults) else iter(faults)
        self._lock = threading.Lock()
        self._listener = _Listener(self)
        self.port = self._listener.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._listener.serve_forever, args=(0.005,), daemon=True).start()

    def __enter__(self) -> "OllamaServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and drop every connection."""
        self._listener.shutdown()
        self._listener.server_close()
        for connection in list(self._listener.open_sockets):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The bodies of the requests that asked the model for something, in order."""
        return [request.body for request in list(self.requests) if ollama_routes.asks_the_model(request)]

    @property
    def waiting_replies(self) -> int:
        return len(self._replies)

    def answer(self, exchange: Exchange, raw: bytes) -> None:
        request = Request(
            exchange.command,
            exchange.path,
            {name.lower(): value for name, value in exchange.headers.items()},
            _parsed(raw),
        )
        with self._lock:
            self.requests.append(request)
        ollama_routes.dispatch(self, exchange, request)

    def next_fault(self) -> Play | None:
        with self._lock:
            chosen = next(self._faults, None)
        return FAULTS[chosen].play if isinstance(chosen, str) else chosen

    def peek_reply(self, body: dict[str, Any]) -> Turn | None:
        with self._lock:
            reply = self._replies[0] if self._replies else None
        if callable(reply):
            reply = reply(body)
        return Turn(reply) if isinstance(reply, str) else reply

    def drop_reply(self) -> None:
        with self._lock:
            self._replies.pop(0)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw
