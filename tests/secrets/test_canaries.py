"""Two hundred secrets in everything a run can see, and not one in what leaves it."""

import base64
import json
import os
import random
import string
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from devops_agent.settings import Settings
from tests.ollama_server import OllamaServer, Turn
from tests.playing import answers, runs, says
from tests.program import PROGRAM, environment

LOTTERY = random.Random(20)
CANARIES = ["".join(LOTTERY.choices(string.ascii_letters + string.digits, k=22)) for _ in range(200)]
IN_ENVIRONMENT, IN_FILES, IN_LOGS, IN_SECRETS, IN_CONTAINERS, IN_KUBECONFIG = (
    CANARIES[:40],
    CANARIES[40:80],
    CANARIES[80:120],
    CANARIES[120:180],
    CANARIES[180:190],
    CANARIES[190:],
)


def encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def log_lines() -> Iterator[str]:
    forms = (
        "password={}",
        "GET /?token={}&x=1",
        "Authorization: Bearer {}",
        "dsn=postgres://app:{}@db/shop",
        '"secret": "{}"',
    )
    for number, value in enumerate(IN_LOGS):
        yield f"2024-01-01T00:00:00Z INFO {forms[number % len(forms)].format(value)}"
    yield from (f"bare {value} again, as {encoded(value)}" for value in [*IN_ENVIRONMENT, *IN_SECRETS])


def secret_list(values: list[str]) -> str:
    items = "".join(
        f"- apiVersion: v1\n  data:\n    f{number}: {encoded(value)}\n  kind: Secret\n  metadata: {{name: s{number}}}\n"
        for number, value in enumerate(values)
    )
    return f"apiVersion: v1\nitems:\n{items}kind: List\n"


def secret_json(values: list[str]) -> str:
    data = {f"field{number}": encoded(value) for number, value in enumerate(values)}
    return json.dumps({"apiVersion": "v1", "data": data, "kind": "Secret", "metadata": {"name": "app"}}, indent=4)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder full of secrets, and programs that print more of them."""
    names = ("_TOKEN", "_PASSWORD", "_API_KEY", "_SECRET")
    variables = [(f"APP{number}{names[number % 4]}", value) for number, value in enumerate(IN_ENVIRONMENT)]
    for name, value in variables:
        monkeypatch.setenv(name, value)
    half = len(IN_FILES) // 2
    (tmp_path / ".env").write_text("".join(f"F{n}{names[n % 4]}={value}\n" for n, value in enumerate(IN_FILES[:half])))
    lines = (
        f"  passphrase: {value}\n" if n % 2 else f'  token: "{value}"\n' for n, value in enumerate(IN_FILES[half:])
    )
    (tmp_path / "app.yaml").write_text("app:\n" + "".join(lines))
    (tmp_path / "app.log").write_text("\n".join(log_lines()) + "\n")
    users = "".join(f"- name: u{n}\n  user:\n    token: {value}\n" for n, value in enumerate(IN_KUBECONFIG))
    (tmp_path / "config").write_text(f"apiVersion: v1\nkind: Config\nusers:\n{users}")
    (tmp_path / "list.yaml").write_text(secret_list(IN_SECRETS[:30]))
    (tmp_path / "one.json").write_text(secret_json(IN_SECRETS[30:59]))
    inspected = [{"Config": {"Env": [f"C{n}{names[n % 4]}={value}" for n, value in enumerate(IN_CONTAINERS)]}}]
    (tmp_path / "inspect.json").write_text(json.dumps(inspected, indent=4))
    programs = tmp_path / "bin"
    programs.mkdir()
    bare = f"printf %s {IN_SECRETS[59]}"
    kubectl = f'case "$*" in *jsonpath*) {bare};; *yaml*) cat list.yaml;; *) cat one.json;; esac'
    for name, body in (("kubectl", kubectl), ("docker", "cat inspect.json")):
        (programs / name).write_text(f"#!/bin/sh\n{body}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return tmp_path


REPLIES = [
    runs("kubectl get secrets -A -o yaml"),
    runs("kubectl get secret app -o json"),
    runs("kubectl get secret app -o jsonpath='{.data.x}'"),
    runs("docker inspect web"),
    runs("cat .env"),
    says("read_file", path="app.yaml"),
    runs("cat config"),
    runs("cat app.log"),
    runs("sort app.log | tail -60"),
    says("get_env", key="APP0_TOKEN"),
    runs("cp app.yaml copy.yaml; cat copy.yaml >&2; exit 3"),
    answers("It failed with exit code 3."),
]


def everything(child: pexpect.spawn) -> str:
    """All that the terminal shows, saying yes to every question."""
    shown = ""
    while True:
        at = child.expect([r"run it\? [^\n]*\) ", r"type (\S+) to run it[^\n]*\) ", pexpect.EOF])
        shown += child.before + str(child.after)
        if at == 2:
            return shown
        child.send("y" if at == 0 else child.match[1] + "\r")


def test_no_secret_leaves_a_run(place: Path, own_home: Path) -> None:
    with OllamaServer([Turn(reply, counts=False) for reply in REPLIES]) as server:
        words = ["-v", "--max-steps", "20", "--output", "jsonl", f"look into this, my password is {CANARIES[0]}"]
        variables = environment(OLLAMA_HOST=server.url, TERM="dumb")
        child = pexpect.spawn(
            PROGRAM[0], [*PROGRAM[1:], *words], env=variables, cwd=place, encoding="utf-8", timeout=60
        )
        child.setwinsize(60, 4000)
        shown = everything(child)
        child.close()
        asked = json.dumps([request.body for request in server.requests if isinstance(request.body, dict)])
    assert asked.count("redacted") > 200 and '"answered"' in shown, shown[-2000:]
    kept = b"".join(file.read_bytes() for file in Settings.load().state_folder.rglob("*") if file.is_file())
    kept += b"".join(file.read_bytes() for file in own_home.rglob("*") if file.is_file())
    assert kept.count(b"redacted") > 200
    leaks = {
        where: [value for value in CANARIES if value in text or encoded(value)[:-4] in text]
        for where, text in (("requests", asked), ("terminal", shown), ("state", kept.decode(errors="replace")))
    }
    assert leaks == {"requests": [], "terminal": [], "state": []}
