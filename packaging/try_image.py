"""Try an image on the local Docker engine, and write what happened into docs/docker.md: try_image.py [IMAGE].

TRY_KUBECONFIG names the kubeconfig of a test cluster; without it, that row is left out.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from page import write_between

PAGE = Path(__file__).parents[1] / "docs" / "docker.md"
SOCKET = "-v /var/run/docker.sock:/var/run/docker.sock"
GROUP = "--group-add $(stat -c %g /var/run/docker.sock)"
PLAYED = "-v $REPLIES:/replies:ro -e DEVOPS_AGENT_SCRIPT=/replies"
SCRIPTED = "--backend scripted --output jsonl"
LIMIT_SECONDS = 120


@dataclass(frozen=True)
class Row:
    """What is tried: a script (where `run` is a `docker run --rm` and $IMAGE the image), and what must come of it.

    `command` is what the model's part, played from a file, asks for first.
    """

    what: str
    script: str
    code: int
    pattern: str
    command: str = "true"


ROWS = [
    Row("`--version`", "run $IMAGE --version", 0, r"^devops-agent \d"),
    Row("the licences of all that is inside", "run $IMAGE --licenses", 0, r"(?s)Python 3.*llama\.cpp: MIT"),
    Row(
        "a task for the model inside, without a network",
        "run --network none $IMAGE 'which system is this?'",
        0,
        r"ok · ",
    ),
    Row(
        "real containers through the mounted socket",
        f"run {SOCKET} {GROUP} {PLAYED} $IMAGE {SCRIPTED} 'which containers are there?'",
        0,
        r"devops-agent-tried-web",
        "docker ps --format '{{.Names}}'",
    ),
    Row(
        "the socket without `--group-add`",
        f"run {SOCKET} {PLAYED} $IMAGE {SCRIPTED} 'which containers are there?'",
        1,
        r"permission denied",
        "docker ps",
    ),
    Row(
        "`--read-only --cap-drop ALL`",
        f"run --read-only --cap-drop ALL {SOCKET} {GROUP} $IMAGE 'which containers are running?'",
        0,
        r"ok · ",
    ),
    Row("another user: `--user 4242`", "run --user 4242:4242 $IMAGE 'which system is this?'", 0, r"ok · "),
    Row(
        "a change, and no terminal to ask at",
        f"run {SOCKET} {GROUP} {PLAYED} $IMAGE --backend scripted 'restart the web server'",
        5,
        r"(?s)docker restart.*(approv|terminal)",
        "docker restart devops-agent-tried-web",
    ),
    Row("an Ollama that does not answer", "run -e OLLAMA_HOST=host:9 $IMAGE --backend ollama hello", 3, r"host:9"),
    Row(
        "`docker stop` of a talk",
        "docker run -dit --name devops-agent-tried $IMAGE >/dev/null && sleep 3 &&"
        "time docker stop -t 9 devops-agent-tried; docker rm -f devops-agent-tried",
        0,
        r"real\s+0m[0-2]\.",
    ),
    Row(
        "Ctrl-C while a command runs",
        f"docker run -d --name devops-agent-tried {PLAYED} $IMAGE --backend scripted wait >/dev/null && sleep 3 &&"
        "docker kill -s INT devops-agent-tried && docker wait devops-agent-tried; docker rm -f devops-agent-tried",
        0,
        r"^130$",
        "sleep 60",
    ),
    Row(
        "the health check",
        "docker run -dit --name devops-agent-tried --health-interval 1s $IMAGE >/dev/null;"
        "until docker inspect -f '{{.State.Health.Status}}' devops-agent-tried | grep -v starting; do sleep 1; done;"
        "docker rm -f devops-agent-tried",
        0,
        r"^healthy",
    ),
    Row(
        "a real cluster through a kubeconfig mounted read-only",
        f"run --network host -v $TRY_KUBECONFIG:/home/devops/.kube/config:ro {PLAYED} $IMAGE {SCRIPTED} namespaces?",
        0,
        r"kube-system",
        "kubectl get namespaces",
    ),
]


def main(image: str) -> int:
    """Try every row and write the page; 1 if one came out otherwise than it must."""
    rows = [row for row in ROWS if "TRY_KUBECONFIG" not in row.script or "TRY_KUBECONFIG" in os.environ]
    web = ["docker", "run", "-d", "--name", "devops-agent-tried-web", "--entrypoint", "sleep", image, "600"]
    subprocess.run(web, check=True, capture_output=True)
    try:
        lines = [_tried(row, image) for row in rows]
    finally:
        subprocess.run(["docker", "rm", "-f", "-v", "devops-agent-tried-web"], capture_output=True)
    write_between(PAGE, "tried", ["| what | result | seconds |", "|---|---|---|", *lines])
    write_between(PAGE, "layers", ["| layer | MB |", "|---|---|", *_layers(image)])
    return 1 if any("**failed**" in line for line in lines) else 0


def _tried(row: Row, image: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        replies = Path(folder, "replies")
        call = json.dumps({"name": "bash", "arguments": {"command": row.command}})
        replies.write_text(f"{json.dumps(f'<tool_call>{call}</tool_call>')}\n" + '"Done."\n' * 3)
        for path in (Path(folder), replies):
            path.chmod(0o755)
        start = time.monotonic()
        variables = {**os.environ, "IMAGE": image, "REPLIES": str(replies)}
        script = f'run() {{ docker run --rm -i "$@" </dev/null; }}\n{row.script}'
        done = subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, env=variables, timeout=LIMIT_SECONDS
        )
    output = done.stdout + done.stderr
    good = done.returncode == row.code and re.search(row.pattern, output, re.MULTILINE)
    print(f"{row.what}: {'ok' if good else f'failed with {done.returncode}: {output}'}", file=sys.stderr)
    result = f"exit code {done.returncode}" if good else "**failed**"
    return f"| {row.what} | {result} | {time.monotonic() - start:.1f} |"


def _layers(image: str) -> Iterator[str]:
    shown = [
        "docker",
        "history",
        "--human=false",
        "--no-trunc",
        "--format={{.Size}}\t{{.CreatedBy}}{{.Comment}}",
        image,
    ]
    total = 0
    for line in reversed(subprocess.run(shown, capture_output=True, text=True, check=True).stdout.splitlines()):
        size, _, what = line.partition("\t")
        total += int(size)
        if int(size) > 100_000:
            yield f"| {_named(what)} | {int(size) / 1e6:.1f} |"
    yield f"| all | {total / 1e6:.1f} |"


def _named(created_by: str) -> str:
    names = {"apt-get": "packages of Debian", "/opt/devops-agent": "the program, its Python, the engine and the model"}
    names |= {"/usr/local/bin": "clients"}
    return next((name for part, name in names.items() if part in created_by), "the system")


if __name__ == "__main__":
    sys.exit(main((sys.argv[1:] or ["devops-agent"])[0]))
