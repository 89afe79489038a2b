"""df, free, uptime, ps, ss, kill and their like."""

from typing import TYPE_CHECKING

from devops_agent.evaluation.render import system as render
from devops_agent.evaluation.worlds.logs import moment
from devops_agent.evaluation.worlds.options import read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints
from devops_agent.evaluation.worlds.shell import Program
from devops_agent.evaluation.worlds.system.state import Process

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World


def system_programs(world: "World") -> dict[str, Program]:
    """The programs by name."""
    tools = SystemTools(world)
    names = (
        "df free uptime ps ss kill pkill pgrep hostname uname whoami id date nproc printenv env echo which "
        "crontab lsof true timedatectl sleep curl ping"
    )
    return {name: getattr(tools, f"_{name}") for name in names.split()}


class SystemTools:
    """One method a program: words and standard input to result."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def _df(self, words: list[str], stdin: str) -> Result:
        options = read_options(words)
        disks = self.world.system.disks
        if options.operands:
            path = self.world.files.absolute(self.world.cwd, options.operands[0])
            matching = [disk for disk in disks if path == disk.mount or path.startswith(disk.mount.rstrip("/") + "/")]
            disks = [max(matching, key=lambda disk: len(disk.mount))]
            text = render.df(disks, self.world.system, inodes=options.has("-i"))
            return Result("".join(line + "\n" for line in text.splitlines() if not line.startswith("tmpfs")))
        return Result(render.df(disks, self.world.system, inodes=options.has("-i")))

    def _free(self, words: list[str], stdin: str) -> Result:
        return Result(render.free(self.world.system))

    def _uptime(self, words: list[str], stdin: str) -> Result:
        system = self.world.system
        if "-p" in words:
            days, hours, minutes = system.uptime // 86400, system.uptime // 3600 % 24, system.uptime // 60 % 60
            parts = [
                f"{count} {noun}{'s' if count != 1 else ''}"
                for count, noun in ((days, "day"), (hours, "hour"), (minutes, "minute"))
                if count
            ]
            return prints("up " + ", ".join(parts))
        return Result(render.uptime(system))

    def _ps(self, words: list[str], stdin: str) -> Result:
        system = self.world.system
        shown = sorted(system.processes, key=lambda one: one.pid)
        joined = " ".join(words)
        if "%mem" in joined or "rss" in joined:
            shown.sort(key=lambda one: -one.memory)
        elif "%cpu" in joined:
            shown.sort(key=lambda one: -one.cpu)
        if "-p" in words:
            wanted = words[words.index("-p") + 1]
            shown = [one for one in shown if str(one.pid) == wanted]
            return Result(render.ps_aux(shown, system), "", 0 if shown else 1)
        return Result(render.ps_aux(shown, system))

    def _ss(self, words: list[str], stdin: str) -> Result:
        return Result(render.ss_listening(self.world.system.listeners))

    def _lsof(self, words: list[str], stdin: str) -> Result:
        port = words[-1].lstrip(":")
        found = [one for one in self.world.system.listeners if str(one.port) == port]
        if not found:
            return Result("", "", 1)
        lines = ["COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME"]
        lines += [
            f"{one.process[:9]:<9} {one.pid} root    3u  IPv4  {one.pid * 7}      0t0  TCP *:{one.port} (LISTEN)"
            for one in found
        ]
        return prints("\n".join(lines))

    def _kill(self, words: list[str], stdin: str) -> Result:
        wanted = words[-1]
        found = next((one for one in self.world.system.processes if str(one.pid) == wanted), None)
        if not found:
            return fails(f"bash: line 1: kill: ({wanted}) - No such process")
        self._end(found)
        return Result()

    def _end(self, process: Process) -> None:
        system = self.world.system
        system.processes.remove(process)
        system.listeners = [one for one in system.listeners if one.pid != process.pid]

    def _pgrep(self, words: list[str], stdin: str) -> Result:
        flags = "".join(word for word in words if word.startswith("-"))
        processes = self.world.system.processes
        found = [one for one in processes if words[-1] in (one.command if "f" in flags else one.name)]
        text = "\n".join(f"{one.pid} {one.command}" if "a" in flags else str(one.pid) for one in found)
        return Result(text + "\n", "", 0) if found else Result("", "", 1)

    def _pkill(self, words: list[str], stdin: str) -> Result:
        found = [one for one in self.world.system.processes if words[-1] in one.name]
        for one in found:
            self._end(one)
        return Result("", "", 0 if found else 1)

    def _hostname(self, words: list[str], stdin: str) -> Result:
        return prints(f"{self.world.system.address} " if words == ["-I"] else self.world.system.host)

    def _uname(self, words: list[str], stdin: str) -> Result:
        system = self.world.system
        if words == ["-r"]:
            return prints(system.kernel)
        if words == ["-a"]:
            return prints(
                f"Linux {system.host} {system.kernel} #1 SMP PREEMPT_DYNAMIC "
                f"{moment(system.now - 9_000_000):%a %b %d %H:%M:%S UTC %Y} x86_64 GNU/Linux"
            )
        return prints("x86_64" if words == ["-m"] else "Linux")

    def _whoami(self, words: list[str], stdin: str) -> Result:
        return prints("root" if self.world.home == "/root" else self.world.user)

    def _id(self, words: list[str], stdin: str) -> Result:
        user = words[0] if words else self._whoami([], "").out.strip()
        number = 0 if user == "root" else 1000
        if words and user not in (self.world.user, "root"):
            return fails(f"id: ‘{user}’: no such user")
        groups = f"{number}({user})" if number == 0 else f"{number}({user}),27(sudo),998(docker)"
        return prints(f"uid={number}({user}) gid={number}({user}) groups={groups}")

    def _date(self, words: list[str], stdin: str) -> Result:
        return prints(f"{moment(self.world.now):%a %b %d %H:%M:%S UTC %Y}")

    def _timedatectl(self, words: list[str], stdin: str) -> Result:
        when = moment(self.world.now)
        zone = self.world.system.timezone
        return prints(
            f"               Local time: {when:%a %Y-%m-%d %H:%M:%S} {'UTC' if zone == 'UTC' else zone}\n"
            f"           Universal time: {when:%a %Y-%m-%d %H:%M:%S} UTC\n"
            f"                 RTC time: {when:%a %Y-%m-%d %H:%M:%S}\n                Time zone: {zone}\n"
            "System clock synchronized: yes\n              NTP service: active\n"
            "          RTC in local TZ: no"
        )

    def _nproc(self, words: list[str], stdin: str) -> Result:
        return prints(str(self.world.system.cores))

    def _printenv(self, words: list[str], stdin: str) -> Result:
        if not words:
            return self._env(words, stdin)
        value = self.world.environment.get(words[0])
        return prints(value) if value is not None else Result("", "", 1)

    def _env(self, words: list[str], stdin: str) -> Result:
        return prints("\n".join(f"{key}={value}" for key, value in self.world.environment.items()))

    def _echo(self, words: list[str], stdin: str) -> Result:
        return Result(" ".join(words) + "\n")

    def _which(self, words: list[str], stdin: str) -> Result:
        found = self.world.program(words[0])
        return prints(f"/usr/bin/{words[0]}") if found else Result("", "", 1)

    def _crontab(self, words: list[str], stdin: str) -> Result:
        lines = self.world.system.crontab
        return prints("\n".join(lines)) if lines else fails(f"no crontab for {self.world.user}")

    def _curl(self, words: list[str], stdin: str) -> Result:
        url = words[-1]
        port = (
            int(url.rpartition(":")[2].partition("/")[0] or "80")
            if ":" in url.partition("//")[2] or url.count(":") == 1
            else 80
        )
        if any(one.port == port for one in self.world.system.listeners):
            return Result(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n".replace("\r", "")
                if "-I" in words or "-sI" in words
                else "ok\n"
            )
        host = url.partition("//")[2].partition(":")[0] or url.partition(":")[0]
        return Result(
            "",
            f"curl: (7) Failed to connect to {host} port {port} after 0 ms: Couldn't connect to server\n"
            if "-s" not in words and "-sI" not in words
            else "",
            7,
        )

    def _ping(self, words: list[str], stdin: str) -> Result:
        host = words[-1]
        if self.world.source(host).chance(0.3):
            return fails(f"ping: {host}: Name or service not known", 2)
        address = self.world.source(host).address()
        count = int(words[words.index("-c") + 1]) if "-c" in words else 1
        lines = [f"PING {host} ({address}) 56(84) bytes of data."]
        lines += [f"64 bytes from {address}: icmp_seq={n} ttl=57 time=11.{n} ms" for n in range(1, count + 1)]
        lines += [
            "",
            f"--- {host} ping statistics ---",
            f"{count} packets transmitted, {count} received, 0% packet loss, time {count - 1}002ms",
            "rtt min/avg/max/mdev = 11.100/11.200/11.300/0.100 ms",
        ]
        return prints("\n".join(lines))

    def _true(self, words: list[str], stdin: str) -> Result:
        return Result()

    _sleep = _true
