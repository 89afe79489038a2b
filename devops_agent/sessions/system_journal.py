"""Entries for the journal of systemd: as text to be imported, and sent to its own socket."""

import errno
import fcntl
import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path

SOCKET = Path("/run/systemd/journal/socket")
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f]")


def entry(fields: Mapping[str, str]) -> bytes:
    """One entry in the form that the journal exports and its socket takes; no value can pass for another field."""
    return b"".join(_field(name, value.encode("utf-8", "backslashreplace")) for name, value in fields.items())


def send(data: bytes, path: Path = SOCKET) -> None:
    """Give one entry to the journal that listens at `path`. Raises OSError."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.connect(str(path))
        try:
            journal.send(data)
        except OSError as error:
            if error.errno not in (errno.EMSGSIZE, errno.ENOBUFS):
                raise
            _send_as_file(journal, data)


def _field(name: str, value: bytes) -> bytes:
    if CONTROL.search(value):
        return b"%s\n%s%s\n" % (name.encode(), len(value).to_bytes(8, "little"), value)
    return b"%s=%s\n" % (name.encode(), value)


def _send_as_file(journal: socket.socket, data: bytes) -> None:
    """What is too long for a datagram goes as a sealed file in memory."""
    with os.fdopen(os.memfd_create("entry", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), "wb") as file:
        file.write(data)
        file.flush()
        seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
        fcntl.fcntl(file.fileno(), fcntl.F_ADD_SEALS, seals)
        socket.send_fds(journal, [b""], [file.fileno()])
