"""Two hundred secrets in everything a run can see, and how many of them leave it in clear."""

import base64
import json
import os
import random
import string
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pexpect

from safety.figure import Figure, none_of
from tests.ollama_server import OllamaServer, Turn
from tests.playing import answers, runs, says

LOTTERY = random.Random(20)
CANARIES = ["".join(LOTTERY.choices(string.ascii_letters + string.digits, k=22)) for _ in range(200)]
PLACES = {"environment": 40, "files": 40, "logs": 40, "Secrets": 60, "containers": 10, "kubeconfig": 10}
"""Where the canaries sit, and how many in each place."""
NAMES = ("_TOKEN", "_PASSWORD", "_API_KEY", "_SECRET")
LOG_FORMS = (
    "password={}",
    "GET /?token={}&x=1",
    "Authorization: Bearer {}",
    "dsn=postgres://app:{}@db/shop",
    '"secret": "{}"',
)
LOOKS = (
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
)
ENDED = answers("It failed with exit code 3.")
CLI = "import sys; from devops_agent.cli import main; sys.exit(main())"
PROGRAM = (sys.executable, "-c", CLI)
CRASHES = (
    "from devops_agent.tools import shell\n"
    "def result(capture, *_):\n"
    "    global left\n"
    "    left -= 1\n"
    "    if not left: raise RuntimeError(capture.text())\n"
    "    return real(capture, *_)\n"
    "left, real, shell._result = 4, shell._result, result\n"
)
"""A bug that throws what a command printed, as it came, after three others have worked."""
READY = "\x1b[?2004h"
Play = Callable[[Path, Sequence[str]], dict[str, str]]
"""One run of the program in a folder, told where things left it."""


def figures(quick: bool) -> Iterator[Figure]:
    """Canaries found in clear or in base64 in what leaves a run by any door."""
    plays = (look_around, talk, crash)
    with ThreadPoolExecutor(len(plays)) as pool:
        found = [leak for leaks in pool.map(leaked, plays) for leak in leaks]
    for leak in sorted(set(found)):
        print(leak, file=sys.stderr)
    clear = {leak.rpartition(" ")[2] for leak in found}
    yield none_of("canary secrets in clear in requests, store, history, JSON or crash files", len(clear), len(CANARIES))


def leaked(play: Play, program: Sequence[str] = PROGRAM) -> list[str]:
    """What left a run in a folder full of secrets, each with where it was found."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "home").mkdir()
        fill(folder)
        doors = play(folder, program)
        kept = [path.read_text(errors="replace") for path in (folder / "home").rglob("*") if path.is_file()]
        doors["the home folder"] = "\n".join(kept)
    return [f"{door}: {value}" for door, text in doors.items() for value in CANARIES if _is_in(value, text)]


def look_around(folder: Path, program: Sequence[str]) -> dict[str, str]:
    """One task that meets every secret, with JSON on the terminal and a yes to every question."""
    with OllamaServer([Turn(reply, counts=False) for reply in (*LOOKS, ENDED)]) as server:
        words = ["-v", "--max-steps", "20", "--output", "jsonl", f"look into this, my password is {CANARIES[0]}"]
        child = _spawn(folder, program, words, server, TERM="dumb")
        shown = _yes_to_all(child)
        asked = json.dumps([request.body for request in server.requests if isinstance(request.body, dict)])
    if asked.count("redacted") < len(CANARIES) or '"answered"' not in shown:
        raise AssertionError(f"the run met too few secrets: {shown[-2000:]}")
    return {"requests": asked, "the terminal and JSON": shown}


def talk(folder: Path, program: Sequence[str]) -> dict[str, str]:
    """A conversation whose user types secrets, and saves it."""
    with OllamaServer([LOOKS[4], answers("There are settings."), answers("hello")]) as server:
        child = _spawn(folder, program, ["-i"], server)
        for line in (f"what is in .env? {CANARIES[1]}", f"log in with password={CANARIES[50]}", "/save saved.md"):
            child.expect_exact(READY)
            child.send(f"{line}\r")
            if line.startswith("what"):
                child.expect_exact("(Enter: no) ")
                child.send("y")
        child.expect_exact("saved to")
        child.close(force=True)
        asked = json.dumps([request.body for request in server.requests if isinstance(request.body, dict)])
    return {"requests": asked, "the saved conversation": (folder / "saved.md").read_text()}


def crash(folder: Path, program: Sequence[str]) -> dict[str, str]:
    """A run that ends by a bug whose error holds an output full of secrets."""
    script = (*program[:2], CRASHES + program[2])
    with OllamaServer([*LOOKS[:3], runs("cat app.log"), ENDED]) as server:
        child = _spawn(folder, script, ["--debug", "look into this"], server)
        shown = _yes_to_all(child)
    if not list((folder / "home").rglob("crash-*")):
        raise AssertionError(f"the run did not crash: {shown[-2000:]}")
    return {"the terminal": shown}


def fill(folder: Path) -> None:
    """Put the canaries where a run will look for them, and programs there that print them."""
    values = dict(zip(PLACES, _shares(), strict=True))
    files, secrets = values["files"], values["Secrets"]
    half = len(files) // 2
    (folder / ".env").write_text("".join(f"F{n}{NAMES[n % 4]}={value}\n" for n, value in enumerate(files[:half])))
    keys = ("  passphrase: {}\n", '  token: "{}"\n')
    (folder / "app.yaml").write_text("app:\n" + "".join(keys[n % 2].format(v) for n, v in enumerate(files[half:])))
    (folder / "app.log").write_text("\n".join(_log_lines(values)) + "\n")
    users = "".join(f"- name: u{n}\n  user:\n    token: {value}\n" for n, value in enumerate(values["kubeconfig"]))
    (folder / "config").write_text(f"apiVersion: v1\nkind: Config\nusers:\n{users}")
    (folder / "list.yaml").write_text(_secret_list(secrets[:30]))
    (folder / "one.json").write_text(_secret_json(secrets[30:59]))
    inspected = [{"Config": {"Env": [f"C{n}{NAMES[n % 4]}={value}" for n, value in enumerate(values["containers"])]}}]
    (folder / "inspect.json").write_text(json.dumps(inspected, indent=4))
    bare = f"printf %s {secrets[59]}"
    kubectl = f'case "$*" in *jsonpath*) {bare};; *yaml*) cat list.yaml;; *) cat one.json;; esac'
    for name, body in (("kubectl", kubectl), ("docker", "cat inspect.json")):
        program = folder / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)


def _shares() -> Iterator[list[str]]:
    start = 0
    for count in PLACES.values():
        yield CANARIES[start : start + count]
        start += count


def _log_lines(values: dict[str, list[str]]) -> Iterator[str]:
    """Canaries of the log's own, and those of elsewhere once more, bare and encoded."""
    for number, value in enumerate(values["logs"]):
        yield f"2024-01-01T00:00:00Z INFO {LOG_FORMS[number % len(LOG_FORMS)].format(value)}"
    known = [*values["environment"], *values["Secrets"]]
    yield from (f"bare {value} again, as {_encoded(value)}" for value in known)


def _secret_list(values: list[str]) -> str:
    items = "".join(
        f"- apiVersion: v1\n  data:\n    f{n}: {_encoded(value)}\n  kind: Secret\n  metadata: {{name: s{n}}}\n"
        for n, value in enumerate(values)
    )
    return f"apiVersion: v1\nitems:\n{items}kind: List\n"


def _secret_json(values: list[str]) -> str:
    data = {f"field{number}": _encoded(value) for number, value in enumerate(values)}
    return json.dumps({"apiVersion": "v1", "data": data, "kind": "Secret", "metadata": {"name": "app"}}, indent=4)


def _encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def _is_in(value: str, text: str) -> bool:
    return value in text or _encoded(value)[:-4] in text


def _spawn(folder: Path, program: Sequence[str], words: list[str], server: OllamaServer, **more: str) -> pexpect.spawn:
    variables = {
        f"APP{number}{NAMES[number % 4]}": value for number, value in enumerate(CANARIES[: PLACES["environment"]])
    }
    variables |= {"PATH": f"{folder}/bin:{os.environ['PATH']}", "HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"}
    variables |= {"PYTHONPATH": str(Path(__file__).parent.parent), "OLLAMA_HOST": server.url, "TERM": "xterm"}
    variables |= {"DEVOPS_AGENT_BACKEND": "ollama", "PROMPT_TOOLKIT_NO_CPR": "1"}
    child = pexpect.spawn(
        program[0], [*program[1:], *words], env=variables | more, cwd=folder, encoding="utf-8", timeout=60,
        dimensions=(60, 4000),
    )  # fmt: skip
    child.delaybeforesend = None
    return child


def _yes_to_all(child: pexpect.spawn) -> str:
    """All that the terminal shows to somebody who says yes to every question."""
    shown = ""
    while True:
        at = child.expect([r"run it\? [^\n]*\) ", r"type (\S+) to run it[^\n]*\) ", pexpect.EOF])
        shown += child.before + str(child.after)
        if at == 2:
            child.close()
            return shown
        child.send("y" if at == 0 else child.match[1] + "\r")
