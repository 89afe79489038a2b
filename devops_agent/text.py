"""Hostile text made safe: `printable` for what is read, `visible` for what is about to run."""

import re
import unicodedata

# A sequence that takes a string ends with its line at the latest, or one stray escape would swallow all that follows.
ESCAPE_SEQUENCE = re.compile(
    r"\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # operating system command: title, clipboard, link
    r"|\x1b[PX^_][^\x1b\n]*(?:\x1b\\)?"  # device control, start of string, privacy, application strings
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequence
    r"|\x1b[ -/]*[0-~]"  # other escapes
)
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls
    "\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero-width, bidirectional
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # layout of hieroglyphs, shorthand and music
    "\u034f\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0000-\U000e0fff"  # joiner, variation selectors, tags: hidden text
    "\ud800-\udfff]"  # halves of characters, which cannot be written out
)
NAMES = {"\x1b": "ESC", "\r": "CR", "\x00": "NUL", "\x07": "BEL", "\x08": "BS", "\x7f": "DEL", "\t": "TAB"}
INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Mc", "Me"})
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
JOINING = re.compile("[\u1161-\u11ff\ud7b0-\ud7fb\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
"""Korean parts of letters, flags in two halves, skin tones: how wide they are drawn depends on what stands before."""
MARKS = frozenset("‹›␠")
BLANKS = re.compile(r" {8,}| +(?=\n|\Z)")
"""Runs that nobody could count: long ones, and those at the end of a line."""
TAG = re.compile("‹redacted:(?P<kind>[a-z0-9/-]+):(?P<mark>[0-9a-f]{4,8})›")
"""What stands in the place of a secret."""


def without_raw_bytes(text: str) -> str:
    """A word or line from the system in which bytes that are not UTF-8 stand as \\xff, as in all that is read."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def printable(text: str) -> str:
    """Drop escape sequences and every control, bidirectional or zero-width character but newline and tab.

    A carriage return becomes a line end, so that what a terminal would overwrite can be read.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNPRINTABLE.sub("", ESCAPE_SEQUENCE.sub("", lines))


def visible(text: str) -> str:
    """Show every character: what a terminal would hide or obey stands as ‹NAME›, blanks that cannot be seen as a count.

    The marks themselves are named too, so that no text can fake them; only the tag of a secret stays as it is.
    """
    parts, end = [], 0
    for tag in TAG.finditer(text):
        parts += [_named(text[end : tag.start()]), tag[0]]
        end = tag.end()
    return BLANKS.sub(lambda run: f"‹␠×{len(run[0])}›", "".join([*parts, _named(text[end:])]))


def _named(text: str) -> str:
    return "".join(f"‹{_name(one)}›" if one in MARKS or not _is_plain(one) else one for one in text)


def has_hidden(text: str) -> bool:
    """Whether the text holds a character that a terminal would hide or obey."""
    return not all(map(_is_plain, text))


def _is_plain(character: str) -> bool:
    if character == "\n" or " " <= character <= "~":
        return True
    hidden = unicodedata.category(character) in INVISIBLE_CATEGORIES or character in BLANK_LETTERS
    return not hidden and not character.isspace() and not JOINING.match(character)


def _name(character: str) -> str:
    return NAMES.get(character) or f"U+{ord(character):04X}"


_TAGS = "tool_call|tool_response|think|start_of_turn|end_of_turn"
_CONTROL_TOKEN = re.compile(
    r"(?P<start><[|\uff5c][^\s<>|\uff5c]{1,64})(?=[|\uff5c]>)"  # <|im_end|> and its like in other families
    rf"|(?P<tag></?(?:{_TAGS}))(?=>)",
    re.IGNORECASE,
)


def neutralise(text: str) -> str:
    """Break, visibly, everything a chat template or a reader of tool calls would take for its own structure."""
    return _CONTROL_TOKEN.sub(r"\g<0> ", text)
