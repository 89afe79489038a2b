"""What would kill the process or fail without a reason, checked before the engine is loaded."""

import os
import platform
from importlib import import_module
from pathlib import Path
from typing import Any

from devops_agent.errors import BackendError

CPU_DESCRIPTION = Path("/proc/cpuinfo")
NEEDED_FEATURES = frozenset({"avx2", "bmi2", "f16c", "fma"})
ADVICE = "use Ollama instead: --backend ollama"


def load_engine() -> Any:
    """The xllamacpp module. Raises BackendError on a machine where it cannot run."""
    if platform.machine().lower() in ("x86_64", "amd64") and CPU_DESCRIPTION.exists():
        check_features(CPU_DESCRIPTION.read_text(encoding="utf-8", errors="replace"))
    # Threads of libgomp that wait by spinning make generation many times slower on a busy machine.
    os.putenv("GOMP_SPINCOUNT", "0")
    try:
        return import_module("xllamacpp")
    except ImportError as error:
        raise _explained(error) from None


def check_features(description: str) -> None:
    """Raise BackendError when /proc/cpuinfo lists features, but not all that the engine's code needs: it would die."""
    flags = next((line for line in description.splitlines() if line.startswith("flags")), "")
    missing = NEEDED_FEATURES - set(flags.split())
    if flags and missing:
        raise BackendError(f"the embedded engine needs a CPU with {', '.join(sorted(missing))}", hint=ADVICE)


def _explained(error: ImportError) -> BackendError:
    if "libgomp" in str(error):
        return BackendError(
            "the embedded engine needs the system library libgomp.so.1",
            hint="install it: `apt install libgomp1`, `dnf install libgomp` or `apk add libgomp`",
        )
    if isinstance(error, ModuleNotFoundError) and error.name == "xllamacpp":
        return BackendError("the embedded engine is not installed", hint=f"install devops-agent anew, or {ADVICE}")
    return BackendError(f"the embedded engine cannot be loaded: {error}", hint=ADVICE)
