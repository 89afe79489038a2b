"""Releases of a program that is named devops-agent and does next to nothing, served from this machine."""

import base64
import hashlib
import re
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

PROGRAM = """
import os
import sys

def main():
    if sys.argv[1:] == ["--version"]:
        print("devops-agent {shown}")
    elif sys.argv[1:2] == ["completion"]:
        print(f"a completion for {{sys.argv[2]}}")
    elif sys.argv[-1:] == ["doctor"] and "TINY_DOCTOR" in os.environ:
        print(os.environ["TINY_DOCTOR"])
        sys.exit(3)
    else:
        print(f"called with {{sys.argv[1:]}}")
"""


def wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> Path:
    """A wheel made by hand, its record included."""
    information = f"{name}-{version}.dist-info"
    everything = {
        **files,
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(map(_record_line, everything, everything.values()))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in {**everything, f"{information}/RECORD": f"{record}{information}/RECORD,,\n"}.items():
            archive.writestr(inside, text)
    return path


def _record_line(path: str, text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(text.encode())}\n"


def program_wheel(folder: Path, version: str, *, shown: str = "") -> Path:
    """The program; `shown` is what its --version says where that is not the truth."""
    information = f"devops_agent-{version}.dist-info"
    files = {
        "devops_agent/__init__.py": "",
        "devops_agent/agent.py": "import tiny_dependency\n",
        "devops_agent/cli.py": PROGRAM.format(shown=shown or version),
        f"{information}/entry_points.txt": "[console_scripts]\ndevops-agent = devops_agent.cli:main\n",
        f"devops_agent-{version}.data/data/share/man/man1/devops-agent.1": ".TH DEVOPS-AGENT 1\n",
    }
    return wheel(folder, "devops_agent", version, files)


class Releases:
    """`with Releases(folder) as releases:` — a server of releases, and a folder of the packages they need.

    `requests` are (path, range) in order. After `cut_after` bytes the next wheel breaks off; `damaged` wheels are not
    the listed ones.
    """

    def __init__(self, folder: Path) -> None:
        self.root, self.packages = folder / "releases", folder / "packages"
        self.requests: list[tuple[str, str]] = []
        self.cut_after: int | None = None
        self.damaged = False
        dependency = wheel(self.packages, "tiny_dependency", "1.0", {"tiny_dependency.py": ""})
        digest = hashlib.sha256(dependency.read_bytes()).hexdigest()
        self.lock = f"tiny-dependency==1.0 \\\n    --hash=sha256:{digest}\n"
        releases = self

        class Handler(_Handler):
            owner = releases

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.005,), daemon=True).start()

    def __enter__(self) -> "Releases":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def publish(self, version: str, *, shown: str = "", lock: str = "") -> None:
        """Make a release, which is the newest from now on."""
        for folder in (self.root / "download" / f"v{version}", self.root / "latest" / "download"):
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.iterdir():
                old.unlink()
            program_wheel(folder, version, shown=shown)
            (folder / "requirements.lock").write_text(lock or self.lock)
            write_digests(folder)


def write_digests(folder: Path, name: str = "SHA256SUMS") -> None:
    """What `sha256sum` says of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files]
    (folder / name).write_text("".join(lines))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: Releases

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        self.owner.requests.append((self.path, asked))
        path = self.owner.root / self.path.lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        is_wheel = path.suffix == ".whl"
        if self.owner.damaged and is_wheel:
            data = data[:-1] + b"!"
        start = int((re.findall(r"bytes=(\d+)-", asked) or ["0"])[0])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        cut = self.owner.cut_after if is_wheel else None
        self.wfile.write(data[start : start + cut if cut else None])
        if cut:
            self.owner.cut_after, self.close_connection = None, True

    def log_message(self, *_: Any) -> None:
        """Nothing on the screen."""
