"""The tool `get_env`: one variable of the user's environment, unless it looks like a secret."""

import re
from typing import ClassVar

from devops_agent.events import ToolResult
from devops_agent.text import printable
from devops_agent.tools.base import Parameters, Tool
from devops_agent.tools.observation import cut

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


class GetEnv(Tool):
    """Reads a variable; of a secret, only whether it is set and how long it is."""

    name: ClassVar[str] = "get_env"
    description: ClassVar[str] = "Read an environment variable. Secrets are hidden."
    parameters: ClassVar[Parameters] = {"key": {"type": "string", "description": "The variable's name."}}

    def run(self, key: str) -> ToolResult:
        value = self.workspace.environment.get(key)
        if value is None:
            return ToolResult("[not set]")
        if not value:
            return ToolResult("[set, empty]")
        size = len(value.encode("utf-8", "surrogateescape"))
        if is_secret(key, value):
            return ToolResult(f"[set, {len(value)} characters, hidden]", size=size)
        text, truncated = cut(printable(value), self.workspace.observation_limit)
        return ToolResult(text, size=size, truncated=truncated)


def is_secret(name: str, value: str) -> bool:
    """Whether a variable is better not shown. The path of a file that holds a secret is none."""
    if SECRET_VALUE.search(value):
        return True
    return bool(SECRET_NAME.search(name)) and name not in PLAIN_NAMES and not LOCATION.fullmatch(value)
