"""Load the model while the program itself still loads. Standard library only: it must start before anything heavy."""

import json
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

CONNECT_SECONDS = 5
LOAD_SECONDS = 600


def load_request(model: str, num_ctx: int, keep_alive: str) -> dict[str, Any]:
    """What every request shares. A different context length would make the server load the model again."""
    return {"model": model, "keep_alive": _duration(keep_alive), "options": {"num_ctx": num_ctx}}


def warm_up(url: str, model: str, num_ctx: int, keep_alive: str) -> Thread:
    """Ask the Ollama server at `url` to load the model, in a thread that the program never waits for.

    No proxy is used, and no failure is reported: the first real request meets it again and can say so.
    """
    body = {**load_request(model, num_ctx, keep_alive), "messages": []}
    thread = Thread(target=_post, args=(url, json.dumps(body)), name="warm-up", daemon=True)
    thread.start()
    return thread


def _post(url: str, body: str) -> None:
    try:
        parts = urlsplit(url)
        with closing(open_connection(parts.scheme, parts.netloc)) as connection:
            connection.connect()
            connection.sock.settimeout(LOAD_SECONDS)
            connection.request("POST", f"{parts.path}/api/chat", body, {"Content-Type": "application/json"})
            connection.getresponse().read(65_536)
    except (OSError, HTTPException, ValueError):
        return


def open_connection(scheme: str, address: str) -> HTTPConnection:
    """A connection, not yet made, that waits a few seconds at most."""
    connect = HTTPSConnection if scheme == "https" else HTTPConnection
    return connect(address, timeout=CONNECT_SECONDS)


def _duration(text: str) -> int | str:
    """Ollama reads a bare number only as a number of seconds, and a string only with a unit."""
    try:
        return int(text)
    except ValueError:
        return text
