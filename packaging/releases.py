"""Releases to try the installer with: this version, the next one, and one that does not run. All served from here."""

import shutil
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from digests import ROOT, write_digests

SOURCES = ("devops_agent", "pyproject.toml", "README.md", "LICENSE", "docs/devops-agent.1")
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


def build(folder: Path, suffix: str = "", *, broken: bool = False) -> None:
    """Build a release of this tree into `folder`, its version with a suffix."""
    source = folder.with_name(f"{folder.name}-source")
    for name in SOURCES:
        place = source / name
        place.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, place)
    package = source / "devops_agent"
    text = (package / "__init__.py").read_text(encoding="utf-8")
    version = text.split('__version__ = "')[1].split('"')[0] + suffix
    (package / "__init__.py").write_text(f'"""Tried."""\n\n__version__ = "{version}"\n', encoding="utf-8")
    if broken:
        (package / "agent.py").write_text("raise SystemExit('this release is broken')\n", encoding="utf-8")
    folder.mkdir(parents=True)
    subprocess.run([sys.executable, "-c", BUILD, folder], cwd=source, check=True, stdout=subprocess.DEVNULL)
    shutil.copy(ROOT / "requirements.lock", folder)
    shutil.copy(ROOT / "install.sh", folder)
    write_digests(folder)
    shutil.rmtree(source)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


def serve(folder: Path) -> str:
    """Serve a folder to this machine for as long as the process lives, and return its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
