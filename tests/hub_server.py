"""A scripted Hugging Face hub on localhost: one repository, its files redirected to a store that serves ranges."""

import hashlib
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

RESOLVE = re.compile(r"/(?P<repository>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<file>.+)")
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class HubServer:
    """`with HubServer(files={"model.gguf": b"…"}) as hub:` — `hub.requests` are (method, path, range).

    `cut_after` bytes the first download breaks off; `lie` is served in place of the content whose digest is announced.
    """

    def __init__(
        self,
        files: dict[str, bytes],
        *,
        repository: str = "ubermorgen/qwen3-devops",
        cut_after: int | None = None,
        lie: bytes | None = None,
        small_files: bool = False,
    ) -> None:
        self.files, self.repository = files, repository
        self.cut_after, self.lie, self.small_files = cut_after, lie, small_files
        self.requests: list[tuple[str, str, str]] = []
        hub = self

        class Handler(_Handler):
            owner = hub

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # A client treats a redirect to another host differently, as it is on the real hub.
        self.store = f"http://localhost:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.005,), daemon=True).start()

    def __enter__(self) -> "HubServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: HubServer

    def do_GET(self) -> None:
        self.owner.requests.append((self.command, self.path, self.headers.get("Range", "")))
        resolve = RESOLVE.fullmatch(self.path)
        if self.path.startswith("/store/"):
            self.serve(self.owner.files[self.path.removeprefix("/store/")])
        elif resolve is None or resolve["repository"] != self.owner.repository:
            self.head(404, X_Error_Code="RepoNotFound", X_Error_Message="Repository not found")
        elif resolve["revision"] not in {"main", COMMIT}:
            self.head(404, X_Error_Code="RevisionNotFound", X_Error_Message="Invalid rev id")
        elif resolve["file"] not in self.owner.files:
            self.head(404, X_Error_Code="EntryNotFound", X_Error_Message="Entry not found")
        else:
            self.redirect(resolve["file"])

    do_HEAD = do_GET

    def redirect(self, name: str) -> None:
        data = self.owner.files[name]
        tag = hashlib.sha1(data).hexdigest() if self.owner.small_files else hashlib.sha256(data).hexdigest()
        self.head(
            302,
            Location=f"{self.owner.store}/store/{name}",
            X_Linked_ETag=f'"{tag}"',
            X_Linked_Size=str(len(data)),
            X_Repo_Commit=COMMIT,
        )

    def serve(self, data: bytes) -> None:
        start = int((re.findall(r"bytes=(\d+)-", self.headers.get("Range", "")) or ["0"])[0])
        data = (self.owner.lie or data)[start:]
        extra = {"Content_Range": f"bytes {start}-{start + len(data) - 1}/{start + len(data)}"} if start else {}
        self.head(206 if start else 200, len(data), Accept_Ranges="bytes", **extra)
        if self.command == "HEAD":
            return
        cut, self.owner.cut_after = self.owner.cut_after, None
        self.wfile.write(data[:cut])
        self.close_connection |= cut is not None

    def head(self, status: int, length: int = 0, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing on the screen."""
