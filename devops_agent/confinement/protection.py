"""What the kernel really gives on this machine, in words."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from devops_agent.confinement import landlock
from devops_agent.confinement.docker_engine import obstacle
from devops_agent.docker_endpoint import read_endpoint
from devops_agent.tools.supervisor import NEW_NETWORK, NEW_USER

PROBE = (
    "import ctypes, sys; libc = ctypes.CDLL(None); "
    f"sys.exit(libc.unshare({NEW_NETWORK}) != 0 and libc.unshare({NEW_USER | NEW_NETWORK}) != 0)"
)
PROBE_SECONDS = 5.0


@dataclass(frozen=True)
class Protection:
    """One thing the kernel may enforce on commands that run unasked: whether it does, and what that means."""

    name: str
    active: bool
    text: str


def protections() -> list[Protection]:
    """Every protection of unasked commands, those that are missing included."""
    version = landlock.abi()
    return [_files(version), _connections(version), _network()]


def missing(environment: Mapping[str, str]) -> list[str]:
    """What is not enforced here, a line each; the engine is the one that docker would reach."""
    absent = [f"not enforced here: {one.text}" for one in protections() if not one.active]
    engine = obstacle(environment, read_endpoint(environment))
    return [*absent, *([f"{engine}; such a run refuses docker commands"] if engine else [])]


def _files(version: int) -> Protection:
    if version:
        text = f"Landlock {version}: commands that run unasked cannot write files, unless they look at processes"
        return Protection("confinement", True, text)
    return Protection("confinement", False, "no Landlock: only the policy keeps unasked commands from writing files")


def _connections(version: int) -> Protection:
    if version >= 4:
        return Protection("connections", True, "only clients of servers, such as kubectl, may connect unasked")
    return Protection("connections", False, "Landlock is older than 4: unasked commands may open TCP connections")


def _network() -> Protection:
    if landlock.abi() and _can_leave_network():
        return Protection("network", True, "text tools run without any network")
    return Protection("network", False, "no network namespaces: unasked text tools may use UDP and look up names")


def _can_leave_network() -> bool:
    try:
        probe = [sys.executable, "-I", "-S", "-c", PROBE]
        return subprocess.run(probe, capture_output=True, timeout=PROBE_SECONDS).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
