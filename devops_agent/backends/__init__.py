"""Model backends by name. Each module is loaded only when it is chosen."""

from importlib import import_module
from typing import TYPE_CHECKING

from devops_agent.settings import Settings

if TYPE_CHECKING:
    from devops_agent.backends.base import ChatModel

BACKENDS = {
    "embedded": "devops_agent.backends.embedded.chat:EmbeddedChat",
    "ollama": "devops_agent.backends.ollama:OllamaChat",
    "openai": "devops_agent.backends.openai:OpenAIChat",
    "scripted": "devops_agent.backends.scripted:Scripted",
}


def open_backend(settings: Settings) -> "ChatModel":
    """The model of these settings, ready to be asked. Raises BackendError."""
    if settings.backend not in BACKENDS:
        from devops_agent.backends.choice import choose

        settings = choose(settings).settings
    module, _, name = BACKENDS[settings.backend].partition(":")
    backend: ChatModel = getattr(import_module(module), name).open(settings)
    return backend
