"""The real machine's answers to what the policy asks."""

import os
from collections.abc import Mapping
from pathlib import Path

from devops_agent.policy import Place


def real_place(folder: str | Path, environment: Mapping[str, str]) -> Place:
    """The place of a command that would run in `folder` with this environment."""
    return Place(
        folder=str(folder),
        home=environment.get("HOME", "/root"),
        user=environment.get("USER", ""),
        environment=environment,
        real_path=os.path.realpath,
    )
