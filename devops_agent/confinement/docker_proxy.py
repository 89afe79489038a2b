"""A container engine that can only be asked: a socket beside the real one that lets only questions pass."""

import json
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUnixStreamServer
from typing import Any

HEAD_LIMIT = 65_536
HEAD_END = b"\r\n\r\n"
QUESTION = re.compile(rb"(GET|HEAD) (/[!-~]*) HTTP/1\.[01]")
HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)")
NO_QUESTION = re.compile(rb"/(?:attach|archive|export|get|unlockkey|session|grpc)(?:[/?]|$)")
"""Paths that talk to a container, carry away its files, or give out a secret, though they are asked for with GET."""
DROPPED = frozenset({b"connection", b"upgrade", b"content-length", b"transfer-encoding", b"expect", b"keep-alive"})
PATIENCE = 30.0
"""Seconds a client may take to say what it wants."""


class Refused(Exception):
    """A request that is not passed on."""


class DockerProxy:
    """Listens on the socket `path` and passes questions on to the engine behind `connect`. Close it after use."""

    def __init__(self, path: Path, connect: Callable[[], socket.socket]) -> None:
        self.address = f"unix://{path}"
        self._server = _Server(str(path), _Handler)
        self._server.connect = connect
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False
    connect: Callable[[], socket.socket]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is nobody's problem."""


class _Handler(BaseRequestHandler):
    """One connection carries one request, so that nothing can hide behind it."""

    server: _Server

    def handle(self) -> None:
        client: socket.socket = self.request
        client.settimeout(PATIENCE)
        try:
            head = question(_head(client))
        except Refused as refusal:
            _answer(client, "403 Forbidden", str(refusal))
            _hear_out(client)
            return
        client.settimeout(None)
        try:
            engine = self.server.connect()
        except OSError as error:
            _answer(client, "502 Bad Gateway", f"the container engine does not answer: {error.strerror or error}")
            return
        with engine:
            engine.sendall(head)
            _pour(engine, client)


def question(head: bytes) -> bytes:
    """The request to pass on: one question without a body, after which the connection ends. Raises Refused."""
    first, *lines = head.removesuffix(HEAD_END).split(b"\r\n")
    asked = QUESTION.fullmatch(first)
    if asked is None:
        raise Refused("this run is read-only: the container engine may be asked, and not told to do anything")
    if NO_QUESTION.search(asked[2]):
        raise Refused("this run is read-only: this would reach into a container")
    headers = [HEADER.fullmatch(line) for line in lines]
    if not all(headers):
        raise Refused("the request is malformed")
    found = [(header[1], header[2]) for header in headers if header]
    if any(name.lower() == b"upgrade" for name, _ in found):
        raise Refused("this run is read-only: a connection that becomes another protocol is not passed on")
    kept = [name + b": " + value for name, value in found if name.lower() not in DROPPED]
    return b"\r\n".join([first, *kept, b"Connection: close"]) + HEAD_END


def _head(client: socket.socket) -> bytes:
    """A request up to its body. Raises Refused."""
    data = b""
    with suppress(OSError):
        while HEAD_END not in data and len(data) < HEAD_LIMIT and (piece := client.recv(8192)):
            data += piece
    head, end, _ = data.partition(HEAD_END)
    if not end:
        raise Refused("the request has no end")
    return head + end


def _pour(engine: socket.socket, client: socket.socket) -> None:
    """Everything the engine says, until it or the client ends; a client that leaves ends a long answer, too."""
    watcher = threading.Thread(target=_hang_up_with, args=(client, engine), daemon=True)
    watcher.start()
    with suppress(OSError):
        while piece := engine.recv(65_536):
            client.sendall(piece)
    with suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
    watcher.join()


def _hang_up_with(client: socket.socket, engine: socket.socket) -> None:
    with suppress(OSError):
        while client.recv(8192):
            pass
    with suppress(OSError):
        engine.shutdown(socket.SHUT_RDWR)


def _hear_out(client: socket.socket) -> None:
    """Read what is still being said, or a client that is at it would break off without the answer; not for long."""
    with suppress(OSError):
        client.shutdown(socket.SHUT_WR)
        client.settimeout(1)
        for _ in range(64):
            if not client.recv(65536):
                return


def _answer(client: socket.socket, status: str, message: str) -> None:
    body = json.dumps({"message": message}).encode()
    about = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close"
    with suppress(OSError):
        client.sendall(f"HTTP/1.1 {status}\r\n{about}".encode() + HEAD_END + body)
