"""What no command may hold, before anything else looks at it."""

import re
import unicodedata

LONGEST = 8192
HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


def objection(text: str) -> str:
    """Why this text is refused unread; "" when it may be looked at."""
    if len(text.encode(errors="surrogatepass")) > LONGEST:
        return f"is longer than {LONGEST} bytes; write it to a file with write_file and run that file"
    hidden = HOSTILE.search(text)
    if hidden is None:
        return ""
    name = unicodedata.name(hidden[0], "a control character")
    return f"holds a hidden or control character, U+{ord(hidden[0]):04X} ({name.lower()}); send it without"
