import pytest

from devops_agent.backends.host import is_loopback, ollama_url
from devops_agent.errors import ConfigurationError

ADDRESSES = {
    "": "http://127.0.0.1:11434",
    "   ": "http://127.0.0.1:11434",
    "1.2.3.4": "http://1.2.3.4:11434",
    "example.com": "http://example.com:11434",
    "example.com:1234": "http://example.com:1234",
    "localhost": "http://localhost:11434",
    ":1234": "http://127.0.0.1:1234",
    ":": "http://127.0.0.1:11434",
    "http://": "http://127.0.0.1:80",
    "http://example.com": "http://example.com:80",
    "http://example.com:11434": "http://example.com:11434",
    "https://example.com": "https://example.com:443",
    "https://example.com:8443": "https://example.com:8443",
    "https://:56789": "https://127.0.0.1:56789",
    "::1": "http://[::1]:11434",
    "[::1]": "http://[::1]:11434",
    "[::1]:1234": "http://[::1]:1234",
    "[0:0:0:0:0:0:0:1]:1234": "http://[::1]:1234",
    "https://[2001:db8::1]": "https://[2001:db8::1]:443",
    "0.0.0.0": "http://127.0.0.1:11434",
    "0.0.0.0:1234": "http://127.0.0.1:1234",
    "http://0.0.0.0:11434": "http://127.0.0.1:11434",
    "::": "http://[::1]:11434",
    "[::]:1234": "http://[::1]:1234",
    "example.com/": "http://example.com:11434",
    "http://127.0.0.1:11434/": "http://127.0.0.1:11434",
    "http://127.0.0.1:11434//": "http://127.0.0.1:11434",
    "example.com/ollama": "http://example.com:11434/ollama",
    "https://example.com/a/b/": "https://example.com:443/a/b",
    "example.com:1234/ollama": "http://example.com:1234/ollama",
    "example.com:": "http://example.com:11434",
    "example.com:66000": "http://example.com:11434",
    "example.com:-1": "http://example.com:11434",
    "example.com:port": "http://example.com:11434",
    "http://example.com:66000": "http://example.com:80",
    "https://example.com:port": "https://example.com:443",
    "[::1]:66000": "http://[::1]:11434",
    "example.com:٣": "http://example.com:11434",
    '"1.2.3.4"': "http://1.2.3.4:11434",
    "'1.2.3.4:1234'": "http://1.2.3.4:1234",
    '" 1.2.3.4 "': "http://1.2.3.4:11434",
    "  1.2.3.4:1234\n": "http://1.2.3.4:1234",
    "ollama.com": "https://ollama.com:443",
    "http://ollama.com": "http://ollama.com:80",
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_read_by_the_rules_of_ollama(text: str) -> None:
    assert ollama_url(text) == ADDRESSES[text]


@pytest.mark.parametrize("text", ADDRESSES)
def test_a_read_address_reads_the_same_again(text: str) -> None:
    assert ollama_url(ADDRESSES[text]) == ADDRESSES[text]


@pytest.mark.parametrize(
    "text", ["ftp://example.com", "a:b:c", "me@example.com", "two words", "a\\b", "http://a?b", "http://a\x00b"]
)
def test_what_no_client_could_connect_to_is_a_configuration_error(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is not an address"):
        ollama_url(text)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:11434", True),
        ("http://127.8.9.10:1", True),
        ("http://localhost:11434/x", True),
        ("http://[::1]:11434", True),
        ("http://127.0.0.1.example.com:80", False),
        ("http://example.com:11434", False),
        ("http://10.0.0.1:11434", False),
    ],
)
def test_only_this_machine_is_loopback(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
