"""Hostile text made safe: `printable` for what is read, `visible` for what is about to run."""

import re
import unicodedata

ESCAPE_SEQUENCE = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|\Z)"  # operating system command: title, clipboard, link
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\|\Z)"  # device control, start of string, privacy, application strings
    r"|[\x1b\x9b]\[?[0-?]*[ -/]*[@-~]"  # control sequence, and two-character escapes
)
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
NAMES = {"\x1b": "ESC", "\r": "CR", "\x00": "NUL", "\x07": "BEL", "\x08": "BS", "\x7f": "DEL", "\t": "TAB"}
INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me"})
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
SPACE_RUN = re.compile(" {8,}")


def printable(text: str) -> str:
    """Drop escape sequences and every control, bidirectional or zero-width character but newline and tab."""
    without_overwritten = text.replace("\r\n", "\n")
    return UNPRINTABLE.sub("", ESCAPE_SEQUENCE.sub("", without_overwritten))


def visible(text: str) -> str:
    """Show every character: what a terminal would hide or obey stands as ‹NAME›, long runs of blanks as a count."""
    shown = "".join(character if _is_plain(character) else f"‹{_name(character)}›" for character in text)
    return SPACE_RUN.sub(lambda run: f"␠×{len(run[0])}", shown)


def has_hidden(text: str) -> bool:
    """Whether the text holds a character that a terminal would hide or obey."""
    return not all(map(_is_plain, text))


def _is_plain(character: str) -> bool:
    if character == "\n" or " " <= character <= "~":
        return True
    hidden = unicodedata.category(character) in INVISIBLE_CATEGORIES or character in BLANK_LETTERS
    return not hidden and not character.isspace()


def _name(character: str) -> str:
    return NAMES.get(character) or f"U+{ord(character):04X}"
