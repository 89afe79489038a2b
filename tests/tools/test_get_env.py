import pytest

from devops_agent.tools.base import Workspace
from devops_agent.tools.get_env import GetEnv


def get(tmp_path, key, value=None):
    environment = {} if value is None else {key: value}
    return GetEnv(Workspace(tmp_path, environment, tmp_path)).run(key)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("GITHUB_TOKEN", "x"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
        ("DB_PASSWORD", "hunter2"),
        ("MYSQL_PWD", "hunter2"),
        ("API_KEY", "short"),
        ("STRIPE_KEY", "short"),
        ("SENTRY_DSN", "short"),
        ("REGISTRY_AUTH", "short"),
        ("SLACK_WEBHOOK_URL", "https://hooks.example/T0"),
        ("DATABASE", "postgres://me:hunter2@db/prod"),
        ("CACHE", "redis://:hunter2@cache:6379"),
        ("A", "ghp_0123456789"),
        ("B", "AKIAIOSFODNN7EXAMPLE"),
        ("C", "eyJhbGciOiJIUzI1NiJ9.e30.x"),
        ("D", "-----BEGIN PRIVATE KEY-----\nx"),
        ("E", "Bearer abc"),
        ("F", "aB3dE5fG7hI9jK1lM3nO5"),
        ("G", "0123456789abcdef0123456789abcdef"),
        ("H", "host=db password=hunter2"),
    ],
)
def test_a_secret_is_hidden(tmp_path, key, value):
    """Earlier project, row 38."""
    result = get(tmp_path, key, value)
    assert result.text == f"[set, {len(value)} characters, hidden]"
    assert result.ok


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("HOME", "/home/me"),
        ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"),
        ("PWD", "/srv/app"),
        ("KUBECONFIG", "/home/me/.kube/Config2"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/home/me/key.json"),
        ("SSH_AUTH_SOCK", "/tmp/ssh-XXXX/agent.1"),
        ("LANG", "de_DE.UTF-8"),
        ("APP_MODE", "production"),
        ("KEYBOARD", "de"),
        ("DOCKER_HOST", "tcp://10.0.0.1:2376"),
        ("HTTP_PROXY", "http://proxy.example:3128"),
        ("EMOJI", "grün 🙂"),
    ],
)
def test_a_plain_value_is_shown(tmp_path, key, value):
    assert get(tmp_path, key, value).text == value


def test_a_missing_or_empty_variable_is_said_in_words(tmp_path):
    assert get(tmp_path, "NOPE").text == "[not set]"
    assert get(tmp_path, "EMPTY", "").text == "[set, empty]"


def test_a_value_cannot_steer_the_terminal_or_fill_the_window(tmp_path):
    assert get(tmp_path, "A", "a\x1b[2Jb").text == "ab"
    result = get(tmp_path, "LS_COLORS", "no=00:" * 10_000)
    assert result.truncated
    assert len(result.text) < 8200
