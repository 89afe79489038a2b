"""Requests for commands that do not exist, to be found among those that are suggested: by what they say, not by heart."""

from typing import NamedTuple

from devops_agent.evaluation.worlds.values import Values

from training.phrasing import templates
from training.tasks.commands import carried_out, learned_entries
from training.tasks.scene import Intent, Oracle, Scene

COINED = "command.coined"
SUGGESTED = 4
OPPOSITES = ("un{}", "dis{}", "re{}", "de{}", "auto{}")


class Form(NamedTuple):
    """A command for a coined word, and how it is asked for."""

    command: str
    requests: list[str]


ACTS = templates(
    """
    {word} {value}
    {word} the {kind} {value}
    {word} {kind} {value}
    {value} needs to {word}
    i want {value} to {word}
    make the {kind} {value} {word}
    the {kind} {value} should {word} again
    can {kind} {value} {word}
    have {value} {word}ed
    {value}: {word} it
    """
)
LISTS = templates(
    """
    list the {word}s
    list all {word}s
    which {word}s are there
    show me the {word}s
    {word}s
    what {word}s do we have
    how many {word}s exist here
    all the {word}s there are
    the {word}s of {program}
    {program} {word}s
    """
)
LISTS_OF = templates(
    """
    list the {word}s in {space}
    {word}s of namespace {space}
    which {word}s are there in {space}
    show me {space}'s {word}s
    what {word}s does {space} have
    how many {word}s are in namespace {space}
    """
)
MAKES = templates(
    """
    create the {word} {value}
    make a new {word} called {value}
    add (a|the) {word} {value}
    set up {word} {value}
    i need a {word} named {value}
    new {word}: {value}
    {value} should be a {word}
    """
)
REMOVES = templates(
    """
    (delete|remove|drop) the {word} {value}
    get rid of {word} {value}
    the {word} {value} can go
    {value} is a {word} nobody needs, away with it
    we are done with {word} {value}, remove it
    """
)
DETAILS = templates(
    """
    details of the {word} {value}
    (inspect|describe) {word} {value}
    tell me about the {word} {value}
    what is the {word} {value} made of
    more about {value}, it is a {word}
    show the {word} {value}
    """
)
REFRESHES = templates(
    """
    (update|refresh) the {word}s
    get the latest of all {word}s
    bring the {word}s up to date
    my {word}s are stale
    """
)
VERBS = {
    "docker {word} NAME": "container",
    "docker volume {word} NAME": "volume",
    "docker compose {word} NAME": "service",
    "kubectl {word} NAME": "node",
    "kubectl {word} deployment NAME": "deployment",
    "systemctl {word} NAME": "unit",
    "git {word} NAME": "branch",
    "helm {word} NAME": "release",
}
"""Commands whose verb is coined, and the kind of thing they act on."""
FAMILIES = (
    (
        Form("docker {word} ls", LISTS),
        Form("docker {word} create NAME", MAKES),
        Form("docker {word} rm NAME", REMOVES),
        Form("docker {word} inspect NAME", DETAILS),
    ),
    (
        Form("docker compose {word} ls", LISTS),
        Form("docker compose {word} create NAME", MAKES),
        Form("docker compose {word} rm NAME", REMOVES),
        Form("docker compose {word} inspect NAME", DETAILS),
    ),
    (
        Form("kubectl get {word}s -A", LISTS),
        Form("kubectl get {word}s -n SPACE", LISTS_OF),
        Form("kubectl describe {word} NAME", DETAILS),
        Form("kubectl delete {word} NAME", REMOVES),
    ),
    (
        Form("helm {word} list", LISTS),
        Form("helm {word} add NAME", MAKES),
        Form("helm {word} remove NAME", REMOVES),
        Form("helm {word} update", REFRESHES),
    ),
    (
        Form("git {word}", LISTS),
        Form("git {word} NAME", MAKES),
        Form("git {word} -d NAME", REMOVES),
        Form("git {word} show NAME", DETAILS),
    ),
    (
        Form("systemctl list-{word}s --no-pager", LISTS),
        Form("systemctl add-{word} NAME", MAKES),
        Form("systemctl show-{word} NAME --no-pager", DETAILS),
        Form("systemctl update-{word}s", REFRESHES),
    ),
)
"""Commands whose noun is coined: what is done to it has to be told apart."""


def coined_intent() -> Intent:
    """What a command that was never heard of does, said in its own word."""
    known = [command for command, _ in learned_entries()]
    return Intent(COINED, ACTS, lambda scene: _asked(scene, known))


def _asked(scene: Scene, known: list[str]) -> Oracle:
    kind = ""
    if scene.v.chance(0.5):
        template, kind = scene.v.pick(sorted(VERBS.items()))
        form, word = Form(template, ACTS), _word(scene.v)
        others = [template.format(word=_other(scene.v, word)) for _ in range(2)]
    else:
        family, word = scene.v.pick(FAMILIES), scene.v.word()
        form = scene.v.pick(family)
        others = [one.command.format(word=word) for one in family][: scene.v.between(2, SUGGESTED)]
    wanted = form.command.format(word=word)
    _suggest(scene, wanted, others + [scene.v.pick(known) for _ in range(SUGGESTED)])
    value, space = scene.v.container(), scene.v.namespace()
    scene.said(*form.requests)
    scene.ask(word=word, value=value, kind=kind, space=space, program=form.command.split()[0])
    return (yield from carried_out(scene, wanted.replace("NAME", value).replace("SPACE", space)))


def _suggest(scene: Scene, wanted: str, others: list[str]) -> None:
    """Put the command among others, wherever."""
    suggested = list(dict.fromkeys([wanted, *others]))[:SUGGESTED]
    scene.v.rng.shuffle(suggested)
    scene.suggest = lambda _: suggested


def _other(values: Values, word: str) -> str:
    """The opposite of a word, or another one."""
    return values.pick(OPPOSITES).format(word) if values.chance(0.5) else _word(values)


def _word(values: Values) -> str:
    """A word, at times one that has an opposite."""
    word = values.word()
    return values.pick(OPPOSITES).format(word) if values.chance(0.3) else word
