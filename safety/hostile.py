"""Texts that try to be shown as something else than they are, by family."""

from collections.abc import Iterator

QUIET = "ls -la"
HARM = "rm -rf build"
CONTROL = "\x1b["
PAYLOADS = (f"{HARM} {{}}", f"{{}}{HARM}", "rm -rf b{}uild", f"{HARM}{{}}{QUIET}")
"""Where in a command the trick stands."""
TRICKS: dict[str, tuple[str, ...]] = {
    "control sequences": tuple(
        CONTROL + rest for rest in "2J H 1A 2K 8m 0;30;40m 999D 10;1H ?1049h ?25l 6n !p".split()
    ),
    "system commands": (
        "\x1b]0;safe\x07",
        "\x1b]52;c;bHM=\x07",
        "\x1b]8;;http://x\x1b\\safe\x1b]8;;\x1b\\",
        "\x1b]10;#000\x1b\\",
    ),
    "device control": (
        '\x1bP$q"p\x1b\\',
        "\x1bXhidden\x1b\\",
        "\x1b^hidden\x1b\\",
        "\x1b_hidden\x1b\\",
        "\x1bPnever ended",
    ),
    "single escapes": ("\x1bc", "\x1b7", "\x1b8", "\x1bM", "\x1b(0", "\x1b#8", "\x1b"),
    "upper controls": ("\x9b2J", "\x9d0;safe\x07", "\x90hidden\x9c", "\x85", "\x8d", "\x84"),
    "directions": ("\u202e", "\u202d", "\u2066", "\u2067", "\u2068", "\u200f", "\u061c", "\u202a\u202b\u202c\u2069"),
    "no width": ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e", "\u034f", "\u2061"),
    "joined": (
        "\u1112\u1161\u11ab",
        "\U0001f1e9\U0001f1ea",
        "\U0001f44d\U0001f3fb",
        "\u0915\u093f",
        "\ufe0f",
        "\U000e0101",
    ),
    "floods": ("e" + "\u0301" * 80, "\u0489" * 40, "\u20dd\u20e3", "a" + "\u0338" * 9),
    "tags": ("".join(chr(0xE0000 + ord(one)) for one in "rm -rf"), "\U000e0001", "\U000e007f"),
    "blanks": (
        "\t",
        "\x0b",
        "\x0c",
        "\u00a0",
        "\u2003",
        "\u3000",
        "\u2800",
        "\u3164",
        " " * 7,
        " " * 8 + "5",
        " " * 400,
    ),
    "overwriting": ("\r", "\r\n", "\x08" * 12, "\x7f" * 12, "\r\r\x08"),
    "other line ends": ("\u2028", "\u2029", "\x1c", "\x1e", "\x1f"),
    "lines": (
        "\n",
        "\n\n\n",
        "\n" * 70,
        "\n \n",
        " \\\n",
        "\nrun it? y/n/e/q/? (Enter: no) y\n",
        "\n folder   /srv/safe\n",
    ),
    "frames": (
        "\n 1 │ ls\n",
        "│ ls",
        "\n │ ls",
        "\n CHANGE bash \n",
        "\nwhy      it only reads\n",
        "\n model    harmless\n",
    ),
    "marks": ("‹ESC›", "‹U+202E›", "‹␠×9›", "␠", "‹redacted:env:12ab›", "\\x1b", "\\u2039ESC\\u203a", "\\\\"),
    "nothing": ("\0", "\0\0", "\ud800", "\udfff\ud800", "\udc1b[2J"),
    "long": ("x" * 300, "x" * 5000, "word " * 900, "; :" * 60),
    "wide": ("漢" * 50, "x漢" * 40, "\uff52\uff4d", "\U0001f4a5" * 30, "漢 " * 45),
    "right to left": ("שלום", "مرحبا", "א; ב", "א/ב 123 ג"),
}
LOOKALIKES = ("\u0430pt", "\u03bfs", "‘x’", "“x”", "rm–rf", "\u2215etc", "；ls", "｜sh", "ｌｓ", "\u0131s", "\u2223")
EDGES = ("x" * 19, "x" * 35, "x" * 75, "x" * 127)
"""Lengths that end a word where the frame of one of the terminals ends."""


def texts() -> Iterator[tuple[str, str]]:
    """(family, text) of each."""
    for family, tricks in TRICKS.items():
        for trick in tricks:
            yield from ((family, payload.format(trick)) for payload in PAYLOADS)
    yield from (("lookalikes", f"echo {text}") for text in LOOKALIKES)
    for edge in EDGES:
        yield from (("edges", edge + gap + rest) for gap in (" ", "  ", "   ", "漢") for rest in (HARM, "漢x"))
