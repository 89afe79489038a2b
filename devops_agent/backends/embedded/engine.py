"""llama.cpp in this process: one model, one conversation's memory, one request at a time.

The engine insists on an HTTP side. It gets a socket in a folder only this user can enter, a key, and no network port.
"""

import os
import secrets
import tempfile
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, cast

from devops_agent.backends.embedded.guards import load_engine
from devops_agent.backends.embedded.socket_api import SocketApi
from devops_agent.backends.failures import CancelledError, DamagedError
from devops_agent.backends.objects import sentence
from devops_agent.errors import BackendError

READ_AT_ONCE = 64
"""Tokens of a prompt between two chances to stop: with fewer, the engine's attention takes a path twice as slow."""
SOCKET = "engine.sock"
STATE = "state"
LONGEST_FOLDER = 60
Chunk = dict[str, Any]


class Engine:
    """A loaded model. `window` is the context it really has, in tokens; `version` that of the engine's code."""

    def __init__(self, model: Path, window: int) -> None:
        """Load a model. Raises BackendError when this machine or the file does not allow it."""
        xllamacpp = load_engine()
        self.version = str(xllamacpp.__version__)
        self._folder = tempfile.TemporaryDirectory(prefix="devops-agent-", dir=_short_folder())
        self._request: _Request | None = None
        self._ahead: Mapping[str, Any] | None = None
        self._cancelled = Event()
        folder, key = Path(self._folder.name), secrets.token_hex(16)
        try:
            self._server = xllamacpp.Server(_parameters(xllamacpp, model, window, folder, key))
        except RuntimeError:
            self._folder.cleanup()
            raise BackendError(
                f"the embedded engine cannot load {model}",
                hint="it may be damaged, too large for the memory, or of a kind this version does not know",
            ) from None
        self._api = SocketApi(folder / SOCKET, key)
        # This passes through the engine's own loop: one that is closed before its loop runs would never end.
        self.window = int(self._api.ask("GET", "/slots")[0]["n_ctx"])

    def tokens(self, text: str) -> list[int]:
        """The tokens of a text, special ones recognised."""
        answer = self._api.ask("POST", "/tokenize", {"content": text, "add_special": False, "parse_special": True})
        return cast(list[int], answer["tokens"])

    def template(self) -> str:
        """The chat template in the model's file, or the engine's own where it has none."""
        return str(self._api.ask("GET", "/props").get("chat_template") or "")

    def start(self, body: Mapping[str, Any]) -> None:
        """Begin to complete a prompt. What comes is kept for a `stream` of the same body; any other ends it."""
        self._request_for(body)
        self._ahead = body

    def stream(self, body: Mapping[str, Any]) -> Generator[Chunk, None, None]:
        """Complete a prompt and hand out what comes, while another thread computes.

        Raises BackendError; CancelledError as soon as `cancel` is called. Closing the iterator stops the engine.
        """
        if self._cancelled.is_set():
            raise CancelledError
        ahead, self._ahead = self._ahead, None
        request = self._request if self._request and ahead == body else self._request_for(body)
        try:
            yield from request.chunks()
        finally:
            request.stop()

    def begin(self) -> None:
        """Forget an earlier `cancel`."""
        self._cancelled.clear()

    def cancel(self) -> None:
        """Stop the `stream` that is under way in another thread, and refuse further ones until `begin`."""
        self._cancelled.set()
        self._ahead = None
        if self._request is not None:
            self._request.cancel()

    def read(self, tokens: list[int]) -> None:
        """Read a prompt into the memory and write nothing."""
        for _ in self.stream({"prompt": tokens, "max_tokens": 0, "cache_prompt": True}):
            pass

    def state(self) -> bytes:
        """The memory as bytes, for `restore` in another process."""
        path = Path(self._folder.name, STATE)
        self._api.ask("POST", "/slots/0?action=save", {"filename": STATE})
        try:
            return path.read_bytes()
        finally:
            path.unlink()

    def restore(self, state: bytes) -> None:
        """Put back a memory. Only bytes that came from `state` unharmed may be given: others can end the process."""
        path = Path(self._folder.name, STATE)
        path.write_bytes(state)
        try:
            self._api.ask("POST", "/slots/0?action=restore", {"filename": STATE})
        finally:
            path.unlink()

    def close(self) -> None:
        """Stop, and give back memory and files."""
        if self._request is not None:
            self._request.end()
        self._request = None
        self._server = None
        self._folder.cleanup()

    def _request_for(self, body: Mapping[str, Any]) -> "_Request":
        if self._request is not None:
            self._request.end()
        self._request = _Request(self._server, body)
        return self._request


class _Request:
    """One completion on its way. The thread that computes is never interrupted; it is told to stop."""

    def __init__(self, server: Any, body: Mapping[str, Any]) -> None:
        self._queue: SimpleQueue[Chunk | None] = SimpleQueue()
        self._stopped = Event()
        self._cancelled = Event()
        self._thread = Thread(target=self._compute, args=(server, body), name="embedded-engine")
        self._thread.start()

    def chunks(self) -> Iterator[Chunk]:
        while (chunk := self._queue.get()) is not None and not self._cancelled.is_set():
            if "error" in chunk:
                raise DamagedError(f"the embedded engine failed: {sentence(chunk['error'])}")
            yield chunk
        if self._cancelled.is_set():
            raise CancelledError

    def stop(self) -> None:
        self._stopped.set()

    def cancel(self) -> None:
        self._cancelled.set()
        self.stop()
        self._queue.put(None)

    def end(self) -> None:
        """Stop, and wait until the engine has noticed."""
        self.stop()
        self._thread.join()

    def _compute(self, server: Any, body: Mapping[str, Any]) -> None:
        try:
            server.handle_completions({**body, "stream": True, "return_progress": True}, self._take)
        except RuntimeError as error:
            self._queue.put({"error": str(error)})
        finally:
            self._queue.put(None)

    def _take(self, chunk: Chunk) -> bool:
        """The engine's callback: True tells it to stop."""
        self._queue.put(chunk)
        return self._stopped.is_set()


def _short_folder() -> str | None:
    """Where the socket's folder goes: the usual place, unless the path would be longer than the system allows."""
    return "/tmp" if len(tempfile.gettempdir()) > LONGEST_FOLDER else None


def _parameters(xllamacpp: Any, model: Path, window: int, folder: Path, key: str) -> Any:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.n_ctx = window
    parameters.n_parallel = 1
    parameters.n_batch = parameters.n_ubatch = READ_AT_ONCE
    # More threads than one are slower in generation as soon as anything else runs on the machine.
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) // 2)
    parameters.cache_ram_mib = 0
    parameters.warmup = False
    parameters.fit_params = False
    parameters.verbosity = -1
    parameters.hostnames = [str(folder / SOCKET)]
    parameters.api_keys = [key]
    parameters.cors_origins = "http://localhost:0"
    parameters.n_threads_http = 1
    parameters.ui = False
    parameters.endpoint_slots = True
    parameters.slot_save_path = f"{folder}/"
    return parameters
