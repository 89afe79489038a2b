"""systemctl and journalctl."""

from typing import TYPE_CHECKING

from devops_agent.evaluation.render.durations import kubectl_age
from devops_agent.evaluation.worlds.logs import moment
from devops_agent.evaluation.worlds.options import Options, read_options
from devops_agent.evaluation.worlds.result import Result, fails, prints
from devops_agent.evaluation.worlds.shell import Program
from devops_agent.evaluation.worlds.system.state import Unit

if TYPE_CHECKING:
    from devops_agent.evaluation.worlds.world import World

DENIED = (
    "Failed to {verb} {name}.service: Interactive authentication required.\n"
    "See system logs and 'systemctl status {name}.service' for details."
)


def systemd_programs(world: "World") -> dict[str, Program]:
    """The programs by name."""
    tools = Systemd(world)
    return {"systemctl": tools.systemctl, "journalctl": tools.journalctl, "service": tools.service}


class Systemd:
    """The commands, over the world's units."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def systemctl(self, words: list[str], stdin: str) -> Result:
        options = read_options(words, "-n --state -t --type")
        verb = options.operands.pop(0) if options.operands else "list-units"
        if verb == "list-units" or options.has("--failed"):
            return self._list(options)
        if verb == "daemon-reload":
            return Result()
        handlers = {"status": self._status, "is-active": self._is_active, "is-enabled": self._is_enabled}
        name = options.operand(0).removesuffix(".service")
        unit = self.world.system.units.get(name)
        if verb in handlers:
            return handlers[verb](name, unit)
        return self._change(verb, name, unit)

    def service(self, words: list[str], stdin: str) -> Result:
        return self.systemctl([words[1], words[0]], stdin)

    def _status(self, name: str, unit: Unit | None) -> Result:
        if unit is None:
            return fails(f"Unit {name}.service could not be found.", 4)
        mark = {"active": "●", "failed": "×", "activating": "●"}.get(unit.state, "○")
        enabled = "enabled" if unit.enabled else "disabled"
        when = f"{moment(self.world.now - unit.since):%a %Y-%m-%d %H:%M:%S} UTC; {_ago(unit.since)} ago"
        how = {
            "active": "active (running)",
            "inactive": "inactive (dead)",
            "failed": f"failed (Result: {unit.result})",
            "activating": "activating (auto-restart) (Result: exit-code)",
        }[unit.state]
        lines = [
            f"{mark} {name}.service - {unit.description}",
            f"     Loaded: loaded (/lib/systemd/system/{name}.service; {enabled}; preset: enabled)",
            f"     Active: {how} since {when}",
        ]
        if unit.state == "active":
            lines += [
                f"   Main PID: {unit.pid} ({name[:15]})",
                f"      Tasks: {unit.pid % 30 + 1}",
                f"        CPU: {unit.pid % 900}ms",
            ]
        elif unit.state == "failed":
            lines += [
                f"    Process: {unit.pid} ExecStart=/usr/sbin/{name} (code=exited, status={unit.code})",
                f"   Main PID: {unit.pid} (code=exited, status={unit.code})",
                f"        CPU: {unit.pid % 900}ms",
            ]
        return Result(
            "\n".join(lines) + "\n\n" + "\n".join(unit.journal[-5:]) + "\n", "", 0 if unit.state == "active" else 3
        )

    def _is_active(self, name: str, unit: Unit | None) -> Result:
        state = unit.state if unit else "inactive"
        return Result(f"{state}\n", "", 0 if state == "active" else 4 if unit is None else 3)

    def _is_enabled(self, name: str, unit: Unit | None) -> Result:
        if unit is None:
            return fails(f"Failed to get unit file state for {name}.service: No such file or directory")
        return Result("enabled\n" if unit.enabled else "disabled\n", "", 0 if unit.enabled else 1)

    def _change(self, verb: str, name: str, unit: Unit | None) -> Result:
        if unit is None:
            if verb in ("enable", "disable"):
                return fails(f"Failed to {verb} unit: Unit file {name}.service does not exist.")
            what = "not loaded" if verb == "stop" else "not found"
            return fails(f"Failed to {verb} {name}.service: Unit {name}.service {what}.", 5)
        if verb in ("start", "restart", "reload"):
            return self._start(verb, unit)
        if verb == "stop":
            self.world.system.stop(unit)
        elif verb == "enable":
            unit.enabled = True
            return Result(
                "",
                f"Created symlink /etc/systemd/system/multi-user.target.wants/{name}.service → "
                f"/lib/systemd/system/{name}.service.\n",
                0,
            )
        elif verb == "disable":
            unit.enabled = False
            return Result("", f'Removed "/etc/systemd/system/multi-user.target.wants/{name}.service".\n', 0)
        return Result()

    def _start(self, verb: str, unit: Unit) -> Result:
        if unit.cause and self.world.source(unit.name).chance(0.5):
            return fails(
                f"Job for {unit.name}.service failed because the control process exited with error code.\n"
                f'See "systemctl status {unit.name}.service" and "journalctl -xeu {unit.name}.service" for details.'
            )
        self.world.system.start(unit)
        return Result()

    def _list(self, options: Options) -> Result:
        units = sorted(self.world.system.units.values(), key=lambda one: one.name)
        wanted = "failed" if options.has("--failed") else options.get("--state")
        if wanted:
            units = [one for one in units if one.state == wanted or (wanted == "running" and one.state == "active")]
        else:
            units = [one for one in units if one.state != "inactive"]
        if not units:
            return prints("  UNIT LOAD ACTIVE SUB DESCRIPTION\n0 loaded units listed.")
        width = max(4, max(len(one.name) + 8 for one in units))
        active = {
            "active": ("active", "running"),
            "failed": ("failed", "failed"),
            "activating": ("activating", "auto-restart"),
            "inactive": ("inactive", "dead"),
        }
        first, second = (
            max(6, *(len(active[one.state][0]) for one in units)),
            max(3, *(len(active[one.state][1]) for one in units)),
        )
        lines = [f"  {'UNIT':<{width}} LOAD   {'ACTIVE':<{first}} {'SUB':<{second}} DESCRIPTION"]
        for one in units:
            mark = "●" if one.state == "failed" else " "
            lines.append(
                f"{mark} {one.name + '.service':<{width}} loaded {active[one.state][0]:<{first}} "
                f"{active[one.state][1]:<{second}} {one.description}"
            )
        count = len(units)
        return prints(
            "\n".join(lines)
            + (
                "\n\nLOAD   = Reflects whether the unit definition was properly loaded.\n"
                "ACTIVE = The high-level unit activation state, i.e. generalization of SUB.\n"
                "SUB    = The low-level unit activation state, values depend on unit type.\n"
                f"{count} loaded units listed."
            )
        )

    def journalctl(self, words: list[str], stdin: str) -> Result:
        options = read_options(words, "-u --unit -n --lines --since -p --priority")
        name = options.get("-u", "--unit").removesuffix(".service")
        units = (
            [self.world.system.units[name]]
            if name in self.world.system.units
            else []
            if name
            else list(self.world.system.units.values())
        )
        lines = (
            sorted(line for one in units for line in one.journal)
            if not name
            else [line for one in units for line in one.journal]
        )
        if options.has("-p", "--priority"):
            lines = [line for line in lines if any(mark in line for mark in ("rror", "FATAL", "ailed", "panic"))]
        count = options.get("-n", "--lines")
        return prints("\n".join(lines[-int(count) :] if count.isdigit() else lines) or "-- No entries --")


def _ago(seconds: int) -> str:
    """systemd's own words for how long ago."""
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}min {seconds % 60}s"
    if seconds < 86400:
        return f"{seconds // 3600}h {seconds % 3600 // 60}min"
    days, hours = divmod(seconds // 3600, 24)
    if days < 7:
        return f"{days} day{'s' if days != 1 else ''} {hours}h" if days else kubectl_age(seconds)
    if days < 31:
        return f"{days // 7} week{'s' if days // 7 != 1 else ''} {days % 7} day{'s' if days % 7 != 1 else ''}"
    return f"{days // 30} month{'s' if days // 30 != 1 else ''} {days % 30} day{'s' if days % 30 != 1 else ''}"
