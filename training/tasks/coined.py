"""Requests for commands that do not exist, to be found among those that are suggested: by what they say, not by heart."""

from typing import NamedTuple

from devops_agent.evaluation.worlds.values import Values

from training.phrasing import templates
from training.tasks.commands import carried_out, learned_entries
from training.tasks.referenced import PLACE
from training.tasks.scene import Intent, Oracle, Scene

COINED = "command.coined"
SUGGESTED = 4
OPPOSITES = ("un{}", "dis{}", "re{}", "de{}", "auto{}")


class Form(NamedTuple):
    """A command for a coined word, what its place is for, and how it is asked for."""

    command: str
    kind: str
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
FORMS = (
    Form("docker {word} CONTAINER", "container", ACTS),
    Form("docker volume {word} VOLUME", "volume", ACTS),
    Form("docker compose {word} SERVICE", "service", ACTS),
    Form("kubectl {word} NODE", "node", ACTS),
    Form("kubectl {word} deployment DEPLOYMENT", "deployment", ACTS),
    Form("systemctl {word} UNIT", "unit", ACTS),
    Form("systemctl {word} UNIT", "service", ACTS),
    Form("git {word} BRANCH", "branch", ACTS),
    Form("helm {word} RELEASE", "release", ACTS),
    Form("docker {word} ls", "", LISTS),
    Form("docker compose {word}", "", LISTS),
    Form("kubectl get {word}s", "", LISTS),
    Form("kubectl get {word}s -A", "", LISTS),
    Form("git {word}", "", LISTS),
    Form("helm {word} list", "", LISTS),
    Form("systemctl list-{word}s --no-pager", "", LISTS),
)


def coined_intent() -> Intent:
    """What a command that was never heard of does, said in its own word."""
    known = [command for command, _ in learned_entries()]
    return Intent(COINED, ACTS, lambda scene: _asked(scene, known))


def _asked(scene: Scene, known: list[str]) -> Oracle:
    form, word = scene.v.pick(FORMS), _word(scene.v)
    value = scene.v.container() if form.kind else ""
    wanted = form.command.format(word=word)
    others = [_other(scene.v, form, word) for _ in range(2)] + [scene.v.pick(known) for _ in range(SUGGESTED)]
    suggested = list(dict.fromkeys([wanted, *others]))[:SUGGESTED]
    scene.v.rng.shuffle(suggested)
    scene.suggest = lambda _: suggested
    scene.said(*form.requests)
    scene.ask(word=word, value=value, kind=form.kind, program=form.command.split()[0])
    return (yield from carried_out(scene, PLACE.sub(value, wanted)))


def _other(values: Values, form: Form, word: str) -> str:
    """A command of the same form for the opposite, or for something else."""
    other = values.pick(OPPOSITES).format(word) if values.chance(0.5) else _word(values)
    return form.command.format(word=other)


def _word(values: Values) -> str:
    """A word, at times one that has an opposite."""
    word = values.word()
    return values.pick(OPPOSITES).format(word) if values.chance(0.3) else word
