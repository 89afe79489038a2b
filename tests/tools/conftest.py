from collections.abc import Iterator
from pathlib import Path

import pytest

from devops_agent.tools.base import Workspace
from devops_agent.tools.shell import Bash


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "work"
    folder.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home)}
    return Workspace(folder, environment, tmp_path / "state", timeout=30, grace=0.1)


@pytest.fixture
def bash(workspace: Workspace) -> Iterator[Bash]:
    tool = Bash(workspace)
    yield tool
    tool.close()
