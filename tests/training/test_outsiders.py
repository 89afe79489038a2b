"""The strangers' questions of the tests are nobody's phrasings."""

import random
import re
from collections.abc import Iterator

from devops_agent.evaluation.tasks import load_tasks
from training.data import chosen
from training.phrasing import expand
from training.tasks.catalogue import HELD_OUT_INTENTS, INTENTS
from training.wordings import wordings

TIMES = 50


def plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+|[{}]", text.lower().replace("'", "")))


def trained() -> Iterator[str]:
    """What training can say, names aside, each template some times over."""
    rng = random.Random(1)
    for one in INTENTS:
        if one.name not in HELD_OUT_INTENTS:
            for template in [*chosen(one.phrases, "train"), *wordings().get(one.name, ())]:
                yield from (expand(template, rng) for _ in range(TIMES if set(template) & set("([") else 1))


def test_no_question_of_a_stranger_is_a_phrasing_that_is_trained_on() -> None:
    asked = {plain(task.question) for task in load_tasks() if task.kind == "outsiders"}
    assert len(asked) > 70
    assert asked & {plain(said) for said in trained()} == set()
