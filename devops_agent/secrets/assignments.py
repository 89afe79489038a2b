"""Secrets that a name gives away: `password: …`, `API_KEY=…`, `"token": "…"`, `--secret …`. Pure."""

import re
from collections.abc import Iterator

from devops_agent.secrets.found import Found

NAMES = {
    "passw": "password",
    "passphrase": "password",
    "pwd": "password",
    "_pass": "password",
    "dbpass": "password",
    "userpass": "password",
    "keypass": "password",
    "storepass": "password",
    "requirepass": "password",
    "secret": "secret",
    "token": "token",
    "credential": "credential",
    "api_key": "api-key",
    "api-key": "api-key",
    "apikey": "api-key",
    "access_key": "access-key",
    "access-key": "access-key",
    "accesskey": "access-key",
    "account_key": "access-key",
    "accountkey": "access-key",
    "private_key": "private-key",
    "private-key": "private-key",
    "privatekey": "private-key",
    "client-key-data": "private-key",
    "encryption_key": "key",
    "encryption-key": "key",
    "encryptionkey": "key",
    "master_key": "key",
    "signing_key": "key",
    "shared_key": "key",
    "presharedkey": "key",
    "jwt_key": "key",
}
"""What in a name tells of a secret, in small letters, and the kind of it."""

HINTS = {"auth": "auth", "key": "key", "cookie": "cookie", "session": "session", "dsn": "dsn", "salt": "salt"}
"""Names that also mean harmless things: their value must look random."""

FOLLOWS = re.compile(
    r"(?P<suffix>[\w.-]{0,40})"
    r"(?P<sign>\\?[\"']?\]?[ \t]{0,8}(?:=>|:=|[:=])[ \t]{0,8}"
    r"|\\?[\"']?,?[ \t]{0,8}(?:\n[ \t]{0,80})?\\?[\"']?value\\?[\"']?[ \t]{0,8}:[ \t]{0,8})"
    r"(?:\\\"(?P<escaped>(?:[^\"\\\n]|\\[^\"\n]){1,4096})"
    r"|\"(?P<double>(?:[^\"\\\n]|\\.){1,4096})"
    r"|'(?P<single>[^'\n]{1,4096})"
    r"|(?P<bare>[^\s\"'`<>‹›]{1,4096}))"
)
FLAG = re.compile(
    r"--(?:[\w-]{0,40}-)?(?:password|passwd|passphrase|requirepass|masterauth|token|secret|key)[ \t]{1,4}"
    r"[\"']?(?P<bare>[^\s\"'`<>‹›-][^\s\"'`<>‹›]{0,4095})"
)
LONGEST_OPTION = 64
HARMLESS_SUFFIX = re.compile(
    r"(?:name|names|ref|refs|type|types|file|files|path|dir|folder|url|uri|endpoint|host|ttl|age|expir\w*|expires\w*"
    r"|seconds|minutes|days|timeout|duration|count|counts|limit|length|len|size|budget|usage|polic(?:y|ies)|namespace"
    r"|mount\w*|store|class|version|versions|audience|audiences|issuer|review\w*|enabled|disabled|required|valid|status"
    r"|state|header|field|column|provider|method|mode|rotation|manager|list|format|prompt|algorithm|alg|id|ids|users?"
    r"|authentication|projection|stdin|env|source|kind|arn|usages|scope|scopes|label|labels|selector)s?$|^ed$",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(
    r"(?:true|false|yes|no|on|off|null|nil|none|undefined|unset|set|hidden|redacted|masked|expired|invalid|missing|required"
    r"|optional|empty|unknown|string|str|bytes|valid|ok|failed|changed|created|configured|unchanged|default|enabled|disabled)"
    r"|(?:password|all authentication tokens|you) [a-z ]+\.?"
    r"|[$%][\w({].*|\{\{.*|\(.*|\[.*|[*.x•-]+|\\?[{\[].*|…",
    re.IGNORECASE,
)
PLAIN_PATH = re.compile(r"(?:~|\.{1,2})?(?:/[a-z0-9_.@%-]+)+/?")
ENDINGS = ",;)}]\\"
LEAST = 3
LEAST_RANDOM = 16


def find_assignments(text: str) -> Iterator[Found]:
    """Where the values of telling names stand."""
    small = _lower(text)
    for table, must_be_random in ((NAMES, False), (HINTS, True)):
        for name, kind in table.items():
            position = small.find(name)
            while position >= 0:
                found = _value_after(text, position, position + len(name), kind, must_be_random)
                if found:
                    yield found
                position = small.find(name, found.end if found else position + len(name))


def looks_random(value: str) -> bool:
    """Whether a value is rather made by a machine than a word: long, with digits, small and capital letters."""
    return len(value) >= LEAST_RANDOM and all(re.search(one, value) for one in ("[a-z]", "[A-Z]", "[0-9]"))


def _lower(text: str) -> str:
    """Small letters at the same places; a few characters have a small form that is longer."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(one.lower() if one.isascii() else one for one in text)


def _value_after(text: str, start: int, end: int, kind: str, must_be_random: bool) -> Found | None:
    match = FOLLOWS.match(text, end)
    if match and not _is_harmless(match["suffix"], kind):
        group = next(name for name in ("escaped", "double", "single", "bare") if match[name] is not None)
        first, last = match.span(group)
        if group == "bare":
            last = _bare_end(text, start, first, last, kind, match["sign"])
    elif match is None and (flag := _flag(text, start)):
        first, last = flag.span("bare")
    else:
        return None
    value = text[first:last]
    return Found(first, last, kind) if _is_value(value, kind, must_be_random) else None


def _flag(text: str, start: int) -> re.Match[str] | None:
    """`--password VALUE`, where the name ends the option."""
    opening = text.rfind("--", max(0, start - LONGEST_OPTION), start)
    return FLAG.match(text, opening) if opening >= 0 else None


def _bare_end(text: str, start: int, first: int, last: int, kind: str, sign: str) -> int:
    """Where an unquoted value ends: after `password: ` that opens a line, with the line; else before punctuation."""
    before = text[max(0, start - LONGEST_OPTION) : start].rpartition("\n")[2]
    opens_line = not before.strip(" \t-\"'") and len(before) < LONGEST_OPTION
    if kind == "password" and opens_line and ":" in sign and "\\" not in sign:
        line = text[first : first + 4096].partition("\n")[0].partition(" #")[0]
        return first + len(line.rstrip().rstrip("\"'") or line)
    while last > first + 1 and text[last - 1] in ENDINGS:
        last -= 1
    return last


def _is_harmless(suffix: str, kind: str) -> bool:
    plural = suffix == "s" and kind != "password"
    return plural or bool(HARMLESS_SUFFIX.search(suffix))


def _is_value(value: str, kind: str, must_be_random: bool) -> bool:
    if len(value) < LEAST or PLACEHOLDER.fullmatch(value) or PLAIN_PATH.fullmatch(value):
        return False
    if must_be_random:
        return looks_random(value) and not re.search(r"[./:,]", value)
    return kind == "password" or not (value.isdigit() and len(value) < LEAST_RANDOM)
