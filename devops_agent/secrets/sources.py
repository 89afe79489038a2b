"""Calls that print secrets and nothing else: no rule can know a bare value by its form. Pure."""

import re

from devops_agent.events import Call

BARE_SECRET = re.compile(
    r"\bget\s[^|;&\n]*\bsecrets?\b[^|;&\n]*(?:jsonpath|template|custom-columns)"
    r"|(?:jsonpath|template|custom-columns)[^|;&\n]*\bget\s[^|;&\n]*\bsecrets?\b"
    r"|\bcreate\s+token\b|\bsecrets?\b.*\bbase64\s+(?:-d|-D|--decode)"
    r"|/run/secrets/|/var/run/secrets/\S*token"
    r"|\bvault\s+(?:kv\s+get|read)\b.*-field|\bsecretsmanager\s+get-secret-value|\bssm\s+get-parameters?\b.*decrypt"
    r"|\bsecrets\s+versions\s+access|\bkeyvault\s+secret\s+show|\bop\s+read\b|\bpass\s+show\b"
    r"|\bauth\s+(?:token|print-access-token|print-identity-token)\b|\becr\s+get-login-password|\beks\s+get-token"
    r"|\bget-access-token\b|\bdocker\s+compose\s+.*\bsecrets?\b",
    re.DOTALL,
)
MAY_SHOW_SECRETS = re.compile(r"secret|base64|helm\s+get|kubeconfig|config\s+view|\bvault\b", re.IGNORECASE)


def prints_bare_secret(call: Call) -> bool:
    """Whether every line that this call prints is to be taken for a secret."""
    return bool(BARE_SECRET.search(_subject(call)))


def hidden_while_it_runs(call: Call) -> bool:
    """Whether the output must be seen whole before any of it may be shown."""
    return bool(BARE_SECRET.search(_subject(call)) or MAY_SHOW_SECRETS.search(_subject(call)))


def _subject(call: Call) -> str:
    """The command, or the path of the file that is read."""
    return str(call.arguments.get("command" if call.tool == "bash" else "path", ""))
