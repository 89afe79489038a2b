"""A model of unknown origin is loaded in another process first: over some damaged files the engine ends its process."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import devops_agent
from devops_agent.backends.embedded.model_file import ModelFile
from devops_agent.disk import replace_file
from devops_agent.errors import BackendError
from devops_agent.settings import Settings

TRIAL_SECONDS = 300
TRIAL = """
import sys
sys.path.append(sys.argv[1])
from pathlib import Path
from devops_agent.backends.embedded.engine import Engine
engine = Engine(Path(sys.argv[2]), 512)
for _ in engine.stream({"prompt": engine.tokens("hello"), "max_tokens": 1}):
    pass
engine.close()
"""


def try_out(model: ModelFile, settings: Settings) -> None:
    """Make sure, once for each content, that a model can be loaded and asked. Raises BackendError."""
    passed = settings.cache_folder / "tried" / model.identity
    if model.shipped or passed.exists():
        return
    # Isolated, so that nothing in the current folder is taken for a part of Python.
    command = [sys.executable, "-I", "-c", TRIAL, str(Path(devops_agent.__file__).parents[1]), str(model.path)]
    try:
        trial = subprocess.run(
            command,
            env={**settings.environment, "GGML_NO_BACKTRACE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TRIAL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise _unusable(model) from None
    if trial.returncode != 0:
        raise _unusable(model)
    with suppress(OSError):
        replace_file(passed.parent.resolve() / passed.name, b"")


def _unusable(model: ModelFile) -> BackendError:
    return BackendError(
        f"the embedded engine cannot load {model.path}",
        hint="it may be damaged, too large for the memory, or of a kind this version does not know",
    )
