"""The memory of what every conversation begins with, kept on disk so that the next process need not read it again."""

import hashlib
from contextlib import suppress
from pathlib import Path

from devops_agent.backends.embedded.engine import Engine
from devops_agent.disk import digest, replace_file
from devops_agent.errors import BackendError

KEPT = 4
LARGEST = 256 * 1024 * 1024


class PrefixStore:
    """Saved memories in one folder. A file is named by what made it and by its own digest.

    The engine ends the process over bytes it did not write, so a file whose digest does not fit is never shown to it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def warm(self, engine: Engine, model: str, prefix: str) -> bool:
        """Have the engine know a prefix. `model` identifies the model. True when it did not need to read it."""
        key = hashlib.sha256("\0".join((model, engine.version, str(engine.window), prefix)).encode()).hexdigest()[:32]
        state = self._load(key)
        if state is not None:
            with suppress(BackendError, OSError):
                engine.restore(state)
                return True
        engine.read(engine.tokens(prefix))
        self._save(key, engine)
        return False

    def _load(self, key: str) -> bytes | None:
        for path in self._folder.glob(f"{key}-*"):
            with suppress(OSError):
                state = path.read_bytes()
                if path.name == f"{key}-{digest(state)}":
                    return state
                path.unlink()
        return None

    def _save(self, key: str, engine: Engine) -> None:
        """Keep the engine's memory, and only the latest few. That it cannot be kept costs time, nothing else."""
        with suppress(BackendError, OSError):
            state = engine.state()
            if len(state) > LARGEST:
                return
            replace_file(self._folder.resolve() / f"{key}-{digest(state)}", state, mode=0o600)
            saved = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
            for path in saved[:-KEPT]:
                path.unlink()
