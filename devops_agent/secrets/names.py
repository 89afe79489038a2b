"""Does this variable hold a secret? Judged by its name and its value. Pure."""

import re

SECRET_NAME = re.compile(
    r"secret|token|passw|passphrase|passwd|credential|cookie|webhook|auth|private|signature|salt\b"
    r"|(?:^|_)(?:pwd|pass|pat|dsn|pin|key|keys|apikey|accesskey|database_url|connection_?string)$|_key_",
    re.IGNORECASE,
)
PLAIN_NAMES = frozenset({"PWD", "SSH_AUTH_SOCK"})
SECRET_VALUE = re.compile(
    r"-----BEGIN|://[^/\s:@]*:[^/\s@]+@|\b(?:Bearer|Basic)\s"
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|sk_|rk_|AKIA|ASIA|AIza|ya29\.|hf_|npm_|pypi-|dop_v1_|SG\.|hvs\.|eyJ)"
    r"|^(?=[^/]*\d)(?=[^/]*[a-z])(?=[^/]*[A-Z])[\w+/=.~-]{20,}$|^[0-9a-fA-F]{32,}$"
    r"|(?:password|passwd|secret|token|api_?key)\s*[=:]",
)
LOCATION = re.compile(r"(?:~|\.{0,2}/)[\w./+-]*(?::/[\w./+-]*)*")


def is_secret(name: str, value: str) -> bool:
    """Whether a variable is better not shown. The path of a file that holds a secret is none."""
    if SECRET_VALUE.search(value):
        return True
    return bool(SECRET_NAME.search(name)) and name not in PLAIN_NAMES and not LOCATION.fullmatch(value)
