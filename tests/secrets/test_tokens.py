"""Access tokens of many services, made up after their public formats; and what only looks like one."""

import random
import string

import pytest

from devops_agent.secrets import Redactor
from devops_agent.secrets.tokens import find_tokens, token_formats

HEX = "0123456789abcdef"
LETTERS = string.ascii_letters
ALNUM = LETTERS + string.digits
WORD = ALNUM + "_-"
UPPER = string.ascii_uppercase + string.digits
AWS = string.ascii_uppercase + "234567"
CHANCE = random.Random(7)


def some(alphabet: str, count: int) -> str:
    return "".join(CHANCE.choices(alphabet, k=count))


def uuid() -> str:
    return "-".join(some(HEX, count) for count in (8, 4, 4, 4, 12))


TOKENS = {
    "AWS access key": "AKIA" + some(AWS, 16),
    "AWS temporary key": "ASIA" + some(AWS, 16),
    "AWS context key": "ACCA" + some(AWS, 16),
    "GCP API key": "AIza" + some(WORD, 35),
    "GCP OAuth token": "ya29." + some(WORD, 60),
    "GCP OAuth client secret": "GOCSPX-" + some(WORD, 28),
    "GitHub token": "ghp_" + some(ALNUM, 36),
    "GitHub fine-grained token": "github_pat_" + some(ALNUM, 22) + "_" + some(ALNUM, 59),
    "GitHub app token": "ghs_" + some(ALNUM, 36),
    "GitLab token": "glpat-" + some(WORD, 20),
    "GitLab routable token": "glpat-" + some(WORD, 30) + "." + some(string.digits, 2) + some(ALNUM.lower(), 7),
    "GitLab runner token": "glrt-t1_" + some(WORD, 27),
    "GitLab feature flag token": "glffct-" + some(WORD, 20),
    "GitLab mail token": "glimt-" + some(WORD, 25),
    "Slack bot token": "xoxb-123456789012-1234567890123-" + some(ALNUM, 24),
    "Slack user token": "xoxp-123456789012-123456789012-123456789012-" + some(HEX, 32),
    "Slack webhook": "hooks.slack.com/services/T0123456789/B0123456789/" + some(ALNUM, 24),
    "Stripe key": "sk_live_" + some(ALNUM, 24),
    "Stripe restricted key": "rk_prod_" + some(ALNUM, 24),
    "npm token": "npm_" + some(ALNUM, 36),
    "PyPI token": "pypi-AgEIcHlwaS5vcmc" + some(WORD, 80),
    "Docker Hub token": "dckr_pat_" + some(WORD, 27),
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSIsIm5hbWUiOiJ4In0." + some(WORD, 43),
    "JWT in base64": "ZXlKaGJHY2lPaUpJVXpJMU5pSjku" + some(ALNUM, 60),
    "Azure client secret": some(ALNUM, 3) + "8Q~" + some(WORD, 34),
    "Azure storage": "AccountKey=" + some(ALNUM + "+/", 86) + "==",
    "DigitalOcean token": "dop_v1_" + some(HEX, 64),
    "Vault service token": "hvs." + some(WORD, 95),
    "Vault batch token": "hvb." + some(WORD, 140),
    "Vault token of old": "s.7" + some(ALNUM, 23),
    "Terraform Cloud token": "atlasv1." + some(WORD, 67),
    "Heroku key": "HRKU-AA" + some(WORD, 58),
    "SendGrid key": "SG." + some(WORD, 22) + "." + some(WORD, 43),
    "Twilio key": "SK" + some(HEX, 32),
    "Telegram bot": "7123456789:AA" + some(WORD, 33),
    "OpenAI key": "sk-" + some(ALNUM, 20) + "T3BlbkFJ" + some(ALNUM, 20),
    "OpenAI project key": "sk-proj-" + some(WORD, 74) + "T3BlbkFJ" + some(WORD, 74),
    "Anthropic key": "sk-ant-api03-" + some(WORD, 93) + "AA",
    "Hugging Face token": "hf_" + some(LETTERS, 34),
    "Hugging Face organisation": "api_org_" + some(LETTERS, 34),
    "1Password secret key": "A3-" + "-".join(some(UPPER, count) for count in (6, 6, 5, 5, 5, 5)),
    "Alibaba key": "LTAI" + some(ALNUM, 20),
    "ClickHouse key": "4b1d" + some(ALNUM, 38),
    "Databricks token": "dapi" + some(HEX, 32),
    "Dynatrace token": "dt0c01." + some(UPPER, 24) + "." + some(UPPER, 64),
    "Fly.io token": "fm1r_" + some(ALNUM + "+/", 100),
    "Grafana token": "glsa_" + some(ALNUM, 32) + "_" + some(HEX, 8),
    "Octopus key": "API-" + some(UPPER, 26),
    "OpenShift token": "sha256~" + some(WORD, 43),
    "Plaid token": "access-production-" + uuid(),
    "Postman key": "PMAK-" + some(HEX, 24) + "-" + some(HEX, 34),
    "Pulumi token": "pul-" + some(HEX, 40),
    "Shopify token": "shpat_" + some(HEX, 32),
    "Yandex key": "AQVN" + some(WORD, 36),
    "private key": f"-----BEGIN EC PRIVATE KEY-----\n{some(ALNUM, 64)}\n-----END EC PRIVATE KEY-----",
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS.keys())
@pytest.mark.parametrize("text", ["{}", "got {} from it", '"{}"', "x={},", "({})", "https://host/?t={}&x=1"])
def test_a_token_is_hidden_wherever_it_stands(token: str, text: str) -> None:
    shown = Redactor().redact(text.format(token))
    assert token not in shown and token[-8:] not in shown
    assert "‹redacted:" in shown


HARMLESS = {
    "UUID": uuid(),
    "image digest": f"docker.io/library/nginx@sha256:{some(HEX, 64)}",
    "git commit": some(HEX, 40),
    "short commit": some(HEX, 7),
    "container": some(HEX, 64),
    "short container": some(HEX, 12),
    "pod": "checkout-7d4b9c6f58-x2k9z",
    "replica set": "checkout-7d4b9c6f58",
    "pod of a job": "migrate-28394756-lq7wn",
    "stateful pod": "postgres-0",
    "node": "gke-prod-pool-1-4b1d0c2e-q7xw",
    "ARN": "arn:aws:iam::123456789012:role/eks-node",
    "ECR image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.4.2",
    "instance": "i-0abcd1234ef567890",
    "MAC address": "02:42:ac:11:00:02",
    "IPv6 address": "2001:db8:85a3::8a2e:370:7334",
    "timestamp": "2026-11-21T05:52:54.123456789Z",
    "version": "v1.32.0-rc.1+0123abc",
    "Python package": "scikit-learn sk-learn hf_hub_download npm_config_cache",
    "words": "task-runner risk-assessment key-value-store API-gateway",
    "file": "sl.py t1.csv s.sh pat.txt live_reload test_helpers",
    "systemd unit": "session-42.scope user@1000.service",
    "etag": f'W/"{some(HEX, 32)}"',
    "line of docker ps": f'{some(HEX, 12)}   nginx:1.25   "/docker-entrypoint.…"   2 hours ago   Up 2 hours   web',
    "line of kubectl": "checkout-7d4b9c6f58-x2k9z   1/1   Running   3 (5m ago)   2d3h   10.244.1.7   node-1",
    "time and port": "12345678:AA 10:15:30 127.0.0.1:8080",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_only_looks_like_a_token_is_left_alone(text: str) -> None:
    assert Redactor().redact(f"seen {text} here") == f"seen {text} here"


def test_no_format_hides_hashes_or_names_of_pods() -> None:
    for _ in range(2000):
        name = f"{some(string.ascii_lowercase, 6)}-{some('bcdfghjklmnpqrstvwxz2456789', 10)}-{some(ALNUM.lower(), 5)}"
        text = f"{some(HEX, 40)} sha256:{some(HEX, 64)} {uuid()} {name}"
        assert list(find_tokens(text)) == [], text


def test_every_row_of_the_table_is_well_formed() -> None:
    rows = [(one.start, one.rest) for one in token_formats()]
    assert len(rows) == len(set(rows)) > 150
    assert all(len(start) > 1 and not start.isspace() for start, _ in rows)
