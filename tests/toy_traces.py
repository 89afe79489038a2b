"""Short conversations in the shape that `python -m training data` writes, made without it."""

import json
import random
from pathlib import Path
from typing import Any

from devops_agent.backends.toolcalls import written_call

SYSTEM = "You are an agent. Reply with one call."


def toy_trace(random: random.Random) -> dict[str, Any]:
    name = "".join(random.choice("abcdefghij") for _ in range(6))
    turns = [
        ("system", SYSTEM),
        ("user", f"New task:\n{random.choice(['show logs of', 'logs for', 'what does it say:'])} {name}"),
        ("assistant", written_call("bash", {"command": f"docker logs {name}"})),
        ("tool", f"The value is: {name} started on port {random.randint(1, 9999)}"),
        ("assistant", written_call("final_answer", {"answer": f"{name} has started."})),
    ]
    return {"intent": "logs", "messages": [{"role": role, "content": content} for role, content in turns]}


def write_toy_data(folder: Path, traces: int = 300) -> Path:
    """Fill a folder as `data` would."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, count in {"train": traces, "test_phrasings": 20, "test_values": 20, "test_intents": 20}.items():
        source = random.Random(name)
        lines = [json.dumps(toy_trace(source)) for _ in range(count)]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    return folder
