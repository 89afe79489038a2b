"""HTTP statuses a model server, or something in front of it, may answer with."""

import json
from typing import Any

from tests.ollama_faults.fault import HTML, Outcome, add


def _status(name: str, outcome: Outcome, status: int, error: Any, **headers: str) -> None:
    body = error if isinstance(error, bytes) else json.dumps({"error": error}).encode()
    content_type = "text/html" if body.startswith(b"<") else "application/json; charset=utf-8"
    add(name, outcome, lambda exchange, _: exchange.whole(status, body, content_type, **headers))


_status("missing_model", "error", 404, "model 'qwen3-devops' not found")
_status("missing_model_old", "error", 404, 'model "qwen3-devops" not found, try pulling it first')
_status("missing_page", "error", 404, b"404 page not found")
_status("missing_page_html", "error", 404, HTML)
_status("method_not_allowed", "error", 405, b"405 method not allowed")
_status("no_chat", "error", 400, '"qwen3-devops" does not support chat')
_status("no_tools", "error", 400, "registry.ollama.ai/library/qwen3-devops:latest does not support tools")
_status("bad_request_of_go", "error", 400, "invalid character 'x' looking for beginning of value")
_status(
    "prompt_too_long", "error", 400, "the prompt is longer than the context length currently available to the model"
)
_status(
    "prompt_too_long_llama_server",
    "error",
    400,
    '{"error":{"code":400,"message":"request (9001 tokens) exceeds the available context size (8192 tokens)",'
    '"type":"exceed_context_size_error"}}',
)
_status("unauthorized", "error", 401, b'{"error":"unauthorized","signin_url":"https://ollama.com/connect"}')
_status("foreign_host", "error", 403, b"")
_status("forbidden_cloud", "error", 403, "this model requires a subscription")
_status("http_407", "error", 407, b"")
_status("http_429", "healed", 429, "too many requests", Retry_After="0")
_status("http_499", "healed", 499, "request canceled")
_status("http_500", "healed", 500, "llama runner process has terminated: exit status 2")
_status("http_500_memory", "healed", 500, "model requires more system memory (8.0 GiB) than is available (2.1 GiB)")
_status("http_500_empty", "healed", 500, b"")
_status("http_500_html", "healed", 500, HTML)
_status("http_500_object", "healed", 500, {"message": "boom", "code": 500})
_status("http_500_bytes", "healed", 500, b"\xff\xfe\x00\x1b[2J")
_status("http_500_huge", "healed", 500, b"a" * 10_000_000)
_status("http_502", "healed", 502, HTML)
_status("http_503", "healed", 503, "server busy, please try again.  maximum pending requests exceeded")
_status("http_503_loading", "healed", 503, {"code": 503, "message": "Loading model", "type": "unavailable_error"})
_status("http_503_far_retry", "healed", 503, "busy", Retry_After="86400")
_status("http_504", "healed", 504, HTML)
_status("http_204", "healed", 204, b"")
_status("http_999", "error", 999, b"")
_status("moved", "error", 301, HTML, Location="https://127.0.0.1:1/api/chat")
_status("moved_to_itself", "error", 307, b"", Location="/api/chat")
_status("moved_nowhere", "error", 302, b"")
_status("not_modified", "error", 304, b"")
