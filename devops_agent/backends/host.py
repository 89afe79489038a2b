"""Where the model server listens: one setting, read by the rules Ollama applies to OLLAMA_HOST. Pure."""

import re
import socket
from urllib.parse import urlsplit

from devops_agent.errors import ConfigurationError

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = "11434"
SCHEME_PORTS = {"http": "80", "https": "443"}
REACHABLE = {"": DEFAULT_HOST, "0.0.0.0": DEFAULT_HOST, "::": "::1"}
"""A server may listen on every address; a client needs one."""
_UNUSABLE = re.compile(r"[\s\x00-\x1f\x7f\\@?#]")


def ollama_url(text: str) -> str:
    """The base address, without a final slash. Raises ConfigurationError for what no client could connect to."""
    text = text.strip().strip("\"'").strip()
    if text == "ollama.com":
        return "https://ollama.com:443"
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "http", text
    if scheme not in SCHEME_PORTS or _UNUSABLE.search(rest):
        raise ConfigurationError(f"host = {text!r} is not an address", hint="write host:port or http://host:port")
    address, _, path = rest.partition("/")
    host, port = _split(address, text)
    host = REACHABLE.get(host, host)
    if not _is_port(port):
        port = SCHEME_PORTS[scheme] if separator else DEFAULT_PORT
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{int(port)}/{path}".rstrip("/")


def is_loopback(url: str) -> bool:
    """Whether an address is this machine's own, so that no proxy may stand between."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.endswith(".localhost") or bool(re.fullmatch(r"127(\.\d+){3}", host))


def _split(address: str, text: str) -> tuple[str, str]:
    """Host and port as Go's SplitHostPort finds them; the port is "" when there is none."""
    bracketed = re.fullmatch(r"\[(?P<host>[^\[\]]*)\](?::(?P<port>.*))?", address)
    if bracketed:
        return _ipv6(bracketed["host"]) or bracketed["host"], bracketed["port"] or ""
    if address.count(":") < 2:
        host, _, port = address.partition(":")
        return host, port
    host = _ipv6(address)
    if not host:
        raise ConfigurationError(f"host = {text!r} is not an address", hint="write an IPv6 address as [::1]:11434")
    return host, ""


def _ipv6(text: str) -> str:
    """The short form of an IPv6 address, or "" when it is none."""
    try:
        return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, text))
    except (OSError, UnicodeError):
        return ""


def _is_port(text: str) -> bool:
    return bool(re.fullmatch(r"\+?[0-9]{1,9}", text)) and int(text) <= 65535
