"""The user's own rules as a file that programs change, one at a time."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from devops_agent.disk import replace_file
from devops_agent.errors import DevOpsAgentError
from devops_agent.rules.files import read_rules


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Give the file what `change` makes of its text ("" where there is none).

    Raises DevOpsAgentError when the file is wrong, or cannot be read or written; it is then as it was.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            read_rules(path)
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            replace_file(path.absolute(), change(text).encode(), 0o600)
        finally:
            os.close(folder)
    except OSError as error:
        raise DevOpsAgentError(f"cannot write {path}: {error.strerror}") from None
