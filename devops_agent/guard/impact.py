"""What a call that is hard to undo would hit: questions that only read, put together from its own words. Pure."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from devops_agent.guard.targets import simple_commands

MOST_LINES = 10
KEPT_WITH_VALUE = frozenset(
    {"-n", "--namespace", "-l", "--selector", "-f", "--filename", "-k", "--kustomize", "--context"}
)
KEPT_ALONE = frozenset({"-A", "--all-namespaces", "-R", "--recursive"})
DROPPED_WITH_VALUE = frozenset({"--grace-period", "--timeout", "--cascade", "--replicas", "--current-replicas", "-o"})
NAMESPACE_KINDS = frozenset({"ns", "namespace", "namespaces"})
MOVES = frozenset({"cd", "pushd", "popd"})
SCALED = frozenset({"scale", "autoscale"})


@dataclass(frozen=True)
class Question:
    """`command` reads what `name` is about; `counted` says that each line of its output is one object."""

    name: str
    command: str
    counted: bool = True


def questions(command: str) -> list[Question]:
    """The questions about the commands of a script that delete, scale down or empty something.

    A script that moves elsewhere first leaves none, since its words mean something else there.
    """
    commands = simple_commands(command)
    if any(words[0] in MOVES for words in commands):
        return []
    return [question for words in commands for question in _about(words)]


def told(question: Question, output: str) -> str:
    """The answer to a question in a few words: how many objects, and the first of them."""
    lines = [" ".join(line.split()) for line in output.splitlines() if line.strip()]
    if not question.counted:
        return "; ".join(lines[:MOST_LINES]) or "nothing"
    more = ", …" if len(lines) > MOST_LINES else ""
    return f"{len(lines)}: {', '.join(lines[:MOST_LINES])}{more}" if lines else "0: nothing matches"


def _about(words: Sequence[str]) -> Iterator[Question]:
    program = Path(words[0]).name
    if program in ABOUT:
        yield from ABOUT[program](words)


def _kubectl(words: Sequence[str]) -> Iterator[Question]:
    operands, flags = _split(words[1:])
    verb, *names = operands or [""]
    if verb == "delete":
        yield Question("objects", _command("kubectl", "get", *names, *flags, "-o", "name"))
        if names[:1] and names[0] in NAMESPACE_KINDS:
            for name in names[1:]:
                yield Question(f"inside {name}", _command("kubectl", "get", "all", "-n", name, "-o", "name"))
    elif verb in SCALED and names:
        yield Question("now", _command("kubectl", "get", *names, *flags), counted=False)
    elif verb == "drain" and names:
        selector = f"--field-selector=spec.nodeName={names[0]}"
        yield Question("pods", _command("kubectl", "get", "pods", "-A", selector, "-o", "name"))


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The operands, and the flags that say which objects are meant."""
    operands: list[str] = []
    flags: list[str] = []
    following = iter(words)
    for word in following:
        name, equals, _ = word.partition("=")
        if name in KEPT_WITH_VALUE:
            flags += [word] if equals else [word, next(following, "")]
        elif word in KEPT_ALONE:
            flags.append(word)
        elif name in DROPPED_WITH_VALUE and not equals:
            next(following, "")
        elif not word.startswith("-"):
            operands.append(word)
    return operands, flags


def _docker(words: Sequence[str]) -> Iterator[Question]:
    names = [word for word in words[1:] if not word.startswith("-")]
    for verb, name, command in DOCKER:
        if tuple(names[: len(verb)]) == verb:
            for operand in names[len(verb) :] if "{}" in command else [""]:
                yield Question(name.replace("{}", operand), command.replace("{}", shlex.quote(operand)))
            return


def _rm(words: Sequence[str]) -> Iterator[Question]:
    paths = [word for word in words[1:] if not word.startswith("-")]
    if paths:
        yield Question("files and folders", _command("find", *map(_path, paths)))
        yield Question("size", _command("du", "-sh", *map(_path, paths)), counted=False)


def _path(text: str) -> str:
    return text if text.startswith(("/", "./", "../")) else f"./{text}"


def _command(*words: str) -> str:
    return shlex.join(words)


CONTAINERS = "docker ps -a --format '{{.Names}} {{.Status}}' --filter "
DOCKER = (
    (("volume", "rm"), "containers with {}", f"{CONTAINERS}volume={{}}"),
    (("network", "rm"), "containers on {}", f"{CONTAINERS}network={{}}"),
    (("rmi",), "containers of {}", f"{CONTAINERS}ancestor={{}}"),
    (("image", "rm"), "containers of {}", f"{CONTAINERS}ancestor={{}}"),
    (("rm",), "containers {}", f"{CONTAINERS}name={{}}"),
    (("kill",), "containers {}", f"{CONTAINERS}name={{}}"),
    (("container", "rm"), "containers {}", f"{CONTAINERS}name={{}}"),
    (("container", "prune"), "stopped containers", f"{CONTAINERS}status=exited"),
    (("volume", "prune"), "unused volumes", "docker volume ls -q --filter dangling=true"),
    (("image", "prune"), "unused images", "docker images -q --filter dangling=true"),
    (("system", "prune"), "stopped containers", f"{CONTAINERS}status=exited"),
    (("compose", "down"), "containers", "docker compose ps -a"),
)
"""Words of a docker command, what is asked, and how; `{}` stands for each operand."""
ABOUT: dict[str, Callable[[Sequence[str]], Iterator[Question]]] = {"kubectl": _kubectl, "docker": _docker, "rm": _rm}
