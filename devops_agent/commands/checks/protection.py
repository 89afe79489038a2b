"""What the kernel enforces on commands that run unasked."""

from collections.abc import Iterator

from devops_agent.commands.checks.check import Check
from devops_agent.confinement.protection import protections

ADVICE = {
    "confinement": "Linux 5.13 or newer with landlock among /sys/kernel/security/lsm",
    "connections": "Linux 6.7 or newer",
    "network": "allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1)",
}


def check_protection() -> Iterator[Check]:
    """Every protection, also those this machine does not give."""
    for one in protections():
        advice = "" if one.active else f"needs {ADVICE[one.name]}"
        yield Check(one.name, "ok" if one.active else "note", one.text, advice)
