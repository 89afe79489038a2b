"""A door: the Ollama backend of devops_agent under the name the project's users know."""

from devops_agent.backends.ollama import OllamaChat

__all__ = ["OllamaChat"]
