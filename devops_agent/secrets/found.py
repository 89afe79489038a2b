"""A place in a text where a secret stands."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Found(NamedTuple):
    """Characters `start` to `end` are a secret of this kind."""

    start: int
    end: int
    kind: str


def merged(found: Iterable[Found]) -> list[Found]:
    """The same places without overlaps, from left to right; where several meet, the longest names the kind."""
    result: list[Found] = []
    for one in sorted(found, key=lambda place: (place.start, -place.end)):
        if result and one.start < result[-1].end:
            last = result[-1]
            longest = max(last, one, key=lambda place: place.end - place.start)
            result[-1] = Found(last.start, max(last.end, one.end), longest.kind)
        else:
            result.append(one)
    return result


def outside(place: Found, tags: Sequence[tuple[int, int]]) -> Iterator[Found]:
    """The parts of a place that no tag covers; `tags` are (start, end) from left to right."""
    start = place.start
    for first, last in tags[max(0, bisect_left(tags, (start, 0)) - 1) :]:
        if first >= place.end:
            break
        if start < first:
            yield Found(start, first, place.kind)
        start = max(start, last)
    if start < place.end:
        yield Found(start, place.end, place.kind)
