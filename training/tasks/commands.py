"""Requests made from a command with places for values, and a description of what it does."""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from devops_agent.evaluation.worlds.values import Values
from devops_agent.reference import Entry, Reference, known_entries

from training.tasks.scene import Oracle, Scene, bash, body, error_line, failed

PLACE = re.compile(r"(?<!\\)\{\{(.*?)\}\}")
"""A place for a value, or for one of several options, as tldr-pages write it."""
LONGEST_OUTPUT = 200
KEPT_FOR_TESTING = re.compile(
    r"^df .*path|^head\b|^git tags?\b|\b(unpause|uncordon|systemctl disable|statefulsets?|replicasets?|sts|rs)\b"
    r"|RestartPolicy|^(docker|podman) network (ls|list)|compose ls|^helm repo list"
)
"""What is never carried out here, since an intent that is held out asks for it."""


class Described(NamedTuple):
    """A command with places for values, what it does, and what a place looks like; group 1 is what it is called."""

    command: str
    what: str
    place: re.Pattern[str] = PLACE


PATHS = frozenset("file folder path link target other archive".split())
NUMBERS = frozenset("number replicas minutes days start end width columns".split())
_KINDS: dict[str, Callable[[Values], object]] = {
    "image": lambda values: f"{values.repository()}:{values.tag()}",
    "tag": Values.tag,
    "container": Values.container,
    "namespace": Values.namespace,
    "port": Values.port,
    "unit": Values.unit,
    "user": Values.user,
    "username": Values.user,
    "group": Values.user,
    "key": Values.variable,
    "version": Values.version,
    "pid": lambda values: values.between(100, 60_000),
    "size": lambda values: f"{values.between(1, 900)}{values.pick(['k', 'M', 'G'])}",
    "mode": lambda values: values.pick(["644", "600", "755", "750", "u+x", "go-w"]),
    "url": lambda values: f"https://{values.name()}.example.com/{values.name()}",
    "host": lambda values: values.pick([values.address(), f"{values.name()}.example.com"]),
    "commit": lambda values: values.hexadecimal(7),
    "signal": lambda values: values.pick(["TERM", "HUP", "USR1", "KILL"]),
    "extension": lambda values: values.pick(["log", "yaml", "json", "py", "txt", "conf"]),
    "device": lambda values: values.pick(["/dev/sdb", "/dev/sdc1", "/dev/nvme1n1"]),
    "schedule": lambda values: f"{values.between(0, 59)} {values.between(0, 23)} * * *",
    "zone": lambda values: values.pick(["Europe/Berlin", "UTC", "America/New_York", "Asia/Tokyo"]),
    "verb": lambda values: values.pick(["get", "list", "delete", "create"]),
    "resource": lambda values: values.pick(["pods", "services", "deployments", "secrets", "jobs"]),
    "command": lambda values: values.pick(["env", "id", "ls /", "df -h", "date"]),
    "platform": lambda values: values.pick(["linux/amd64", "linux/arm64"]),
}
"""A word in the name of a place -> what makes a value for it."""


def learned_entries() -> list[Entry]:
    """The product's reference without what is kept for testing."""
    return [entry for entry in known_entries() if not KEPT_FOR_TESTING.search(entry[0])]


@cache
def learned_reference() -> Reference:
    """Those entries, to be searched."""
    return Reference(learned_entries())


def values_of(command: str) -> list[str]:
    """The places for a value, not for one of several options."""
    return [one for one in PLACE.findall(command) if not one.startswith("[")]


def described(scene: Scene, pair: Described, **slots: object) -> Oracle:
    """What a command is described to do is asked for, with the values it needs."""
    command, values = filled(pair.command, scene.v, pair.place)
    what = uncapitalized(pair.what)
    for label, value in values.items():
        what = _told(what, label, value, scene.v)
    scene.ask(what=what, **slots)
    return (yield from carried_out(scene, command))


def carried_out(scene: Scene, command: str) -> Oracle:
    """Run it; what it says, or why it was not to be, is the answer."""
    told = yield bash(command, scene.v.pick(["", "", "not now", "no"]) if scene.v.chance(0.7) else None)
    if told.startswith(("User rejected", "Refused")):
        return f"Not done: you rejected `{command}`, so nothing was changed."
    program = command.split()[0]
    if "command not found" in told:
        return f"{program} is not installed here: command not found."
    if failed(told):
        return f"`{command}` failed: {error_line(told)}".removesuffix(": ")
    return f"`{command}` says: {_beginning(body(told))}"


def _beginning(text: str) -> str:
    """The whole lines that there is room for."""
    while len(text) > LONGEST_OUTPUT and "\n" in text:
        text = text.rpartition("\n")[0]
    return text.strip() or "nothing"


def filled(command: str, values: Values, place: re.Pattern[str] = PLACE) -> tuple[str, dict[str, str]]:
    """The command with a value in each place for one, and the values by what the place is called."""
    chosen: dict[str, str] = {}

    def fill(found: re.Match[str]) -> str:
        inside = found[1]
        if inside.startswith("["):
            return option(inside)
        return chosen.setdefault(inside, _value(inside.lower(), values))

    return unescaped(place.sub(fill, command)), chosen


def option(inside: str) -> str:
    """The longest of several ways to write the same, which stand last."""
    return inside.strip("[]").split("|")[-1]


def unescaped(command: str) -> str:
    r"""The command with braces of its own, which are written `\{`."""
    return command.replace("\\{", "{").replace("\\}", "}")


def _value(label: str, values: Values) -> str:
    """A value of the kind that the place is called after."""
    parts = re.findall("[a-z]+", label)
    if label.startswith("path/to") or PATHS & set(parts):
        ending = re.search(r"\.\w+$", label)
        return values.pick(["", "/etc/", "logs/", "/srv/", f"{values.name()}/"]) + values.name() + (ending or [""])[0]
    if label == "repository:tag":
        return _value("image", values)
    if NUMBERS & set(parts) or re.fullmatch(r"[\d.]+", label):
        return str(values.between(1, 99))
    kind = next((part for part in parts if part in _KINDS), None)
    return str(_KINDS[kind](values)) if kind else values.service()


def _told(what: str, label: str, value: str, values: Values) -> str:
    """The description with the value where it names the thing, else behind it."""
    noun = re.sub(r"_?\d*$", "", label.lower().rpartition("/")[2].partition(".")[0]).replace("_", " ")
    place = re.search(rf"\b(?:(?:a|an|the|specific|given|specified|one or more) )+(?:\w+ )?{re.escape(noun)}s?\b", what)
    if noun and place and values.chance(0.8):
        said = values.pick([f"{noun} {value}", f"the {noun} {value}", value, f"{value} ({noun})"])
        return what[: place.start()] + said + what[place.end() :]
    return what + values.pick([f": {value}", f" ({value})", f", {noun} {value}", f" {value}", f" - {value}"])


def uncapitalized(description: str) -> str:
    text = description.strip().rstrip(".").replace("`", "")
    return text[:1].lower() + text[1:]
