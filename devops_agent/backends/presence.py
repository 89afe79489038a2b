"""Is an Ollama there, and what has it got? Standard library only, and never longer than a moment."""

from contextlib import closing
from http.client import HTTPException
from threading import Thread
from urllib.parse import urlsplit

from devops_agent.backends.host import is_loopback
from devops_agent.backends.objects import list_of_objects, read_object, text_field
from devops_agent.backends.warmup import open_connection

NEAR_SECONDS = 0.3
FAR_SECONDS = 2.0
LARGEST_LIST = 4_000_000


def full_name(model: str) -> str:
    """A model's name as the server lists it: always with a tag."""
    return model if ":" in model.rpartition("/")[2] else f"{model}:latest"


def models_at(url: str) -> frozenset[str] | None:
    """The names of the models an Ollama server has; None when none answers in time, whatever the reason."""
    found: list[frozenset[str]] = []
    thread = Thread(target=lambda: found.extend(_asked(url)), name="presence", daemon=True)
    thread.start()
    thread.join(NEAR_SECONDS if is_loopback(url) else FAR_SECONDS)
    return found[0] if found else None


def _asked(url: str) -> list[frozenset[str]]:
    try:
        parts = urlsplit(url)
        with closing(open_connection(parts.scheme, parts.netloc)) as connection:
            connection.request("GET", f"{parts.path}/api/tags")
            response = connection.getresponse()
            listed = read_object(response.read(LARGEST_LIST), ValueError)
            models = list_of_objects(listed, "models", ValueError)
            names = frozenset(text_field(model, "name", ValueError) for model in models)
            return [names] if response.status == 200 and "models" in listed else []
    except (OSError, HTTPException, ValueError):
        return []
