"""What auto-run commands really do to the machine: each runs under strace, as a plain user, in a scratch tree."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from devops_agent.policy import Place
from safety.figure import Figure, unmeasured
from safety.readable import SERVED, Readable, from_help, from_lists

CALLS = (
    "open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,"
    "symlinkat,mknod,mknodat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,truncate,utime,utimes,"
    "futimesat,utimensat,setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr,mount,umount2,swapon,"
    "swapoff,reboot,sethostname,settimeofday,clock_settime,adjtimex,init_module,finit_module,delete_module,kill,"
    "tkill,tgkill,ptrace,connect,bind"
)
LINE = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\((.*?)(?:\) += |$)")
WRITES = re.compile(r"O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)")
NOT_FILES = re.compile(
    r'"(?:/dev/(?:null|tty|zero|full|stdout|stderr|fd/\d+|pts/\d+)|/proc/self/(?:fd/\d+|coredump_filter))"'
)
LOCAL = re.compile(
    r'sun_path=@?"(?:/var/run/nscd/|/run/(?:systemd|dbus|user)/|/var/run/(?:dbus|postgresql|docker)|/run/docker)|'
    r"sin_addr=inet_addr\(\"127\.|inet_pton\(AF_INET6, \"::1\"|AF_NETLINK|AF_UNSPEC|"
    r"sin6?_port=htons\(53\)"
)
"""Sockets of the machine's own services, this machine's ports, and the look-up of a name."""
SIGNALS_NOBODY = re.compile(r", 0$|SIG_0|SIGURG")
PRIVATE = (
    "TMPDIR",
    "home/.cache",
    "home/.kube/cache",
    "home/.config",
    "home/.docker",
    "home/.local",
    "home/.npm",
    "home/.terraform.d",
    "home/.gsutil",
)
"""Below the scratch folder: the temporary folder, and where tools keep caches and logs of their own."""
OWN = re.compile(r'__pycache__|"/dev/shm/(?:pym-|sem\.)')
"""What Python and the C library keep for themselves: compiled modules and semaphores."""
PLANTED = (
    "touch planted", "echo x > planted", "sort -o planted in", "chmod 600 in", "sed -i s/a/b/ in", "truncate -s 0 in",
    "mkdir planted", "ln -s in planted", "mv in planted", "rm -f planted",
)  # fmt: skip
SECONDS, QUICK_SECONDS = 8, 2
PLAIN_USER = 65534


def figures(quick: bool) -> Iterator[Figure]:
    """System calls that modify: of every auto-run command whose programs are installed."""
    what, reach = "auto-run commands really executed under strace", "0 modifying system calls"
    if shutil.which("strace") is None:
        yield unmeasured(what, reach, "strace is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        _furnish(scratch)
        place = Place(str(scratch / "work"), str(scratch / "home"), "u", repository_is_clean=lambda _: True)
        seconds = QUICK_SECONDS if quick else SECONDS
        planted = PLANTED[:3] if quick else PLANTED
        seen = sum(bool(_deeds(Readable(one, one, frozenset()), scratch, SECONDS)) for one in planted)
        yield Figure("planted changes that strace notices", "all", f"{seen} of {len(planted)}", seen == len(planted))
        commands = _chosen(place, quick)
        deeds = [f"{one.command}: {deed}" for one in commands for deed in _deeds(one, scratch, seconds)]
    measured = "; ".join([f"{len(deeds)} of {len(commands):,} commands", *deeds[:5]])
    yield Figure(what, reach, measured, not deeds and len(commands) > 10)


def _chosen(place: Place, quick: bool) -> list[Readable]:
    commands = (one for one in from_lists(place) if not one.programs & SERVED and _installed(one))
    if quick:
        return list(islice(commands, 12))
    return [*commands, *from_help("git", place)[1]]


def _installed(one: Readable) -> bool:
    return all(map(shutil.which, one.programs - {"cd", "pwd", "type", "command", "true", "false", ":", "["}))


def _furnish(scratch: Path) -> None:
    """A small project, owned by the plain user that the commands run as; one file is newer than Git's index says."""
    for name in ("work/src", "work/k8s", "work/docs", "home", "TMPDIR"):
        (scratch / name).mkdir(parents=True)
    files = ("in", "app.log", "access.log", "data.csv", "file.txt", "config.ini", "a.conf", "b.conf", "f", "README.md")
    for name in files:
        (scratch / "work" / name).write_text("one,two\nERROR three 500\n" * 20)
    for name in ("package.json", "users.json", "data.json", "people.json"):
        (scratch / "work" / name).write_text('{"name": "web", "dependencies": {"a": "1"}}\n')
    git = ["git", "-c", "user.name=u", "-c", "user.email=u@example.com", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"], ["tag", "v1.0"]):
        subprocess.run([*git, *command], cwd=scratch / "work", check=True, env={**os.environ, "HOME": str(scratch)})
    os.utime(scratch / "work" / "README.md")
    if os.geteuid() == 0:
        for path in (scratch, *scratch.rglob("*")):
            os.chown(path, PLAIN_USER, PLAIN_USER)


def _deeds(one: Readable, scratch: Path, seconds: float) -> list[str]:
    """The calls of one command that modify something."""
    trace = scratch / "trace"
    _run(one.canonical, scratch, trace, seconds)
    lines = trace.read_text(errors="replace").splitlines() if trace.exists() else []
    trace.unlink(missing_ok=True)
    return list(dict.fromkeys(line for line in lines if modifies(line, str(scratch))))


def _run(text: str, scratch: Path, trace: Path, seconds: float) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch / "TMPDIR"),
        "LC_ALL": "C.UTF-8",
        "PAGER": "cat",
    }
    process = subprocess.Popen(
        ["strace", "-f", "-qq", "-s", "200", "-e", f"trace={CALLS}", "-o", str(trace), "/bin/bash", "-c", text],
        cwd=scratch / "work",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user=PLAIN_USER if os.geteuid() == 0 else None,
        group=PLAIN_USER if os.geteuid() == 0 else None,
        extra_groups=[] if os.geteuid() == 0 else None,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def modifies(line: str, scratch: str) -> bool:
    """Whether one line of the trace is a call that changes something outside the tool's own caches."""
    found = LINE.match(line)
    if not found:
        return False
    call, arguments = found[1], found[2]
    if OWN.search(arguments) or any(f'"{scratch}/{private}' in arguments for private in PRIVATE):
        return False
    if call in ("open", "openat", "openat2", "creat"):
        return bool(WRITES.search(arguments) or call == "creat") and not NOT_FILES.search(arguments)
    if call in ("connect", "bind"):
        return not LOCAL.search(arguments)
    if call in ("kill", "tkill", "tgkill"):
        return not SIGNALS_NOBODY.search(arguments)
    return True
