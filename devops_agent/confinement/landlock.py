"""Landlock: a process gives up rights for itself and all that it starts, without being root.

A ruleset is made here, in the agent, as a file descriptor; the supervisor puts it on in the child, right before the
program starts. The numbers are those of linux/landlock.h, and the same on every architecture.
"""

import ctypes
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

CREATE_RULESET, ADD_RULE = 444, 445
VERSION_QUESTION = 1
RULE_PATH_BENEATH = 1
WRITE_FILE, TRUNCATE = 1 << 1, 1 << 14
REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
REFER = 1 << 13
BIND_TCP, CONNECT_TCP = 1 << 0, 1 << 1
SCOPE_ABSTRACT_SOCKETS, SCOPE_SIGNALS = 1 << 0, 1 << 1


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


@cache
def abi() -> int:
    """The version of Landlock that this kernel has switched on; 0 for none."""
    try:
        return max(0, _call(CREATE_RULESET, None, 0, VERSION_QUESTION))
    except (OSError, AttributeError):
        return 0


def open_ruleset(writable: Iterable[Path], *, connects: bool) -> int:
    """A descriptor of rules that forbid every write outside `writable`, signals to others and, if asked, all TCP.

    `writable` are folders and devices. Reading stays as it is. Raises OSError where the kernel has no Landlock.
    """
    version = abi()
    files = WRITE_FILE | REMOVE_AND_MAKE | REFER * (version >= 2) | TRUNCATE * (version >= 3)
    network = (BIND_TCP if connects else BIND_TCP | CONNECT_TCP) if version >= 4 else 0
    scoped = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS if version >= 6 else 0
    attributes = _RulesetAttributes(files, network, scoped)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _call(CREATE_RULESET, ctypes.byref(attributes), size, 0)
    for path in writable:
        _allow(ruleset, path, files)
    return ruleset


def _allow(ruleset: int, path: Path, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        allowed = rights if path.is_dir() else rights & (WRITE_FILE | TRUNCATE)
        rule = _PathBeneath(allowed, descriptor)
        _call(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)


def _call(number: int, *arguments: object) -> int:
    """A system call that the C library has no name for. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result = int(libc.syscall(ctypes.c_long(number), *wide))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
