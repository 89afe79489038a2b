"""The door to the one place that bends smolagents: how it is imported."""

from devops_agent import patches

__all__ = ["patches"]
