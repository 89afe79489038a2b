"""Characters that pass for others, and letters that a terminal may put in another order: said, since nobody sees it."""

import unicodedata
from collections.abc import Iterator

PUNCTUATION = dict(zip("‐‑‒–—―−‘’‚‛′“”„″∕⁄∖‖∣⸴⁏‥", "-------'''''\"\"\"\"//\\||,;.", strict=True))
LETTERS = dict(
    zip(
        "асеіјорѕухһԁӏԛԝАВЕКМНОРСТХІЅЈοναρικχυτΑΒΕΖΗΙΚΜΝΟΡΤΥΧıȷɑɡɩℓ",
        "aceijopsyxhdlqwABEKMHOPCTXISJovapikxutABEZHIKMNOPTYXijagil",
        strict=True,
    )
)
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
MOST = 3
ORDER = "holds letters that run from right to left: a terminal may show the words around them in another order"


def warnings(text: str) -> Iterator[str]:
    """A note for each of the first few characters that look like an ASCII one, and one for a turned direction."""
    found = [(one, _double(one)) for one in dict.fromkeys(text) if one > "\x7f" and _double(one)]
    for one, double in found[:MOST]:
        yield f"{one} is no {double} but U+{ord(one):04X}, {unicodedata.name(one, 'without a name').lower()}"
    if len(found) > MOST:
        yield f"{len(found) - MOST} more characters look like others"
    if any(unicodedata.bidirectional(one) in RIGHT_TO_LEFT for one in text):
        yield ORDER


def _double(character: str) -> str:
    """The ASCII character that this one passes for; "" for none."""
    plain = unicodedata.normalize("NFKC", character)
    known = PUNCTUATION.get(character) or LETTERS.get(character) or plain
    return known if len(known) == 1 and "!" <= known <= "~" else ""
