"""Play tasks on a real Docker engine and a real cluster, each from a fresh shell; write down what the terminal showed.

The engine's tasks need a running Docker and a local image with a shell; those of the cluster a KUBECONFIG whose nodes
have that image. Containers `shop-web`, `shop-db` and `checkout` and the namespace `shop` are replaced and removed.
Without --write the page goes to stdout; with it to docs/transcripts.md, and its first part to the top of the README.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "transcripts.md"
README = ROOT / "README.md"
MARKED = re.compile(r"(<!-- transcript -->\n)(.*?)(<!-- end -->\n)", re.DOTALL)
COLUMNS, LINES = 100, 300
SECONDS = 120
QUESTION = "run it\\?"
LOG_LINE = "fatal: lost the connection to shop-db"
DIES_ONCE = f'test -e /seen && exec sleep 100000; : > /seen; echo "{LOG_LINE}" >&2; exit 3'
PANIC = "panic: DATABASE_URL is not set"


INTRODUCTION = """# Transcripts

Written by `make transcripts`: a real engine, a real cluster, a real terminal, and the model of the package. Each task
starts in a fresh shell; whatever was asked was answered with yes.
"""


@dataclass(frozen=True)
class Scene:
    """What is set up, what is asked one after the other, and what is removed; `{image}` is the image to use."""

    title: str
    setup: Sequence[str]
    tasks: Sequence[str]
    teardown: str


DOCKER = Scene(
    "A Docker engine",
    (
        "docker rm -f shop-web shop-db checkout || true",
        "for part in db web checkout; do docker tag {image} shop/$part:1.4; done",
        "docker run -d --name shop-db shop/db:1.4 sleep 100000",
        "docker run -d --name shop-web shop/web:1.4 sleep 100000",
        f"docker run -d --name checkout shop/checkout:1.4 sh -c '{DIES_ONCE}'",
        "docker wait checkout; sleep 20",
    ),
    (
        'devops-agent "list all running containers"',
        'devops-agent "why did checkout stop?"',
        'devops-agent --continue "start it again"',
    ),
    "docker rm -f shop-web shop-db checkout; docker rmi shop/db:1.4 shop/web:1.4 shop/checkout:1.4",
)
CLUSTER = Scene(
    "A Kubernetes cluster",
    (
        "kubectl delete namespace shop --ignore-not-found --timeout=90s",
        "kubectl create namespace shop",
        "kubectl create deployment api -n shop --image={image} -- sleep 100000",
        f"kubectl create deployment payments -n shop --image={{image}} -- sh -c 'echo \"{PANIC}\" >&2; exit 2'",
        "kubectl rollout status deployment api -n shop --timeout=90s",
        "timeout 90 sh -c 'until kubectl get pods -n shop | grep -q CrashLoopBackOff; do sleep 1; done'",
    ),
    (
        'devops-agent "list the pods in namespace shop"',
        'devops-agent "why is the payments pod crashing in namespace shop?"',
        'devops-agent "scale api to 3 replicas in namespace shop"',
    ),
    "kubectl delete namespace shop --wait=false",
)
SCENES = {"docker": DOCKER, "cluster": CLUSTER}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", default="busybox:1.36", help="a local image with a shell")
    parser.add_argument("--engine", choices=SCENES, action="append", help="play only this; both if left out")
    parser.add_argument("--write", action="store_true", help="write the page and the top of the README")
    arguments = parser.parse_args()
    parts = {name: _played(SCENES[name], arguments.image) for name in arguments.engine or SCENES}
    if not arguments.write:
        print("\n\n".join(parts.values()))
        return 0
    PAGE.write_text(_page(parts), encoding="utf-8")
    if "docker" in parts:
        text = README.read_text(encoding="utf-8")
        README.write_text(MARKED.sub(lambda found: f"{found[1]}{_block(parts['docker'])}{found[3]}", text), "utf-8")
    return 0


def _played(scene: Scene, image: str) -> str:
    """Everything the terminal showed for the tasks of a scene."""
    folder = Path(tempfile.gettempdir()) / "shop"
    with tempfile.TemporaryDirectory(prefix="transcripts-") as home:
        environment = _environment(Path(home))
        folder.mkdir()
        try:
            for line in scene.setup:
                _run(line.format(image=image), environment).check_returncode()
            return "\n\n".join(_shown(task, folder, environment) for task in scene.tasks)
        finally:
            _run(scene.teardown, environment)
            folder.rmdir()


def _environment(home: Path) -> dict[str, str]:
    """A new user's environment: no settings, no history, the program of this checkout first on PATH."""
    kept = {name: os.environ[name] for name in ("KUBECONFIG", "DOCKER_HOST", "USER", "LANG") if name in os.environ}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**kept, "HOME": str(home), "PATH": path, "TERM": "xterm-256color"}


def _run(line: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[bytes]":
    """Run a line where the tasks run: never on a cluster that only the developer's own settings name."""
    return subprocess.run(["bash", "-c", line], env=environment, stdout=subprocess.DEVNULL, check=False)


def _shown(task: str, folder: Path, environment: Mapping[str, str]) -> str:
    """A task as typed, and the screen at its end. Whatever is asked is answered with yes."""
    shell = shutil.which("bash") or "bash"
    child = pexpect.spawn(
        shell, ["-c", task], cwd=str(folder), env=dict(environment), timeout=SECONDS, dimensions=(LINES, COLUMNS)
    )
    written = bytearray()
    while child.expect([QUESTION, pexpect.EOF]) == 0:
        written += child.before + child.after
        child.send("y\r")
    written += child.before
    return "\n".join([f"$ {task}", *_screen(bytes(written))])


def _screen(written: bytes) -> Iterator[str]:
    """The lines a terminal shows after these bytes."""
    screen = pyte.Screen(COLUMNS, LINES)
    pyte.ByteStream(screen).feed(written)
    lines = [line.rstrip() for line in screen.display]
    while lines and not lines[-1]:
        lines.pop()
    yield from lines


def _block(text: str) -> str:
    return f"```\n{text}\n```\n"


def _page(parts: Mapping[str, str]) -> str:
    sections = "\n".join(f"## {SCENES[name].title}\n\n{_block(text)}" for name, text in parts.items())
    return f"{INTRODUCTION}\n{sections}"


if __name__ == "__main__":
    sys.exit(main())
