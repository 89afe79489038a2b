"""What is taken out of a text, and what stays."""

import base64
import time
from urllib.parse import quote

import pytest

from devops_agent.secrets import Redactor
from devops_agent.secrets.tokens import token_formats
from devops_agent.text import TAG

SECRET_LINES = [
    ("password: {}", "hunter2"),
    ("DB_PASSWORD={}", "hunter2!x"),
    ("DB_PASS={}", "hunter2"),
    ("export MYSQL_PWD='{}'", "hunter 2"),
    ('"password": "{}"', 'hun\\"ter2'),
    ('{{\\"password\\":\\"{}\\"}}', "hunter2"),
    ("passphrase: {}", "correct horse battery"),
    ("AWS_SECRET_ACCESS_KEY={}", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("api_key = {}", "0f9e8d7c6b5a"),
    ("x-api-key: {}", "abcd1234"),
    ("//registry.npmjs.org/:_authToken={}", "0a1b2c3d4e5f"),
    ("    token: {}", "s3cr3tvalue"),
    ("    client-key-data: {}", "LS0tLS1CRUdJTiBSU0E="),
    ('"auths": {{"r.io": {{"auth": "{}"}}}}', "dXNlcjpodW50ZXIyaHVudGVyMg=="),
    ("tool --password {} --verbose", "hunter2"),
    ("tool --api-key={}", "abcd1234"),
    ("tool --token '{}'", "abcd1234"),
    ("curl -u admin:{} https://example.com", "s3cr3t"),
    ("mysql -u root -p{} shop", "s3cret"),
    ("redis-cli -h cache -a {} ping", "s3cret"),
    ("machine example.com login me password {}", "s3cret"),
    ("postgres://me:{}@db.example.com/shop", "hunter2"),
    ("redis://:{}@cache:6379/0", "hunter2"),
    ("origin\thttps://{}@git.example.com/shop.git (fetch)", "9f8e7d6c5b4a39281706"),
    ("postgres://me:{}@db.example.com/shop", "p@ssw0rd"),
    ("redis-server *:6379 --requirepass {}", "s3cr3tvalue"),
    ("root:{}:19000:0:99999:7:::", "$6$abcdefgh$" + "KQ1z" * 20),
    ("admin:{}", "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC"),
    ("Authorization: Bearer {}", "abc123def456"),
    ("> authorization: Basic {}", "YWRtaW46aHVudGVyMg=="),
    ("<password>{}</password>", "hunter2"),
    ("CREATE USER me IDENTIFIED BY '{}'", "hunter2"),
    ("- name: DB_PASSWORD\n  value: {}", "hunter2"),
    ('{{"name": "API_TOKEN", "value": "{}"}}', "hunter2"),
    ('"Env": ["PATH=/bin", "APP_SECRET={}"]', "hunter2"),
    ("AccountKey={};EndpointSuffix=core.windows.net", "aB3" * 28),
    ("https://x.blob.core.windows.net/c?sig={}", "aB3%2F" * 10),
    ("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----", "MIIEpAIBAAKCAQEA"),
    ("{{'k': '-----BEGIN PRIVATE KEY-----\\n{}\\n'}}", "MIIEpAIBAAKCAQEA"),
    ("apiVersion: v1\ndata:\n  anything: {}\nkind: Secret\n", "aHVudGVyMg=="),
    ("kind: Secret\nstringData:\n  conf: |\n    first\n    {}\n  other: x\n", "hunter two"),
    ('{{"data": {{"anything": "{}"}}, "kind": "Secret"}}', "aHVudGVyMg=="),
    ("data:\n  anything: {}\n", "aHVudGVyMg=="),
]

BENIGN = """\
secret/foo configured
NAME                  TYPE                                  DATA   AGE
default-token-abc12   kubernetes.io/service-account-token   3      5d
Mountable secrets:   <none>
Tokens:              default-token-abc12
    Type:        Secret (a volume populated by a Secret)
    SecretName:  default-token-abc12
      secretName: my-tls
      secretKeyRef:
  automountServiceAccountToken: false
imagePullSecrets:
- name: regcred
prompt_tokens: 812, max_tokens=4096
tokenExpirationSeconds: 3600
PasswordAuthentication no
password authentication failed for user "me"
Nov 21 10:00:00 host sshd[1]: Failed password for root from 10.0.0.1 port 22 ssh2
PWD=/srv/app
password: ${DB_PASSWORD}
password: {{ .Values.password }}
token=<redacted>
password: ********
POSTGRES_PASSWORD_FILE=/run/secrets/db
kubectl create secret generic app --from-file=config.yaml
error: secret "app" not found
web-5d9c7b9f4-abcde   1/1     Running   0          3d
docker run -u 1000:1000 -p 8080:80 nginx
Digest: sha256:2d4b1e3c5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c
4bf0b2e4a9e3c1d5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9
5bf0b2e4a9e3c1d5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9
image: registry.example.com:5000/app@sha256:4bf0b2e4a9e3c1d5
http://localhost:8080/healthz
WWW-Authenticate: Basic realm="app"
basic authentication required
Bearer authentication is enabled
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 me@host
key: app.kubernetes.io/name
cache-key: node-modules-linux
session: 12
invalid token at line 3
uid=1000(me) gid=1000(me) groups=1000(me),999(docker)
apiVersion: v1
data:
  LOG_LEVEL: info
  MODE: prod
kind: ConfigMap
"password_policy": "strict"
2024-01-01T00:00:00Z INFO token refreshed, next in 300s
passwd: password changed
tests passed: 12, failed: 0, pass_rate=100
"""


@pytest.mark.parametrize(("line", "secret"), SECRET_LINES)
def test_a_secret_gives_way_to_a_tag(line: str, secret: str) -> None:
    text = line.format(secret)
    shown = Redactor().redact(text)
    assert secret not in shown and TAG.search(shown)


def test_ordinary_output_stays_as_it_is() -> None:
    shown = Redactor().redact(BENIGN)
    assert [pair for pair in zip(BENIGN.splitlines(), shown.splitlines(), strict=True) if pair[0] != pair[1]] == []


def test_every_row_of_the_token_table_is_a_pattern_that_can_match() -> None:
    import re

    for kind, start, rest in token_formats():
        assert re.compile(rest) and start and re.fullmatch(r"[a-z0-9-]+", kind), start


@pytest.mark.parametrize(
    "token",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a1B2" * 9,
        "github_pat_" + "a1B2_" * 10,
        "glpat-" + "a1B2" * 5,
        "xoxb-" + "1234567890-" * 3 + "abc",
        "sk_live_" + "a1B2" * 6,
        "AIza" + "a1B2_" * 7,
        "npm_" + "a1B2" * 9,
        "pypi-AgE" + "a1B2" * 20,
        "dckr_pat_" + "a1B2" * 7,
        "dop_v1_" + "0f" * 32,
        "HRKU-" + "a1B2" * 9,
        "SG." + "a1B2" * 5 + "." + "a1B2" * 10,
        "SK" + "0f" * 16,
        "hvs." + "a1B2" * 6,
        "hf_" + "a1B2" * 9,
        "sk-ant-" + "a1B2-" * 6,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
        "https://hooks.slack.com/services/T00000000/B00000000/a1B2a1B2a1B2",
    ],
)
def test_tokens_are_known_by_their_form(token: str) -> None:
    shown = Redactor().redact(f"see {token}, and {token}")
    assert token[-12:] not in shown
    assert len(set(TAG.findall(shown))) == 1
    assert Redactor().redact(f"x{token[:6]}") == f"x{token[:6]}"


def test_a_value_is_known_wherever_it_recurs_and_keeps_its_tag() -> None:
    redactor = Redactor.of({"DB_PASSWORD": "tr0ub4dor&3/x+", "HOME": "/home/me", "DATABASE": "x"})
    value = "tr0ub4dor&3/x+"
    first = redactor.redact(f"it is {value}!")
    assert first == redactor.redact(f"it is {value}!")
    mark = TAG.search(first)["mark"]
    shapes = [
        base64.b64encode(value.encode()).decode(),
        base64.urlsafe_b64encode(value.encode()).decode(),
        base64.b64encode(b"me:" + value.encode() + b"\n").decode(),
        base64.b64encode(b"user:" + value.encode()).decode(),
        quote(value, safe=""),
    ]
    for shape in shapes:
        shown = redactor.redact(f"see {shape} here")
        assert TAG.search(shown)["mark"] == mark, shape
        assert redactor.restore(shown) == f"see {shape} here"
    assert redactor.redact("/home/me") == "/home/me"


def test_a_password_within_a_variable_is_known_by_itself() -> None:
    redactor = Redactor.of({"DATABASE_URL": "postgres://app:tr0ub4dor33@db/shop"})
    assert "tr0ub4dor33" not in redactor.redact("psql: login with tr0ub4dor33 failed")


def test_what_a_secret_object_holds_is_known_in_plain_text_afterwards() -> None:
    redactor = Redactor()
    encoded = base64.b64encode(b"plain-hunter2").decode()
    redactor.redact(f"data:\n  key: {encoded}\nkind: Secret\n")
    assert "plain-hunter2" not in redactor.redact("connecting with plain-hunter2")
    assert encoded not in redactor.redact(f"echo {encoded}")


def test_two_values_never_share_a_tag() -> None:
    redactor = Redactor()
    shown = redactor.redact("\n".join(f"password: value-{number}" for number in range(3000)))
    assert len(set(TAG.findall(shown))) == 3000


def test_short_and_common_values_are_hidden_only_where_they_are_named() -> None:
    redactor = Redactor()
    assert redactor.redact("password=postgres; image postgres:16").endswith("; image postgres:16")


def test_redacting_twice_changes_nothing_and_restoring_gives_the_text_back() -> None:
    redactor = Redactor()
    for line, secret in SECRET_LINES:
        text = line.format(secret)
        once = redactor.redact(text)
        assert redactor.redact(once) == once, line
        assert redactor.restore(once) == text, line


def test_tags_of_an_earlier_session_are_not_given_again() -> None:
    redactor = Redactor()
    earlier = {f"{number:04x}" for number in range(0, 65536, 2)}
    redactor.avoid("".join(f"‹redacted:x:{mark}›" for mark in earlier))
    shown = redactor.redact("\n".join(f"password: value-{number}" for number in range(500)))
    assert earlier.isdisjoint(mark for _, mark in TAG.findall(shown))


@pytest.mark.parametrize(
    "piece",
    [
        "token=",
        "password: ",
        "password='",
        '"data":{',
        '"data":{"a":"b"',
        "data:\n  a: b\n",
        "data:\n",
        "-----BEGIN PRIVATE KEY-----",
        "glpat-",
        "eyJ",
        "://a:",
        "mysql -",
        "--password ",
        "kind data:\n",
        "</<password>",
        "identified by ",
        "A" * 64 + "\n",
        "a" * 100,
    ],
)
def test_the_time_grows_with_the_text_and_not_with_its_square(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        times = []
        for _ in range(3):
            started = time.process_time()
            Redactor().redact(text)
            times.append(time.process_time() - started)
        return min(times)

    seconds(4_000)
    assert seconds(64_000) < 0.02 + 12 * seconds(16_000)
