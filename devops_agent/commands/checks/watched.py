"""The program with its network cut off, and every attempt of its Python code to reach another machine written down.

`python -m devops_agent.commands.checks.watched REPORT WORD…` runs `devops-agent WORD…`. The first line of the report
says whether the network could be cut off, each other one names an attempt.
"""

import ctypes
import os
import runpy
import sys
from pathlib import Path
from typing import Any, TextIO

from devops_agent.tools.supervisor import NEW_NETWORK, NEW_USER

CUT_OFF, CONNECTED = "cut off", "connected"
ADDRESS_EVENTS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
NAME_EVENTS = {"socket.getaddrinfo", "socket.gethostbyname"}
LOOPBACK = ("127.", "::1", "localhost")


def is_elsewhere(host: object) -> bool:
    """Whether a host is another machine than this one."""
    return bool(host) and not str(host).startswith(LOOPBACK)


def cut_off() -> bool:
    """Move this process into a network without any interface, if the kernel lets it."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "unshare"):
        return False
    if libc.unshare(NEW_NETWORK) == 0:
        return True
    if libc.unshare(NEW_USER | NEW_NETWORK) != 0:
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        Path("/proc/self", name).write_text(text, encoding="ascii")
    return True


def watch(report: TextIO) -> None:
    """Note from now on every attempt of this process to reach another machine, or to look one up."""

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ADDRESS_EVENTS and isinstance(arguments[1], tuple) and is_elsewhere(arguments[1][0]):
            print(event, *arguments[1][:2], file=report, flush=True)
        elif event in NAME_EVENTS and is_elsewhere(arguments[0]):
            print(event, arguments[0], file=report, flush=True)

    sys.addaudithook(note)


def main() -> None:
    """Run the program watched."""
    with Path(sys.argv.pop(1)).open("a", encoding="utf-8") as report:
        print(CUT_OFF if cut_off() else CONNECTED, file=report, flush=True)
        watch(report)
        runpy.run_module("devops_agent", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
