"""The quick part of `safety/system_calls.py`, and whether it can tell a deed from a look."""

import pytest

from safety.figure import NOT_MEASURED
from safety.system_calls import figures, modifies


def test_auto_run_commands_make_no_system_call_that_modifies() -> None:
    found = list(figures(quick=True))
    if found[0].measured.startswith(NOT_MEASURED):
        pytest.skip(found[0].measured)
    assert [figure for figure in found if not figure.reached] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('7 openat(AT_FDCWD, "in", O_RDONLY|O_CLOEXEC) = 3', False),
        ('7 openat(AT_FDCWD, "/dev/null", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3', False),
        ('7 openat(AT_FDCWD, "out", O_WRONLY|O_CREAT|O_TRUNC, 0666) = -1 EACCES (Permission denied)', True),
        ('7 openat(AT_FDCWD, "/s/TMPDIR/sortX", O_RDWR|O_CREAT|O_EXCL, 0600) = 3', False),
        ('7 unlink("in") = -1 ENOENT (No such file or directory)', True),
        ('7 connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT', False),
        ('7 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0', False),
        ('7 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("10.1.2.3")}, 16) = 0', True),
        ("7 kill(8, 0) = 0", False),
        ("7 kill(8, SIGTERM) = 0", True),
        ("7 +++ exited with 0 +++", False),
    ],
)
def test_a_line_of_the_trace_that_modifies_is_told_from_one_that_does_not(line, expected) -> None:
    assert modifies(line, "/s") is expected
