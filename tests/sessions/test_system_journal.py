"""Entries for systemd's journal: their form, and the socket they are written to."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from devops_agent.sessions.system_journal import entry, send


class Journal:
    """Takes entries as journald does: a datagram, or an empty one with a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(10)
        self._socket.bind(str(path))

    def next(self) -> tuple[bytes, bool]:
        """An entry, and whether it came as a file."""
        data, files, _, _ = socket.recv_fds(self._socket, 1_000_000, 1)
        if not files:
            return data, False
        with os.fdopen(files[0], "rb") as file:
            file.seek(0)
            with pytest.raises(OSError):
                os.ftruncate(file.fileno(), 1)
            return data + file.read(), True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def journal() -> Iterator[Journal]:
    """Its path is short: the name of a socket may have no more than 107 bytes."""
    with TemporaryDirectory() as name:
        one = Journal(Path(name) / "socket")
        yield one
        one.close()


def test_an_entry_is_a_field_a_line() -> None:
    assert entry({"MESSAGE": "grüß\tdich", "PRIORITY": "6"}) == "MESSAGE=grüß\tdich\nPRIORITY=6\n".encode()


@pytest.mark.parametrize("value", ["one\nPRIORITY=0", "\x1b[2J", "a\0b", "\r"])
def test_no_value_can_pass_for_another_field(value: str) -> None:
    data = value.encode()
    assert entry({"MESSAGE": value}) == b"MESSAGE\n" + len(data).to_bytes(8, "little") + data + b"\n"


def test_an_entry_arrives_as_it_was_made(journal: Journal) -> None:
    send(b"MESSAGE=hello\n", journal.path)
    assert journal.next() == (b"MESSAGE=hello\n", False)


def test_an_entry_too_long_for_a_datagram_arrives_as_a_sealed_file(journal: Journal) -> None:
    data = entry({"MESSAGE": "x" * 5_000_000})
    send(data, journal.path)
    assert journal.next() == (data, True)


def test_no_journal_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        send(b"MESSAGE=hello\n", tmp_path / "socket")
