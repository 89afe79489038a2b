"""What a conversation begins with: who speaks, and whether its model can be reached at all."""

import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from devops_agent import __version__
from devops_agent.backends.host import ollama_url
from devops_agent.errors import ConfigurationError
from devops_agent.settings import Settings

PATIENCE_SECONDS = 0.3
STARTERS = {"ollama": "start it with `ollama serve`", "openai": "start it"}
"""Backends that are servers, and how each comes to life."""


def greeting(settings: Settings, model: str) -> Iterator[str]:
    """The lines to show; one of them says so if the model's server is known to be down."""
    yield f"devops-agent {__version__}, model {model}. /help lists the commands."
    if settings.backend in STARTERS and (address := _dead_address(settings)):
        yield f"nothing listens at {address}: {STARTERS[settings.backend]}, or name another server with --host"


def _dead_address(settings: Settings) -> str:
    """The address that refuses connections; "" when it takes them, or does not tell in time."""
    try:
        url = ollama_url(settings.host)
    except ConfigurationError:
        return ""
    refused = threading.Event()
    probe = threading.Thread(target=_knock, args=(url, refused), name="knock", daemon=True)
    probe.start()
    probe.join(PATIENCE_SECONDS)
    return url if refused.is_set() else ""


def _knock(url: str, refused: threading.Event) -> None:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), PATIENCE_SECONDS).close()
    except ConnectionRefusedError:
        refused.set()
    except (OSError, ValueError):
        return
