"""Requests to the engine's own HTTP side, over its private socket."""

import json
import socket
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from devops_agent.backends.objects import read_value, sentence
from devops_agent.errors import BackendError


class SocketApi:
    """What only the HTTP side offers: tokens of a text, properties, saved states."""

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON value a request is answered with. Raises BackendError for a refusal."""
        connection = _LocalConnection(self._path)
        try:
            connection.request(method, path, json.dumps(body), self._headers)
            response = connection.getresponse()
            answer = read_value(response.read(), BackendError)
        except OSError as error:
            raise BackendError(f"the embedded engine does not answer: {error}") from None
        finally:
            connection.close()
        if response.status != 200:
            raise BackendError(f"the embedded engine refused: {sentence(answer)}")
        return answer


class _LocalConnection(HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self._path))
