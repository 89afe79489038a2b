"""What a command inherits of the user's environment: an allow-list, so that nothing steers it by surprise."""

import re
from collections.abc import Mapping

PASSED = re.compile(
    r"""
    HOME | USER | LOGNAME | SHELL | HOSTNAME | TZ | TMPDIR | LANG | LANGUAGE | LC_\w+ | XDG_\w+
    | KUBECONFIG | KUBERNETES_SERVICE_(HOST|PORT) | MINIKUBE_HOME
    | DOCKER_(HOST|CONTEXT|CONFIG|TLS_VERIFY|CERT_PATH) | CONTAINER_HOST | COMPOSE_(FILE|PROJECT_NAME|PROFILES)
    | AWS_(PROFILE|REGION|DEFAULT_REGION|CONFIG_FILE|SHARED_CREDENTIALS_FILE)
    | AZURE_CONFIG_DIR | CLOUDSDK_(CONFIG|ACTIVE_CONFIG_NAME) | GOOGLE_APPLICATION_CREDENTIALS
    | DBUS_SESSION_BUS_ADDRESS | SSL_CERT_(FILE|DIR) | (?i:(HTTP|HTTPS|NO|ALL)_PROXY)
    """,
    re.VERBOSE,
)

FIXED = {
    "TERM": "dumb",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "MANPAGER": "cat",
    "SYSTEMD_PAGER": "cat",
    "AWS_PAGER": "",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "NO_COLOR": "1",
    "DEBIAN_FRONTEND": "noninteractive",
}
"""Nothing may wait for a key, page, or paint."""

UNASKED = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GOTOOLCHAIN": "local"}
"""For a command that nobody was asked about: a folder's own settings make git and go fetch nothing."""

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What a command may inherit. Applying it twice changes nothing."""
    passed = {name: value for name, value in environment.items() if PASSED.fullmatch(name)}
    if not any(passed.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        passed["LANG"] = "C.UTF-8"
    return {**passed, "PATH": _absolute_only(environment.get("PATH", "")), **FIXED}


def _absolute_only(path: str) -> str:
    """The search path without the entries that would find programs in the working folder."""
    return ":".join(entry for entry in path.split(":") if entry.startswith("/")) or DEFAULT_PATH
