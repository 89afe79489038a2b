"""What to read before a change to a cluster or a container, and the command that brings it back. Pure.

Only plain single commands are understood; for all others there is no way back, which is no reason not to run them.
"""

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLD = "{old}"
"""In a way back: what `look` printed."""

FILE = "{file}"
"""In a way back: a file with the objects that `look` printed."""

WHERE = frozenset({"-n", "--namespace", "--context", "--kubeconfig", "--cluster"})
WHICH = frozenset({"-l", "--selector", "--field-selector"})
FILES = frozenset({"-f", "--filename", "-k", "--kustomize"})
ALONE = frozenset({"-A", "--all-namespaces", "-R", "--recursive", "--all"})
WITH_VALUE = frozenset(
    {"--replicas", "--type", "-p", "--patch", "--patch-file", "--grace-period", "--timeout", "--cascade"}
)
OPPOSITE = {
    "stop": "start",
    "start": "stop",
    "kill": "start",
    "pause": "unpause",
    "unpause": "pause",
    "connect": "disconnect",
    "disconnect": "connect",
    "cordon": "uncordon",
    "uncordon": "cordon",
}
STATE = {"stop": ("Running", "true"), "kill": ("Running", "true"), "start": ("Running", "false")}
STATE |= {"pause": ("Paused", "false"), "unpause": ("Paused", "true")}
PATIENCE = frozenset({"-t", "--time", "--timeout", "-s", "--signal"})
LOST_WITH_CONTENT = frozenset(
    {"ns", "namespace", "namespaces", "pv", "pvc", "persistentvolume", "persistentvolumeclaim"}
)
OBJECT = re.compile(r"[A-Za-z]+/[a-z0-9.:-]+")
MOST_NAMED = 5
FLEETING = ("resourceVersion", "uid", "creationTimestamp", "generation", "managedFields", "selfLink")


@dataclass(frozen=True)
class WayBack:
    """`look` reads the state before (() for nothing to read); `expect` is what each word of it must be.

    `back` holds OLD or FILE where that state goes; `without` is the way back when there was nothing before.
    """

    back: tuple[str, ...]
    look: tuple[str, ...] = ()
    expect: str = ""
    without: tuple[str, ...] = ()


def way_back(command: str) -> WayBack | None:
    """The way back from a command, or None where there is none that is known."""
    words = _plain_words(command)
    program = Path(words[0]).name if words else ""
    return PROGRAMS[program](words) if program in PROGRAMS and len(words) > 1 else None


def filled_in(way: WayBack, state: str) -> tuple[tuple[str, ...], str] | None:
    """The command back and the objects it needs ("" for none), given what `look` printed; None when it cannot be."""
    if way.expect:
        return (way.back, "") if state.split() and set(state.split()) == {way.expect} else None
    if FILE in way.back:
        objects = restorable(state)
        return (way.back, objects) if objects else (way.without, "") if way.without and not state.strip() else None
    if OLD in " ".join(way.back):
        old = state.strip()
        return (tuple(word.replace(OLD, old) for word in way.back), "") if old and len(old.split()) == 1 else None
    return way.back, ""


def located(back: tuple[str, ...], context: str, namespace: str) -> tuple[str, ...]:
    """A way back of kubectl that goes to this context and namespace, unless it says itself where it goes.

    Objects and files name their namespaces themselves.
    """
    names = {word.partition("=")[0] for word in back}
    if Path(back[0]).name != "kubectl" or back[1] == "config" or names & {"--context", "--kubeconfig", "--cluster"}:
        return back
    there = () if names & {"-n", "--namespace", FILE, *FILES} else ("-n", namespace)
    return (*back, "--context", context, *there)


def held(objects: str) -> str:
    """The first few of some Kubernetes objects as `Kind/name`."""
    value = json.loads(objects)
    found = [f"{one.get('kind')}/{one.get('metadata', {}).get('name')}" for one in value.get("items") or [value]]
    shown = [name for name in found[:MOST_NAMED] if OBJECT.fullmatch(name)]
    return " ".join([*shown, "..."] if len(found) > len(shown) else shown)


def restorable(objects: str) -> str:
    """Kubernetes objects as they can be given back to a cluster: without what only the cluster may set."""
    try:
        value = json.loads(objects)
    except ValueError:
        return ""
    if not isinstance(value, dict):
        return ""
    for one in value["items"] if isinstance(value.get("items"), list) else [value]:
        one.pop("status", None)
        for name in FLEETING:
            one.get("metadata", {}).pop(name, None)
    value.pop("metadata", None) if "items" in value else None
    return json.dumps(value) if value.get("items", True) else ""


def _plain_words(command: str) -> list[str]:
    """The words of a command that a shell would take as they are; none for anything else."""
    if any(sign in command for sign in "$`\n"):
        return []
    try:
        lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = list(lexer)
    except ValueError:
        return []
    return [] if any(set(word) <= set("();<>|&") for word in words) else words


def _split(words: Sequence[str]) -> tuple[list[str], list[str], list[str], list[str]]:
    """The operands; the flags that say where; those that say which objects; the files."""
    operands: list[str] = []
    where: list[str] = []
    which: list[str] = []
    files: list[str] = []
    following = iter(words)
    for word in following:
        name, equals, value = word.partition("=")
        target = where if name in WHERE else which if name in WHICH else files if name in FILES else None
        if target is not None:
            target += [name, value if equals else next(following, "")]
        elif word in ALONE:
            which.append(word)
        elif name in WITH_VALUE and not equals:
            next(following, "")
        elif not word.startswith("-"):
            operands.append(word)
    return operands, where, which, files


def _kubectl(words: Sequence[str]) -> WayBack | None:
    operands, where, which, files = _split(words[1:])
    if not operands:
        return None
    verb, *names = operands
    get = ("kubectl", "get")
    if verb in ("cordon", "uncordon") and len(names) == 1:
        return WayBack(("kubectl", OPPOSITE[verb], *names, *where))
    if verb == "config" and names[:1] == ["use-context"]:
        return WayBack(("kubectl", "config", "use-context", OLD), ("kubectl", "config", "current-context"))
    if verb == "scale" and names and not which and not files:
        look = (*get, *names, *where, "-o", "jsonpath={.spec.replicas}")
        return WayBack(("kubectl", "scale", *names, *where, f"--replicas={OLD}"), look)
    if verb == "delete" and not _takes_content_along(names):
        look = (*get, *names, *which, *files, *where, "--ignore-not-found", "-o", "json")
        return WayBack(("kubectl", "create", "-f", FILE, *where), look)
    if verb in ("apply", "create", "replace") and files and not names:
        look = (*get, *files, *where, "--ignore-not-found", "-o", "json")
        return WayBack(("kubectl", "replace", "-f", FILE, *where), look, without=("kubectl", "delete", *files, *where))
    objects = _changed_objects(verb, names)
    if objects:
        look = (*get, *objects, *which, *where, "-o", "json")
        return WayBack(("kubectl", "replace", "-f", FILE, *where), look)
    return None


def _takes_content_along(names: Sequence[str]) -> bool:
    """Whether what is deleted holds more than its manifest says."""
    return not {name.partition("/")[0].lower() for name in names}.isdisjoint(LOST_WITH_CONTENT)


def _changed_objects(verb: str, names: Sequence[str]) -> list[str]:
    """The objects that are changed in place."""
    if verb in ("set", "rollout") and names[:1] and (verb == "set" or names[0] in ("undo", "pause", "resume")):
        names = names[1:]
    elif verb not in ("patch", "label", "annotate", "edit", "taint"):
        return []
    return [name for name in names if "=" not in name and not name.endswith("-")]


def _docker(words: Sequence[str]) -> WayBack | None:
    rest = list(_without_patience(word for word in words[1:] if word != "container"))
    if not rest or any(word.startswith("-") for word in rest):
        return None
    verb, *names = rest
    if verb in STATE and names:
        field, expected = STATE[verb]
        look = (words[0], "inspect", "--format", f"{{{{.State.{field}}}}}", *names)
        return WayBack((words[0], OPPOSITE[verb], *names), look, expected)
    if verb == "rename" and len(names) == 2:
        return WayBack((words[0], "rename", names[1], names[0]))
    if verb == "network" and len(names) == 3 and names[0] in ("connect", "disconnect"):
        return WayBack((words[0], "network", OPPOSITE[names[0]], *names[1:]))
    return None


def _without_patience(words: Iterable[str]) -> Iterator[str]:
    """The words without the flags that say how, and how fast, a container stops."""
    following = iter(words)
    for word in following:
        name, equals, _ = word.partition("=")
        if name not in PATIENCE:
            yield word
        elif not equals:
            next(following, "")


PROGRAMS: dict[str, Callable[[Sequence[str]], WayBack | None]] = {
    "kubectl": _kubectl,
    "docker": _docker,
    "podman": _docker,
}


def as_command(words: Sequence[Any]) -> str:
    """Words as a shell command; FILE stays as it is, for the name that is put there later."""
    return " ".join(FILE if word == FILE else shlex.quote(word) for word in words)
