"""Ollama's HTTP interface, as far as the program uses it. Every failure is a BackendError with a way out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from devops_agent.backends.connection import Connection, Limits
from devops_agent.backends.failures import DamagedError, MissingModelError, PromptTooLongError, RefusalError, read_event
from devops_agent.backends.objects import count_field, list_of_objects, object_field, sentence, text_field
from devops_agent.backends.presence import full_name
from devops_agent.errors import BackendError

LOOK_UP_SECONDS = 2.0
START_ADVICE = "start it with `ollama serve`, or set host to where it runs; `devops-agent doctor` checks the rest"


class OllamaApi:
    """The server at one address."""

    def __init__(self, url: str, limits: Limits | None = None) -> None:
        self.connection = Connection(url, limits or Limits(), advice=START_ADVICE)

    def version(self) -> str:
        """The server's version."""
        return text_field(self._look_up("/api/version"), "version", DamagedError)

    def installed(self) -> list[dict[str, Any]]:
        """What /api/tags says of each installed model: name, size in bytes, digest, details."""
        return list_of_objects(self._look_up("/api/tags"), "models", DamagedError)

    def installed_names(self) -> list[str]:
        """The names of the installed models, each with its tag."""
        return [text_field(model, "name", DamagedError) for model in self.installed()]

    def show(self, model: str) -> dict[str, Any]:
        """What /api/show says: template, parameters, capabilities, model_info."""
        try:
            return _an_object(self.connection.ask("POST", "/api/show", {"model": model}, seconds=LOOK_UP_SECONDS))
        except RefusalError as error:
            raise self.explain(error, model) from None

    def trained_context(self, model: str) -> int | None:
        """The longest context the model itself knows, in tokens."""
        information = object_field(self.show(model), "model_info", DamagedError)
        return next((count_field(information, key) for key in information if key.endswith(".context_length")), None)

    def served_context(self, model: str) -> int | None:
        """The context a loaded model really has, in tokens; None when it is not loaded or the server does not say."""
        for loaded in list_of_objects(self._look_up("/api/ps"), "models", DamagedError):
            if loaded.get("name") == full_name(model):
                return count_field(loaded, "context_length")
        return None

    @contextmanager
    def events(self, path: str, body: Mapping[str, Any]) -> Iterator[Iterator[dict[str, Any]]]:
        """POST and hand out the objects of the streamed answer. An error line becomes a DamagedError."""
        with self.connection.lines(path, body) as lines:
            yield map(read_event, lines)

    def has_blob(self, digest: str) -> bool:
        """Whether the server holds a file; `digest` is "sha256:" and 64 hexadecimal digits."""
        return self.connection.exists(f"/api/blobs/{digest}")

    def upload_blob(self, digest: str, data: Any) -> None:
        """Send a file (anything with `read`). The server checks the digest."""
        self.connection.upload(f"/api/blobs/{digest}", data)

    def create(self, body: Mapping[str, Any]) -> Iterator[str]:
        """Make a model of uploaded files, yielding the server's progress words. `body` is that of /api/create."""
        status = ""
        with self.events("/api/create", body) as events:
            for event in events:
                status = text_field(event, "status", DamagedError)
                yield status
        if status != "success":
            raise DamagedError(f"the model server stopped making the model after {status!r}")

    def explain(self, error: RefusalError, model: str) -> BackendError:
        """A refusal in the words of someone who wants to go on."""
        if error.status == 404 and "not found" in error.text and "page" not in error.text:
            return MissingModelError(model, self.connection.url, self._installed_words())
        if error.status == 404:
            return BackendError(f"the server at {self.connection.url} is not an Ollama server", hint=START_ADVICE)
        if error.status == 403 and not error.text:
            return BackendError(str(error), hint="set host to a name the server listens on, such as 127.0.0.1")
        if "longer than the context" in error.text or "exceed_context_size" in error.text:
            return PromptTooLongError(hint=_MORE_CONTEXT)
        if error.status == 401:
            return BackendError(str(error), hint="sign in with `ollama signin`, or use a local model")
        return BackendError(str(error), hint=error.hint or _advice(error.text))

    def _installed_words(self) -> str:
        try:
            return ", ".join(map(sentence, self.installed_names()[:20])) or "nothing"
        except BackendError:
            return "unknown"

    def _look_up(self, path: str) -> dict[str, Any]:
        try:
            return _an_object(self.connection.get(path, seconds=LOOK_UP_SECONDS))
        except RefusalError as error:
            raise self.explain(error, "") from None


_MORE_CONTEXT = "raise --num-ctx and the server's limit (OLLAMA_CONTEXT_LENGTH), or ask for less at once"


def _advice(text: str) -> str:
    if "context" in text:
        return _MORE_CONTEXT
    return "look at the server's log, or try another model with --model"


def _an_object(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise DamagedError("the model server sent something that is not Ollama's protocol", hint=START_ADVICE)
