"""Requests made from a list of (description, command) pairs such as the tldr pages hold."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from devops_agent.reference import Reference

from training.phrasing import templates
from training.tasks.commands import (
    KEPT_FOR_TESTING,
    PLACE,
    Described,
    carried_out,
    described,
    filled,
    learned_entries,
    option,
    uncapitalized,
    unescaped,
    values_of,
)
from training.tasks.scene import TYPED, Intent, Oracle, Scene

Pair = Mapping[str, str]
DOCUMENTED = ("talk.tldr", "command.typed", "command.described")
"""The names that these requests have among the intents."""
LONGEST = 120
MOST_VALUES = 2
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


def tldr_intents(path: Path) -> list[Intent]:
    """What is asked for in a file of JSON lines that hold pairs."""
    pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    pairs = [pair for pair in pairs if len(pair["command"]) < LONGEST and "\n" not in pair["command"]]
    to_run = [pair for pair in pairs if _may_run(pair)]
    of_the_trade = [pair for pair in to_run if pair["page"].split()[0] in TRADE]
    reference = _reference(of_the_trade)
    talk, typed, wanted = DOCUMENTED
    intents = [
        Intent(talk, QUESTIONS, lambda scene: _answered(scene, of_the_trade or pairs, reference), weight=1),
        Intent(typed, TYPED, lambda scene: _typed(scene, to_run), weight=2),
        Intent(wanted, REQUESTS, lambda scene: _wanted(scene, of_the_trade, reference), weight=4),
    ]
    return [one for one in intents if one.name != wanted or of_the_trade]


def _reference(pairs: Sequence[Pair]) -> Reference:
    """The product's reference with these commands among its own, so that what to choose from is not always the same."""
    return Reference(learned_entries() + [(_general(pair["command"]), pair["description"]) for pair in pairs])


def _may_run(pair: Pair) -> bool:
    values = values_of(pair["command"])
    plain = len(values) <= MOST_VALUES and not any("|" in value for value in values)
    return plain and not KEPT_FOR_TESTING.search(pair["command"])


def _answered(scene: Scene, pairs: Sequence[Pair], reference: Reference) -> Oracle:
    pair = scene.v.pick(pairs)
    scene.suggest = reference.suggestions
    scene.plain = True
    scene.ask(what=uncapitalized(pair["description"]), page=pair["page"])
    return f"Use `{_general(pair['command'])}`."
    yield


def _typed(scene: Scene, pairs: Sequence[Pair]) -> Oracle:
    """A command as somebody types it is run as it stands."""
    command, _ = filled(scene.v.pick(pairs)["command"], scene.v)
    scene.plain = True
    scene.ask(command=command)
    return (yield from carried_out(scene, command))


def _wanted(scene: Scene, pairs: Sequence[Pair], reference: Reference) -> Oracle:
    pair = scene.v.pick(pairs)
    if scene.v.chance(0.7):
        scene.suggest = reference.suggestions
    page = pair["page"].split()[0]
    return (yield from described(scene, Described(pair["command"], pair["description"]), page=page))


def _general(command: str) -> str:
    """The command with names for its places."""
    return unescaped(PLACE.sub(_named_place, command))


def _named_place(place: re.Match[str]) -> str:
    """A word in capitals for what the user must fill in."""
    if place[1].startswith("["):
        return option(place[1])
    return re.sub(r"\W+", "_", place[1]).strip("_").upper() or "VALUE"
