"""Secrets known by what stands around them: URLs, HTTP headers, key blocks, the arguments of some programs. Pure."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from devops_agent.secrets.found import Found


class Pattern(NamedTuple):
    """A secret stands in group `value`, in texts that hold one of `signs`; `accept` has the last word on it."""

    kind: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    accept: Callable[[str], bool] = bool


DIGITS = re.compile(r"(?:\d.*){3}", re.DOTALL)


def _is_credential(value: str) -> bool:
    """Not a word of a sentence: a digit, padding, or capitals within."""
    return bool(re.search(r"\d|=|[a-z][A-Z]|[._~+/-]\w{8}", value))


def _is_no_number(value: str) -> bool:
    return not value.isdigit()


def _is_no_hash(value: str) -> bool:
    line = value.partition("\n")[0]
    return bool(re.search(r"[g-zG-Z+/]", line)) and bool(re.search(r"[0-9]", line))


PATTERNS = (
    Pattern(
        "private-key",
        ("PRIVATE KEY",),
        re.compile(
            r"(?P<value>-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----"
            r"(?:[^-\[\]<>\"'‹]|-(?!----))*(?:-----END [A-Z0-9 ]{0,60}-----)?)"
        ),
    ),
    Pattern(
        "key-material",
        ("\n",),
        re.compile(
            r"(?<![^\n])(?P<value>(?P<line>[ \t]{0,16}(?=[^\n]{64,76}\n)[A-Za-z0-9+/]{64,76}\n){2,}[A-Za-z0-9+/=\t ]*)"
        ),
        _is_no_hash,
    ),
    Pattern("url-password", ("://",), re.compile(r"://[^\s/:@\"'<>]{0,128}:(?P<value>[^\s/\"'<>‹]{1,512})@")),
    Pattern(
        "url-token",
        ("://",),
        re.compile(r"https?://(?P<value>[^\s/:@\"'<>‹]{16,512})@"),
        lambda value: bool(DIGITS.search(value)),
    ),
    Pattern(
        "password-hash",
        ("$",),
        re.compile(r"(?P<value>\$(?:1|5|6|7|y|gy|2[abxy]|apr1|argon2id?)\$[\w./$=,+-]{24,256})"),
    ),
    Pattern(
        "auth",
        ("earer ", "EARER "),
        re.compile(r"(?i:bearer)[ \t]{1,4}(?P<value>[\w+/=.~-]{8,4096})"),
        _is_credential,
    ),
    Pattern(
        "auth",
        ("asic ", "ASIC "),
        re.compile(r"(?i:basic)[ \t]{1,4}(?P<value>[A-Za-z0-9+/_-]{8,4096}={0,2})"),
        _is_credential,
    ),
    Pattern(
        "auth",
        ("uthorization", "UTHORIZATION"),
        re.compile(
            r"(?i:authorization)[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?"
            r"(?:\w{1,20}[ \t]{1,4})?(?P<value>[^\s\"'<>‹]{8,4096})"
        ),
        _is_credential,
    ),
    Pattern("azure", ("Q~",), re.compile(r"(?<![\w.~-])(?P<value>[\w.~]{3}\dQ~[\w.~-]{31,34})(?![\w.~-])")),
    Pattern("telegram", (":AA",), re.compile(r"(?<![\w:])(?P<value>\d{8,12}:AA[\w-]{33})(?![\w-])")),
    Pattern(
        "password",
        ("curl", "wget", "http"),
        re.compile(
            r"[ \t](?:-u|--user|--proxy-user|-U)[ \t=]?[ \t]?[\"']?[^\s:\"'‹]{1,128}:(?P<value>[^\s\"'‹]{1,512})"
        ),
        _is_no_number,
    ),
    Pattern(
        "password",
        ("mysql", "mariadb", "sshpass", "mongo"),
        re.compile(
            r"(?:mysql|mariadb|sshpass|mongo)\w{0,20}[^\n|;&]{0,400}?[ \t]-p[ \t]?(?P<value>[^\s\"'‹-][^\s\"'‹]{0,255})"
        ),
        _is_no_number,
    ),
    Pattern(
        "password",
        ("redis-cli",),
        re.compile(r"redis-cli[^\n|;&]{0,400}?[ \t]-a[ \t](?P<value>[^\s\"'‹-][^\s\"'‹]{0,255})"),
    ),
    Pattern(
        "password",
        ("login ",),
        re.compile(r"\blogin[ \t\n]+\S{1,128}[ \t\n]+password[ \t\n]+(?P<value>[^\s‹]{1,512})"),
    ),
    Pattern(
        "secret",
        ("</",),
        re.compile(
            r"<[\w:.-]{0,40}(?i:password|passwd|passphrase|secret|token|apikey|api_key|privatekey)[\w:.-]{0,20}>"
            r"(?P<value>[^<\n‹]{3,4096})</"
        ),
    ),
    Pattern(
        "password",
        ("ENTIFIED", "entified"),
        re.compile(
            r"(?i:identified\s{1,4}(?:with\s{1,4}\w{1,40}\s{1,4})?by\s{1,4}(?:password\s{1,4})?)'(?P<value>[^'\n‹]{1,512})'"
        ),
    ),
)


def find_patterns(text: str) -> Iterator[Found]:
    """Where one of the patterns holds."""
    for kind, signs, pattern, accept in PATTERNS:
        if any(sign in text for sign in signs):
            for match in pattern.finditer(text):
                if accept(match["value"]):
                    yield Found(*match.span("value"), kind)
