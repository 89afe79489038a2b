"""Secrets stay where they are: what leaves a run carries a tag in place of each secret value.

`Redactor` finds secrets by their form, by their names and because it has seen them before; the same value always gets
the same tag, and a command that uses the tag runs with the value.
"""

from devops_agent.secrets.names import is_secret
from devops_agent.secrets.redactor import Redactor

__all__ = ["Redactor", "is_secret"]
