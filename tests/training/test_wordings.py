import random
import re

from training.phrasing import expand, slots_of
from training.tasks.catalogue import HELD_OUT_INTENTS, INTENTS
from training.wordings import wordings


def test_every_section_words_an_intent_that_is_trained_on() -> None:
    names = {one.name for one in INTENTS}
    assert set(wordings()) <= names - HELD_OUT_INTENTS
    assert len(wordings()) > 200


def test_further_phrasings_are_new_and_name_what_the_intent_names() -> None:
    for one in INTENTS:
        own = {slot for phrase in one.phrases for slot in slots_of(phrase)}
        for further in wordings().get(one.name, ()):
            assert further not in one.phrases, (one.name, further)
            assert slots_of(further) <= own or not one.phrases, (one.name, further)


def test_every_further_phrasing_expands_to_plain_words() -> None:
    rng = random.Random(1)
    for name, phrases in wordings().items():
        for phrase in phrases:
            assert re.fullmatch(r"[^()\[\]|]+", expand(phrase, rng)), (name, phrase)
