"""The processes of this machine, as the supervisor needs to know them. Light: it loads before every first command."""

import os
from contextlib import suppress


def signal_group(group: int, number: int) -> bool:
    """Signal a process group (0 only asks for it); False when it has no member that may be signalled."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def descendants() -> dict[int, bytes]:
    """Every living process below this one, with its name; empty where there is no /proc."""
    names: dict[int, bytes] = {}
    children: dict[int, list[int]] = {}
    for process, parent, name in _processes():
        names[process] = name
        children.setdefault(parent, []).append(process)
    found: dict[int, bytes] = {}
    waiting = [os.getpid()]
    while waiting:
        below = children.pop(waiting.pop(), [])
        found.update((process, names[process]) for process in below)
        waiting += below
    return found


def _processes() -> list[tuple[int, int, bytes]]:
    """(pid, parent's pid, name) of each process that is not yet dead."""
    found = []
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else ():  # noqa: PTH118, PTH112, PTH208 (pathlib is slow to load)
        with suppress(OSError, ValueError):
            process = int(entry)
            with open(f"/proc/{process}/stat", "rb") as file:  # noqa: PTH123
                head, _, tail = file.read().rpartition(b") ")
            state, parent = tail.split()[:2]
            if state not in (b"Z", b"X"):
                found.append((process, int(parent), head.partition(b"(")[2]))
    return found
