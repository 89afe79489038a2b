"""How much thought one command line may cost: a hostile text must not keep the policy busy."""

MOST_TEXT = 24_000
MOST_WORDS = 1_500
MOST_SEPARATORS = 400
MOST_OPEN = 60
"""Brackets open at once; the grammar needs quadratic time to give up on many that are never closed."""


class TooIntricate(Exception):
    """The command would take too long to judge."""


def _most_open(text: str) -> int:
    if sum(map(text.count, "([{")) <= MOST_OPEN:
        return 0
    depth = most = 0
    for character in text:
        if character in "([{":
            depth += 1
            most = max(most, depth)
        elif character in ")]}" and depth:
            depth -= 1
    return most


class Effort:
    """What is left to spend on one command line, on all the commands inside it together."""

    def __init__(self) -> None:
        self.text = MOST_TEXT
        self.words = MOST_WORDS

    def spend_text(self, text: str) -> None:
        """Before a text is parsed."""
        self.text -= len(text)
        separators = sum(map(text.count, "|;&<>"))
        if self.text < 0 or separators > MOST_SEPARATORS or _most_open(text) > MOST_OPEN:
            raise TooIntricate

    def spend_words(self, count: int) -> None:
        """Before the words of a command are looked up."""
        self.words -= count + 20
        if self.words < 0:
            raise TooIntricate
