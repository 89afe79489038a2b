"""What programs write about themselves."""

from collections.abc import Callable
from datetime import datetime, timezone

from devops_agent.evaluation.worlds.values import Values

Line = Callable[[Values], str]

ORDINARY: tuple[Line, ...] = (
    lambda v: f"listening on port {v.port()}",
    lambda v: f"connected to {v.name()}:{v.port()}",
    lambda v: f"request {v.hexadecimal(8)} finished in {v.between(1, 900)}ms",
    lambda v: f"GET /{v.name()} {v.pick([200, 200, 201, 204, 304])} {v.between(1, 300)}ms",
    lambda v: f"loaded {v.between(2, 400)} entries from {v.name()}",
    lambda v: f"job {v.name()} done",
    lambda v: f"user {v.user()} logged in from {v.address()}",
    lambda v: f"cache {v.name()} refreshed in {v.between(2, 90)}ms",
    lambda v: f"worker {v.between(1, 16)} started",
    lambda v: "ready to accept connections",
    lambda v: "health check passed",
)
WARNINGS: tuple[Line, ...] = (
    lambda v: f"slow query on {v.name()}: {v.between(1000, 9999)}ms",
    lambda v: f"retrying {v.name()} in {v.between(1, 30)}s",
    lambda v: f"queue {v.name()} has {v.between(100, 9000)} waiting messages",
    lambda v: f"disk usage at {v.between(80, 94)}%",
    lambda v: f"certificate of {v.name()} expires in {v.between(2, 20)} days",
)
ERRORS: tuple[Line, ...] = (
    lambda v: f"connection to {v.name()}:{v.port()} refused",
    lambda v: f"GET /{v.name()} 500 {v.between(1, 300)}ms",
    lambda v: f"timeout after {v.between(2, 60)}s waiting for {v.name()}",
    lambda v: f"could not write to /var/lib/{v.name()}: No space left on device",
    lambda v: f"authentication failed for user {v.user()}",
    lambda v: f"no such table: {v.name()}",
)
FATAL: tuple[Line, ...] = (
    lambda v: f"Error: connect ECONNREFUSED {v.address(10)}:{v.port()}",
    lambda v: f"FATAL: environment variable {v.variable()} is not set",
    lambda v: f"panic: dial tcp: lookup {v.name()} on 10.96.0.10:53: no such host",
    lambda v: f"listen tcp :{v.port()}: bind: address already in use",
    lambda v: f"Error: cannot open /etc/{v.name()}/{v.name()}.conf: No such file or directory",
    lambda v: f"ModuleNotFoundError: No module named '{v.name().replace('-', '_')}'",
    lambda v: f'FATAL: password authentication failed for user "{v.user()}"',
    lambda v: f"Error: permission denied, mkdir '/var/lib/{v.name()}'",
    lambda v: f"fatal: invalid value for {v.variable()}: {v.name()}",
    lambda v: f"Error: Cannot find module '/app/{v.name()}.js'",
    lambda v: f"FATAL: database {v.name()} does not exist",
    lambda v: f"failed to load config: yaml: line {v.between(2, 90)}: mapping values are not allowed in this context",
)
STYLES = ("iso", "bracket", "plain", "klog", "level")


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def log_lines(values: Values, count: int, now: int, last: str = "", troubled: float = 0.15) -> list[str]:
    """So many lines up to `now` in the style of one program, ending with `last` (an error) if given."""
    style = values.pick(STYLES)
    times = sorted(now - values.between(1, 40 * count + 60) for _ in range(count))
    lines = [_line(values, style, time, *_event(values, troubled)) for time in times]
    if last:
        lines[-1] = _line(values, style, times[-1], "ERROR", last) if values.chance(0.5) else last
    return lines


def _event(values: Values, troubled: float) -> tuple[str, str]:
    kind = values.rng.random()
    if kind < troubled / 2:
        return "ERROR", values.pick(ERRORS)(values)
    if kind < troubled:
        return "WARN", values.pick(WARNINGS)(values)
    return "INFO", values.pick(ORDINARY)(values)


def _line(values: Values, style: str, time: int, level: str, text: str) -> str:
    when = moment(time)
    if style == "iso":
        return f"{when:%Y-%m-%dT%H:%M:%SZ} {level} {text}"
    if style == "bracket":
        return f"[{when:%Y-%m-%d %H:%M:%S}] {level.lower()}: {text}"
    if style == "klog":
        return f"{level[0]}{when:%m%d %H:%M:%S} {text}"
    return f"{level} {text}" if style == "level" else text


def fatal(values: Values) -> str:
    """The last words of a program."""
    return values.pick(FATAL)(values)
