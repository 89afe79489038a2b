"""Commands that may fit a request, found by its words in lists that come with the program.

A small model cannot know every command, but it can choose among a few and fill one in.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

Entry = tuple[str, str]
"""A command, and the words it is found by."""

BETWEEN = " :: "
MOST_SUGGESTIONS = 4
MOST_WORDS = 60
"""How many words of a request are looked for, from its beginning."""
LEAST_RELEVANCE = 4.0
"""What a command must score to be suggested, as SQLite's bm25 counts it (there, better is lower than 0)."""
_ARCHIVE = re.compile(r".*\.(?:tar|tgz|gz|zip|bz2|xz)")
_PATH = re.compile(r"(?:~|\.{0,2}/).*|.*\.(?:cfg|conf|csv|env|ini|iso|json|log|md|py|sh|sql|toml|txt|xml|ya?ml)")
_AROUND = ".,;:!?()[]{}<>\"'`*"
_PLAIN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_EMPTY = frozenset(
    """
    a about after again ahead all also am an and another any anybody anyone are as asap at be been before being but by
    can cannot could did do does doing don done else ever every for from get gets give go going good got had has have
    he hello help her here hey hi his how i if in into is isn it its just kindly know last let like ll look m make
    many may maybe me mean might more most much must my need needs new nice no not now of ok okay on one ones only or
    other our out over please pls plz quick quickly re really right s same see seem seems shall she should show so
    some someone something soon still such sure t tell than thank thanks that the their them then there these they
    thing things this those thx time to today too try u up us use using ve very want wanted was way we well were what
    when where whether which while whole why will with within without would yes yet you your
    """.split()
)
"""Words that say nothing about what is wanted."""
_SEARCH = "SELECT command FROM entries WHERE entries MATCH ? AND rank <= ? ORDER BY rank, rowid LIMIT ?"


class Reference:
    """Commands that can be searched by what they do."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Raises sqlite3.OperationalError where SQLite was built without its text search."""
        self._index = sqlite3.connect(":memory:", check_same_thread=False)
        self._index.execute("CREATE VIRTUAL TABLE entries USING fts5(command, words, tokenize = 'porter')")
        self._index.executemany("INSERT INTO entries VALUES (?, ?)", entries)

    def suggestions(self, request: str) -> list[str]:
        """The commands that fit a request best, the best first; none where nothing fits."""
        query = " OR ".join(f'"{word}"' for word in _telling_words(request))
        found = self._index.execute(_SEARCH, (query, -LEAST_RELEVANCE, MOST_SUGGESTIONS)) if query else ()
        return [command for (command,) in found]


def _telling_words(request: str) -> list[str]:
    """The words to look for: those that tell something, and for a path what it leads to."""
    words = (_kind(word.strip(_AROUND)) for word in request.lower().split()[:MOST_WORDS])
    plain = (word.partition("'")[0] for word in words)
    return [word for word in dict.fromkeys(plain) if _PLAIN.fullmatch(word) and word not in _EMPTY]


def _kind(word: str) -> str:
    if _ARCHIVE.fullmatch(word):
        return "archive"
    return "file" if _PATH.fullmatch(word) else word


def known_entries() -> Iterator[Entry]:
    """Every command of the lists."""
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            command, _, words = line.partition(BETWEEN)
            yield command, words


def suggestions(request: str) -> list[str]:
    """The commands of the lists that fit a request best; none where SQLite cannot search texts."""
    reference = _known()
    return reference.suggestions(request) if reference else []


@lru_cache
def _known() -> Reference | None:
    try:
        return Reference(known_entries())
    except sqlite3.OperationalError:
        return None
