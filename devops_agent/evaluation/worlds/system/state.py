"""An operating system: processes, disks, memory, listening ports, systemd units and their journals."""

from dataclasses import dataclass, field
from typing import Literal

from devops_agent.evaluation.worlds.logs import fatal, log_lines
from devops_agent.evaluation.worlds.values import Values

GIB = 1024**3
UnitState = Literal["active", "inactive", "failed", "activating"]
FAILURES = ("exit-code", "exit-code", "oom-kill", "timeout", "signal")


@dataclass
class Process:
    """`seconds` is the processor time used; `age` how long it has run."""

    pid: int
    user: str
    name: str
    command: str
    cpu: float
    memory: int
    age: int
    seconds: int
    parent: int = 1


@dataclass
class Disk:
    """A mounted file system, in bytes."""

    device: str
    mount: str
    size: int
    used: int
    inodes_used: int = 10

    @property
    def lasts(self) -> bool:
        """Whether what is written there stays: it is a disk, or the root of whatever kind."""
        return self.mount == "/" or (self.device.startswith("/dev/") and not self.device.startswith("/dev/loop"))

    @property
    def share(self) -> int:
        """Use% as df rounds it: up."""
        return -(-100 * self.used // self.size)


@dataclass
class Listener:
    port: int
    address: str
    process: str
    pid: int


@dataclass
class Unit:
    """A systemd service."""

    name: str
    description: str
    state: UnitState
    enabled: bool
    since: int
    pid: int = 0
    result: str = ""
    code: int = 0
    cause: str = ""
    journal: list[str] = field(default_factory=list)


class System:
    """The state of one system."""

    def __init__(self, values: Values, now: int, user: str) -> None:
        self.values = values
        self.now = now
        self.user = user
        self.host = values.pick(
            [
                values.name(),
                f"{values.name()}-{values.between(1, 20):02d}",
                f"ip-10-0-{values.between(1, 200)}-{values.between(1, 250)}",
            ]
        )
        self.cores = values.pick([1, 2, 4, 8, 16, 32])
        self.memory = values.pick([1, 2, 4, 8, 16, 32, 64]) * GIB - values.between(100, 500) * 1024**2
        self.memory_used = int(self.memory * values.between(8, 95) / 100)
        self.swap = values.pick([0, 0, 1, 2, 4]) * GIB
        self.swap_used = values.between(0, self.swap // 2) if self.swap else 0
        self.uptime = values.pick(
            [values.between(120, 7000), values.between(7200, 86400), values.between(86400, 30_000_000)]
        )
        self.load = [round(values.rng.random() ** 2 * self.cores * 1.6, 2) for _ in range(3)]
        self.users = values.between(1, 3)
        version = values.pick(["5.10.0", "5.15.0", "6.1.0", "6.8.0", "6.12.0"])
        build = values.between(10, 120)
        self.kernel = f"{version}-{build}{values.pick(['-generic', '-amd64', '-cloud-amd64'])}"
        self.distribution = values.pick(
            [
                ("Ubuntu", "22.04.4 LTS", "Jammy Jellyfish"),
                ("Ubuntu", "24.04.1 LTS", "Noble Numbat"),
                ("Debian GNU/Linux", "12", "bookworm"),
                ("Debian GNU/Linux", "13", "trixie"),
            ]
        )
        self.address = values.address(192, 168)
        self.timezone = values.pick(["UTC", "UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"])
        self.processes: list[Process] = []
        self.listeners: list[Listener] = []
        self.units: dict[str, Unit] = {}
        self.disks = [self._disk("/", values.pick(["/dev/sda1", "/dev/vda1", "/dev/nvme0n1p1"]))]
        self.crontab: list[str] = []

    def _disk(self, mount: str, device: str, share: int = 0) -> Disk:
        size = self.values.pick([10, 20, 30, 50, 100, 200, 500]) * GIB
        share = share or self.values.between(5, 97)
        return Disk(device, mount, size, size * share // 100, self.values.between(1, 60))

    def add_passing_file_systems(self) -> None:
        """What a real `df` lists beside the disks: memory, devices, boot, and the layers of containers."""
        values = self.values
        layer = f"/var/lib/docker/overlay2/{values.hexadecimal(64)}/merged"
        root = self.disks[0]
        offered = [
            Disk("udev", "/dev", self.memory // 2, 0),
            Disk("tmpfs", "/dev/shm", self.memory // 2, values.between(0, 9) * 1024**2),
            Disk("tmpfs", "/run/lock", 5 * 1024**2, 4096),
            Disk("tmpfs", "/sys/fs/cgroup", self.memory // 2, 0),
            Disk("tmpfs", f"/run/user/{values.pick([0, 1000, 1001])}", self.memory // 10, 40960),
            Disk("/dev/loop0", f"/snap/core22/{values.between(800, 1900)}", 77 * 1024**2, 77 * 1024**2),
            Disk("overlay", layer, root.size, root.used),
            Disk("shm", "/dev/shm", 64 * 1024**2, 0),
        ]
        self.disks += values.rng.sample(offered, values.between(2, 7))

    def add_disk(self, mount: str, share: int = 0) -> Disk:
        """Another file system; `share` is how full it is."""
        disk = self._disk(
            mount, self.values.pick(["/dev/sdb1", "/dev/vdb", "/dev/nvme1n1", "/dev/mapper/vg0-data"]), share
        )
        self.disks.append(disk)
        return disk

    def new_pid(self) -> int:
        return self.values.between(300, 99_999)

    def add_process(self, name: str = "", cpu: float = -1.0, memory: int = 0) -> Process:
        values = self.values
        name = name or values.service()
        command = values.pick(
            [
                f"/usr/bin/{name}",
                f"/usr/sbin/{name} -c /etc/{name}.conf",
                f"python3 {name}.py",
                f"java -jar {name}.jar",
                f"node {name}.js",
                f"./{name} --port {values.port()}",
            ]
        )
        cpu = cpu if cpu >= 0 else round(values.rng.random() ** 4 * 60, 1)
        process = Process(
            self.new_pid(),
            values.pick(["root", "www-data", self.user, "nobody"]),
            name,
            command,
            cpu,
            memory or values.between(4, 900) * 1024**2,
            values.between(60, max(61, self.uptime)),
            values.between(0, 9000),
        )
        self.processes.append(process)
        return process

    def listen(self, port: int = 0, name: str = "") -> Listener:
        """A process that listens on a port."""
        process = self.add_process(name)
        address = self.values.pick(["0.0.0.0", "0.0.0.0", "127.0.0.1", "*"])
        one = Listener(port or self.values.port(), address, process.name[:15], process.pid)
        self.listeners.append(one)
        return one

    def add_unit(self, state: UnitState = "active", name: str = "") -> Unit:
        """A service in this state, with its journal."""
        values = self.values
        name = name or values.unit()
        unit = Unit(
            name,
            values.pick([f"{name.capitalize()} service", f"{name} daemon", f"The {name} server"]),
            state,
            values.chance(0.75),
            values.between(30, max(31, min(self.uptime, 9_000_000))),
            self.new_pid(),
        )
        if state == "failed":
            unit.result = values.pick(FAILURES)
            unit.cause, unit.code = fatal(values), 1 if unit.result == "exit-code" else 9
        unit.journal = self._journal(unit)
        self.units[name] = unit
        return unit

    def _journal(self, unit: Unit) -> list[str]:
        values = self.values
        when = self.now - unit.since
        said = [
            self.journal_line(time, f"{unit.name}[{unit.pid}]", text)
            for time, text in _sayings(values, values.between(1, 4), when)
        ]
        if unit.state == "failed":
            said.append(self.journal_line(when, f"{unit.name}[{unit.pid}]", unit.cause))
            said += [self.journal_line(when, "systemd[1]", text) for text in _end_of(unit)]
        elif unit.state == "inactive":
            said += [
                self.journal_line(when, "systemd[1]", f"{unit.name}.service: Deactivated successfully."),
                self.journal_line(when, "systemd[1]", f"Stopped {unit.name}.service - {unit.description}."),
            ]
        else:
            said.insert(
                0, self.journal_line(when - 600, "systemd[1]", f"Started {unit.name}.service - {unit.description}.")
            )
        return said

    def journal_line(self, time: int, who: str, text: str) -> str:
        from devops_agent.evaluation.worlds.logs import moment

        return f"{moment(time):%b %d %H:%M:%S} {self.host} {who}: {text}"

    def start(self, unit: Unit) -> None:
        unit.state, unit.since, unit.pid, unit.result = "active", 1, self.new_pid(), ""
        unit.journal = [
            *unit.journal,
            self.journal_line(self.now, "systemd[1]", f"Started {unit.name}.service - {unit.description}."),
        ]

    def stop(self, unit: Unit) -> None:
        unit.state, unit.since = "inactive", 1
        unit.journal = [
            *unit.journal,
            self.journal_line(self.now, "systemd[1]", f"Stopped {unit.name}.service - {unit.description}."),
        ]


def _sayings(values: Values, count: int, until: int) -> list[tuple[int, str]]:
    lines = [line.partition("INFO ")[2] or line for line in log_lines(values, count, until, troubled=0.1)]
    times = sorted(until - values.between(1, 900) for _ in lines)
    return [(time, line.rpartition("Z ")[2].rpartition("] ")[2]) for time, line in zip(times, lines, strict=True)]


def _end_of(unit: Unit) -> list[str]:
    name = f"{unit.name}.service"
    how = {
        "exit-code": f"{name}: Main process exited, code=exited, status=1/FAILURE",
        "oom-kill": f"{name}: A process of this unit has been killed by the OOM killer.",
        "timeout": f"{name}: start operation timed out. Terminating.",
        "signal": f"{name}: Main process exited, code=killed, status=9/KILL",
    }[unit.result]
    return [how, f"{name}: Failed with result '{unit.result}'."]
