"""Requests made from a list of (description, command) pairs such as the tldr pages hold."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devops_agent.evaluation.worlds.values import Values

from training.phrasing import templates
from training.tasks.scene import TYPED, Intent, Oracle, Scene, bash, body, error_line, failed

if TYPE_CHECKING:
    from training.data import Maker

Pair = dict[str, str]
PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}")
DOCUMENTED = ("talk.tldr", "command.typed", "command.described")
"""The names that these requests have among the intents."""
LONGEST = 120
MOST_VALUES = 2
LONGEST_OUTPUT = 200
TRADE = frozenset(
    """
    docker docker-compose podman kubectl helm git systemctl journalctl minikube kind crictl kustomize ls cat tail grep
    find wc sort mkdir rm cp mv chmod chown ln touch stat file tar gzip gunzip zip unzip ss ip ping curl wget dig
    nslookup free ps top kill pkill pgrep uptime uname lsblk lsof mount crontab apt apt-get dpkg pip npm terraform
    ansible ansible-playbook vagrant ssh scp rsync nginx redis-cli psql mysql make watch env printenv hostname du nproc
    lscpu dmesg last who id useradd usermod groups passwd sed awk cut tr diff tee jq yq openssl iptables ufw netstat
    traceroute host hostnamectl timedatectl swapon vmstat iostat
    """.split()
)
"""The programs whose descriptions are asked for as requests."""
KEPT_FOR_TESTING = re.compile(
    r"^df .*path|^head\b|^git tags?\b|\b(unpause|uncordon|systemctl disable|statefulsets?|replicasets?)\b|RestartPolicy"
    r"|^(docker|podman) network (ls|list)|compose ls|^helm repo list"
)
"""What is never carried out here, since an intent that is held out asks for it."""
QUESTIONS = templates(
    """
    how do i {what}
    how to {what}
    how can i {what}
    how do you {what} with {page}
    how can i {what} with {page}
    how would i {what} using {page}
    how do i use {page} to {what}
    tell me how to {what}
    """
)
REQUESTS = templates(
    """
    {what} (with|using|via|in) {page}
    {page}: {what}
    use {page} to {what}
    {what}, {page} can do that
    with {page}, {what}
    i (want|need) to {what} with {page}
    let {page} {what}
    """
)


def tldr_traces(path: Path, maker: "Maker") -> Iterator[dict[str, Any]]:
    """Traces without end, from the pairs in a file of JSON lines."""
    pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    pairs = [pair for pair in pairs if len(pair["command"]) < LONGEST and "\n" not in pair["command"]]
    to_run = [pair for pair in pairs if _may_run(pair)]
    of_the_trade = [pair for pair in to_run if pair["page"].split()[0] in TRADE]
    talk, typed, described = DOCUMENTED
    intents = [
        Intent(talk, QUESTIONS, lambda scene: _answered(scene, pairs)),
        Intent(typed, TYPED, lambda scene: _typed(scene, to_run)),
    ]
    if of_the_trade:
        intents.append(Intent(described, REQUESTS, lambda scene: _described(scene, of_the_trade)))
    number = 0
    while True:
        number += 1
        seed = f"{maker.seed}/tldr/{number}"
        trace = maker.of_intent(random.Random(seed).choice(intents), seed, "train", "train")
        if trace:
            yield trace


def _may_run(pair: Pair) -> bool:
    values = _values_of(pair)
    plain = len(values) <= MOST_VALUES and not any("|" in value for value in values)
    return plain and not KEPT_FOR_TESTING.search(pair["command"])


def _values_of(pair: Pair) -> list[str]:
    """The placeholders that stand for a value, not for one of several options."""
    return [one for one in PLACEHOLDER.findall(pair["command"]) if not one.startswith("[")]


def _answered(scene: Scene, pairs: list[Pair]) -> Oracle:
    pair = scene.v.pick(pairs)
    scene.plain = True
    scene.ask(what=_uncapitalized(pair["description"]), page=pair["page"])
    return f"Use `{PLACEHOLDER.sub(lambda found: _named(found[1]), pair['command'])}`."
    yield


def _typed(scene: Scene, pairs: list[Pair]) -> Oracle:
    """A command as somebody types it is run as it stands."""
    command, _ = _filled(scene.v.pick(pairs)["command"], scene.v)
    scene.plain = True
    scene.ask(command=command)
    return (yield from _run(scene, command))


def _described(scene: Scene, pairs: list[Pair]) -> Oracle:
    """What a command is described to do is asked for, with the values it needs."""
    pair = scene.v.pick(pairs)
    command, values = _filled(pair["command"], scene.v)
    what = _uncapitalized(pair["description"])
    for label, value in values.items():
        what = _told(what, label, value, scene.v)
    scene.ask(what=what, page=pair["page"].split()[0])
    return (yield from _run(scene, command))


def _run(scene: Scene, command: str) -> Oracle:
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


def _filled(command: str, values: Values) -> tuple[str, dict[str, str]]:
    """The command with a value in each place for one, and the values by what the place is called."""
    chosen: dict[str, str] = {}

    def fill(found: re.Match[str]) -> str:
        inside = found[1]
        if inside.startswith("["):
            return values.pick(inside.strip("[]").split("|"))
        return chosen.setdefault(inside, _value(inside, values))

    return PLACEHOLDER.sub(fill, command), chosen


def _value(label: str, values: Values) -> str:
    """A value of the kind that the place is called after."""
    if label.startswith("path/to"):
        ending = re.search(r"\.\w+$", label)
        return values.pick(["", "/etc/", "logs/", "/srv/", f"{values.name()}/"]) + values.name() + (ending or [""])[0]
    if re.fullmatch(r"[\d.]+", label):
        return str(values.between(1, 99))
    if "image" in label:
        return f"{values.repository()}:{values.tag()}"
    return values.service()


def _told(what: str, label: str, value: str, values: Values) -> str:
    """The description with the value where it names the thing, else behind it."""
    noun = re.sub(r"_?\d*$", "", label.rpartition("/")[2].partition(".")[0]).replace("_", " ")
    place = re.search(rf"\b(?:(?:a|an|the|specific|given|specified|one or more) )+(?:\w+ )?{re.escape(noun)}s?\b", what)
    if noun and place and values.chance(0.8):
        said = values.pick([f"{noun} {value}", f"the {noun} {value}", value, f"{value} ({noun})"])
        return what[: place.start()] + said + what[place.end() :]
    return what + values.pick([f": {value}", f" ({value})", f", {noun} {value}", f" {value}", f" - {value}"])


def _uncapitalized(description: str) -> str:
    text = description.strip().rstrip(".").replace("`", "")
    return text[:1].lower() + text[1:]


def _named(placeholder: str) -> str:
    """A word in capitals for what the user must fill in; the first of several options."""
    first = placeholder.strip("[]").split("|")[-1]
    return first if first.startswith("-") else re.sub(r"\W+", "_", first).strip("_").upper() or "VALUE"
