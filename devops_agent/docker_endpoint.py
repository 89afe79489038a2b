"""Which Docker engine a docker command would reach, read from Docker's own files; nothing is executed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

UNKNOWN = "UNKNOWN"
DEFAULT_ENDPOINT = "unix:///var/run/docker.sock"
SIZE_LIMIT = 1_000_000
OPTIONS = {"-H": "host", "--host": "host", "-c": "context", "--context": "context", "--config": "config"}
HARMLESS_OPTIONS = frozenset({"-D", "--debug", "--tls", "--tlsverify", "-v", "--version", "--help"})


def read_endpoint(environment: Mapping[str, str], command_words: Sequence[str] = ()) -> str:
    """The engine's address for `command_words` (a docker command, or nothing), or UNKNOWN. Never raises."""
    wanted = _options(command_words[1:])
    if any(character in value for value in wanted.values() for character in "$`*?"):
        return UNKNOWN
    host = wanted.get("host") or ("" if "context" in wanted else environment.get("DOCKER_HOST"))
    if host:
        return host
    folder = Path(wanted.get("config") or environment.get("DOCKER_CONFIG") or _home(environment) / ".docker")
    context = wanted.get("context") or environment.get("DOCKER_CONTEXT")
    context = context or _read(folder / "config.json", "currentContext")
    if context in (None, "default"):
        return DEFAULT_ENDPOINT
    name = hashlib.sha256(str(context).encode("utf-8", "replace")).hexdigest()
    endpoint = _read(folder / "contexts" / "meta" / name / "meta.json", "Endpoints", "docker", "Host")
    return f"{endpoint or UNKNOWN} (context {context})"


def read_certificates(environment: Mapping[str, str], endpoint: str) -> Path | None:
    """The folder of the certificates with which docker speaks TLS to an endpoint; None where it speaks without.

    Raises ValueError where it is told not to check whom it speaks to.
    """
    folder = Path(environment.get("DOCKER_CONFIG") or _home(environment) / ".docker")
    _, named, context = endpoint.partition(" (context ")
    if not named:
        return Path(environment.get("DOCKER_CERT_PATH") or folder) if environment.get("DOCKER_TLS_VERIFY") else None
    name = hashlib.sha256(context.removesuffix(")").encode("utf-8", "replace")).hexdigest()
    if _read(folder / "contexts" / "meta" / name / "meta.json", "Endpoints", "docker", "SkipTLSVerify"):
        raise ValueError("docker is told not to check its certificate")
    certificates = folder / "contexts" / "tls" / name / "docker"
    return certificates if certificates.is_dir() else None


def _options(words: Sequence[str]) -> dict[str, str]:
    """The global options, which stand before docker's own sub-command."""
    found: dict[str, str] = {}
    following = iter(words)
    for word in following:
        name, equals, value = word.partition("=")
        if name in OPTIONS:
            found[OPTIONS[name]] = value if equals else next(following, UNKNOWN)
        elif not word.startswith("-"):
            break
        elif name not in HARMLESS_OPTIONS:
            found["host"] = UNKNOWN
    return found


def _home(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("HOME") or Path.home())


def _read(path: Path, *keys: str) -> Any:
    """The value at `keys` of a JSON file; UNKNOWN when the file cannot be read, None when it does not say."""
    try:
        if not path.is_file():
            return None
        with path.open(encoding="utf-8") as file:
            value = json.loads(file.read(SIZE_LIMIT))
    except (OSError, ValueError, RecursionError):
        return UNKNOWN
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
